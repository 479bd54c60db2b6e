"""The blocks of the pages in docs/ run: those that say what they print, and the two services of the start page."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from documents import PAGES, ROOT, blocks
from runners import HERE, RUNNERS

START = ROOT / "docs/index.md"
PRINTING = [(page, block) for page in PAGES for block in blocks(page) if block.language in RUNNERS and block.prints]
TRACE = "771a43a4192642f0b136d5159a501700"


@pytest.mark.parametrize(("page", "block"), PRINTING, ids=[page.stem for page, _ in PRINTING])
def test_block_of_a_page_prints_what_it_says(page: Path, block) -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    for printed in RUNNERS[block.language](block.text):
        assert printed.splitlines() == block.prints


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(*command: object, port: int) -> Iterator[None]:
    """Runs a server until the body ends; waits until it accepts connections."""
    env = os.environ | {"GEM_HOME": os.environ["README_GEM_HOME"]}
    with open(HERE / f"server-{port}.log", "w") as log:
        process = subprocess.Popen([*map(str, command)], cwd=HERE, env=env, stdout=log, stderr=log)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, Path(log.name).read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def test_the_start_page_carries_one_trace_through_both_services() -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    ports = {"8000": free_port(), "9292": free_port()}
    for block in blocks(START):
        if name := re.match(r"# (\w+\.\w+)\n", block.text):
            text = block.text
            for given, port in ports.items():
                text = text.replace(f"localhost:{given}", f"localhost:{port}")
            (HERE / name[1]).write_text(text)
    with ExitStack() as servers:
        uvicorn = sys.executable, "-m", "uvicorn", "api:api", "--port", ports["8000"]
        servers.enter_context(serving(*uvicorn, port=ports["8000"]))
        puma = "puma", "--bind", f"tcp://127.0.0.1:{ports['9292']}", "stock.ru"
        servers.enter_context(serving(*puma, port=ports["9292"]))
        request = Request(f"http://localhost:{ports['8000']}/order", headers={"sentry-trace": f"{TRACE}-1234567890abcdef-1"})
        try:
            answer = json.load(urlopen(request, timeout=30))
        except URLError as error:
            pytest.fail(f"{error}: {[log.read_text() for log in HERE.glob('server-*.log')]}")
    assert answer["trace_id"] == answer["stock"]["trace_id"] == TRACE
    assert answer["stock"]["parent_span_id"]
