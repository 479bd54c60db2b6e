"""Sanic under uvicorn, in a separate process, because it needs an older multidict than aiohttp."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from servers import get, wait_for

HERE = Path(__file__).parent
PACKAGES = Path(sys.prefix) / "sanic"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        os.set_inheritable(listener.fileno(), True)
        command = [sys.executable, "-m", "uvicorn", "--fd", str(listener.fileno()), "--log-level", "error", "sanic_app:app"]
        environ = os.environ | {"PYTHONPATH": str(PACKAGES)}
        process = subprocess.Popen(command, cwd=HERE, env=environ, pass_fds=[listener.fileno()])
        try:
            yield wait_for(listener.getsockname()[1], process)
        finally:
            process.terminate()
            process.wait(timeout=20)


def answer(address: str, path: str, number: int) -> tuple[str, str]:
    trace_id = f"{number:032x}"
    return trace_id, get(address, path, [("sentry-trace", f"{trace_id}-{'8' * 16}-1")]).body.decode()


def test_concurrent_requests_are_never_mixed(address: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda number: answer(address, "/", number), range(1, 200))
        assert all(told == f"{trace_id} True" for trace_id, told in asked)


def test_streams_and_exception_handlers_see_the_context(address: str) -> None:
    trace_id, told = answer(address, "/stream", 7)
    assert told == f"{trace_id} " * 2
    assert answer(address, "/fails", 8) == (f"{8:032x}", f"{8:032x}")
