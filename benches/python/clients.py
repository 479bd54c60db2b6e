"""W10: one call through each client, with a socket that responds at once without a network: bare, with tracehop's adapter, and
with the SDK's integration."""

import asyncio
import atexit
import io
import socket
from collections.abc import Callable
from contextlib import suppress

URL = "http://api.myapp.com/checkout"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
IDLE = socket.socketpair()
sent: dict = {}
"""The head of the last request, to check that the clients send the headers."""


class Answering:
    """A socket that has received a response before the request is sent."""

    def sendall(self, data: bytes, *flags) -> None:
        sent["head"] = data

    def makefile(self, *mode) -> io.BytesIO:
        return io.BytesIO(ANSWER)

    def fileno(self) -> int:
        return IDLE[0].fileno()

    def settimeout(self, seconds) -> None:
        pass

    def setsockopt(self, *option) -> None:
        pass

    def shutdown(self, how) -> None:
        pass

    def close(self) -> None:
        pass


def without_network() -> None:
    """Replaces the connections of urllib3, which requests uses too, by ones without a network."""
    import urllib3.connection

    urllib3.connection.HTTPConnection._new_conn = lambda self: Answering()


def httpx_call(propagator) -> Callable:
    import httpx
    import tracehop.httpx

    def answer(request):
        sent["head"] = request.headers
        return httpx.Response(200, content=b"ok")

    transport = httpx.MockTransport(answer)
    hooks = tracehop.httpx.hooks(propagator) if propagator else None
    client = httpx.Client(transport=transport, event_hooks=hooks)
    return lambda: client.get(URL)


def requests_call(propagator) -> Callable:
    import requests
    import tracehop.requests

    without_network()
    session = requests.Session()
    session.trust_env = False
    if propagator:
        tracehop.requests.trace(session, propagator)
    return lambda: session.get(URL)


def urllib3_call(propagator) -> Callable:
    import tracehop.urllib3
    import urllib3

    without_network()
    pools = tracehop.urllib3.PoolManager(propagator) if propagator else urllib3.PoolManager()
    return lambda: pools.request("GET", URL)


def aiohttp_call(propagator) -> Callable:
    import aiohttp
    import tracehop.aiohttp
    from aiohttp.client_proto import ResponseHandler

    class Transport(asyncio.Transport):
        """Responds to the first write."""

        def __init__(self, protocol) -> None:
            super().__init__()
            self.protocol, self.is_answered = protocol, False

        def write(self, data) -> None:
            if not self.is_answered:
                self.is_answered, sent["head"] = True, data
                self.protocol.data_received(ANSWER)

        def writelines(self, parts) -> None:
            self.write(b"".join(parts))

        def is_closing(self) -> bool:
            return False

        def close(self) -> None:
            pass

    class Connector(aiohttp.BaseConnector):
        async def _create_connection(self, request, traces, timeout):
            protocol = ResponseHandler(self._loop)
            protocol.connection_made(Transport(protocol))
            return protocol

    loop = asyncio.new_event_loop()
    middlewares = [tracehop.aiohttp.middleware(propagator)] if propagator else []

    async def session():
        return aiohttp.ClientSession(connector=Connector(force_close=True), middlewares=middlewares)

    made = loop.run_until_complete(session())
    atexit.register(lambda: loop.run_until_complete(made.close()))

    async def call() -> None:
        async with made.get(URL) as response:
            await response.read()

    return lambda: loop.run_until_complete(call())


CALLS = {"httpx": httpx_call, "requests": requests_call, "urllib3": urllib3_call, "aiohttp": aiohttp_call}


def works(subject: str, work) -> dict:
    """The statements of a subject; the SDK's integrations must be installed first."""
    propagator = None
    if subject == "tracehop":
        import tracehop

        propagator = tracehop.Propagator()
        tracehop.use(propagator.continue_trace(work.headers[0])).__enter__()
    if subject == "sentry-sdk":
        import sentry_sdk

        sentry_sdk.continue_trace(work.headers[0])
    found = {}
    for client, made in CALLS.items():
        with suppress(ModuleNotFoundError):
            call = made(propagator)
            call()
            assert ("sentry-trace" in str(sent["head"])) == (subject != "bare"), (client, subject, sent)
            found[f"W10 {client}"] = ("call()", [None], {"call": call})
    return found
