"""Every block of the pages in docs/ runs, unless a comment above it gives a reason.

A block is a program, or a file that the reader saves: its first line is a comment with the file's name. For a page with such files,
the files are written into a folder, and the `sh` blocks run there in the page's order.
"""

import functools
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from documents import PAGES, ROOT, Block, blocks
from runners import HERE, RUNNERS, search_path
from test_blocks import commands

TERMINAL = "# in a terminal of its own\n"
# The ports in pages; tests replace them by free ones.
PORTS = re.compile(r"\b(?:8000|9292|6379)\b")
# Blocks that are only shown.
SHOWN = {"text"}
WALKED = [page for page in PAGES if any(block.file or block.text.startswith(TERMINAL) for block in blocks(page))]


# Part of a file that another suite runs.
INCLUDE = re.compile(r'^\{% include "([^"]+)" ')


def runs_alone(block: Block) -> bool:
    return not (block.not_run or block.file or INCLUDE.match(block.text)) and block.language in RUNNERS


PROGRAMS = [(page, block) for page in PAGES for block in blocks(page) if runs_alone(block)]
COMMANDS = [(page, block) for page in PAGES for block in blocks(page) if block.language == "sh" and not block.not_run]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT / "docs").with_suffix(""))


@pytest.fixture(scope="module")
def redis() -> Iterator[int]:
    port = free_port()
    command = "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", HERE
    with serving(*command, port=port, cwd=HERE):
        yield port


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_block_runs_or_has_a_reason(page: Path) -> None:
    for block in blocks(page):
        if included := INCLUDE.match(block.text):
            assert ROOT / "examples" in (page.parent / included[1]).resolve(strict=True).parents
        assert block.not_run or block.language in {*SHOWN, *RUNNERS, "sh"} or block.file, block.text


@pytest.mark.parametrize(("page", "block"), PROGRAMS, ids=[named(page) for page, _ in PROGRAMS])
def test_block_of_a_page_prints_its_stated_output(page: Path, block: Block, request: pytest.FixtureRequest) -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    text = block.text
    if "localhost:6379" in text:
        text = text.replace("localhost:6379", f"localhost:{request.getfixturevalue('redis')}")
    for printed in RUNNERS[block.language](text):
        assert not block.prints or printed.splitlines() == block.prints


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(folder: Path) -> dict[str, str]:
    """Returns an environment with both packages' commands on PATH, and packages in separate folders if a file imports them."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    programs = "".join(file.read_text() for file in folder.glob("*.py"))
    return os.environ | {"GEM_HOME": os.environ["README_GEM_HOME"], "PATH": path, "PYTHONPATH": search_path(programs)}


@contextmanager
def serving(*command: object, port: int | None, cwd: Path) -> Iterator[None]:
    """Runs a server until the body ends; waits until it accepts connections."""
    cwd.mkdir(parents=True, exist_ok=True)
    with (cwd / f"{Path(str(command[0])).name}.log").open("w") as log:
        process = subprocess.Popen([*map(str, command)], cwd=cwd, env=environment(cwd), stdout=log, stderr=log)
        try:
            for _ in range(300 if port else 0):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, Path(log.name).read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:  # Sidekiq waits for Redis.
                process.kill()
                process.wait()


def with_free_ports(found: list[Block]) -> list[Block]:
    """Returns the blocks with a free port for each port of the page."""
    named = sorted({port for block in found for port in PORTS.findall(block.text)})
    free = {port: str(free_port()) for port in named}
    replace = functools.partial(PORTS.sub, lambda port: free[port[0]])
    return [Block(b.not_run, b.language, replace(b.text), replace(b.output)) for b in found]


@pytest.mark.parametrize("page", WALKED, ids=named)
def test_commands_of_a_page_run_in_order(page: Path) -> None:
    folder = HERE / "walked" / page.stem
    folder.mkdir(parents=True, exist_ok=True)
    found = with_free_ports(blocks(page))
    for block in found:
        if block.file:
            (folder / block.file).write_text(block.text)
    with ExitStack() as servers:
        for block in found:
            if block.language != "sh" or block.not_run:
                continue
            if block.text.startswith(TERMINAL):
                command = block.text.removeprefix(TERMINAL).split()
                port = int(command[command.index("--port") + 1]) if "--port" in command else None
                servers.enter_context(serving(*command, port=port, cwd=folder))
            else:
                assert_alike(shell(block.text, folder), block.output)


def assert_alike(printed: str, output: str) -> None:
    """Compares the output with that of the page, if it shows any."""
    pattern = ".*".join(map(re.escape, output.strip().split("...")))
    assert not output or re.fullmatch(pattern, printed.strip(), re.DOTALL), f"{printed}\nis not\n{output}"


def shell(text: str, folder: Path) -> str:
    done = subprocess.run(["bash", "-eu", "-c", text], cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=120)
    logs = "".join(log.read_text() for log in folder.glob("*.log"))
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}{logs}"
    return done.stdout


@pytest.mark.parametrize(("page", "block"), [c for c in COMMANDS if c[0] not in WALKED], ids=lambda value: getattr(value, "stem", ""))
def test_command_runs_and_prints_its_stated_output(page: Path, block: Block) -> None:
    """Skips commands that CI runs."""
    if set(commands(block.text)) <= set(commands((ROOT / ".ci/run").read_text())):
        return
    HERE.mkdir(parents=True, exist_ok=True)
    assert_alike(shell(block.text, HERE), block.output)
