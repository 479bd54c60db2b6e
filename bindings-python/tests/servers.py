"""Real servers on free loopback ports, within a `with` block."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import aiohttp.web
import tornado.httpserver
import uvicorn

HERE = Path(__file__).parent


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 2048


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def wsgiref_server(app: Any, handler: type[WSGIRequestHandler] = Quiet) -> Iterator[str]:
    with make_server("127.0.0.1", 0, app, _Threading, handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def uvicorn_server(app: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield wait_for(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def loop_server(start: Callable[[socket.socket], Awaitable[None]]) -> Iterator[str]:
    """An event loop in a separate thread; `start` makes its server listen."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        listener.setblocking(False)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        asyncio.run_coroutine_threadsafe(started(start, listener), loop).result(20)
        try:
            yield wait_for(listener.getsockname()[1])
        finally:
            asyncio.run_coroutine_threadsafe(stopped(), loop).result(20)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def started(start: Callable[[socket.socket], Awaitable[None]], listener: socket.socket) -> None:
    await start(listener)


async def stopped() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def aiohttp_server(make: Callable[[], aiohttp.web.Application]) -> contextlib.AbstractContextManager[str]:
    async def start(listener: socket.socket) -> None:
        runner = aiohttp.web.AppRunner(make(), access_log=None)
        await runner.setup()
        await aiohttp.web.SockSite(runner, listener).start()

    return loop_server(start)


def tornado_server(make: Callable[[], Any]) -> contextlib.AbstractContextManager[str]:
    async def start(listener: socket.socket) -> None:
        tornado.httpserver.HTTPServer(make()).add_socket(listener)

    return loop_server(start)


@contextlib.contextmanager
def gunicorn_server(app: str, *options: str) -> Iterator[str]:
    """Forked workers that run `module:app` of this folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "error", *options, app]
    process = subprocess.Popen(command, cwd=HERE)
    try:
        yield wait_for(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """A Redis without storage on disk; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield wait_for(port, process).replace("http", "redis")
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> str:
    """Returns the address of a server when it responds."""
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return f"http://127.0.0.1:{port}"
        except OSError:
            if time.monotonic() > deadline or (process and process.poll() is not None):
                raise
            time.sleep(0.05)


def get(address: str, path: str = "/", headers: Any = (), method: str = "GET") -> http.client.HTTPResponse:
    """Sends one request; the response body is in `.body`."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    with contextlib.closing(connection):
        connection.putrequest(method, path)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        response.body = response.read()
        return response
