"""`tracehop doctor` of the wheel and of the gem: the same report of the same servers, except for the ids."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from applications import serving
from proxies import HOST, free_port, running

import tracehop
from tracehop._doctor.server import server

DOCTORS = {
    "wheel": [str(Path(sys.executable).parent / "tracehop")],
    "gem": ["ruby", "-W", "-e", "require 'tracehop/command'; exit Tracehop::Command.new(ARGV).run"],
}
PAGE = "https://page.test"


def reports(*arguments: str) -> dict[str, tuple[int, Any]]:
    """Returns exit code and data of both doctors, which run at the same time."""
    started = {
        name: subprocess.Popen([*command, "doctor", "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name, command in DOCTORS.items()
    }
    told = {}
    for name, process in started.items():
        out, err = process.communicate(timeout=120)
        assert not err, err
        told[name] = (process.returncode, json.loads(without_ids(out)))
    return told


def without_ids(text: str) -> str:
    """Returns the text with the ids of each request replaced."""
    text = re.sub(r"\b[0-9a-f]{16}([0-9a-f]{16})?\b", "ID", text)
    return re.sub(r"sample_rand=0(\.\d+)?", "sample_rand=R", re.sub(r"%20[0-9a-f]{16}\b", "%20ID", text))


def agreed(verdict: str, *arguments: str) -> Any:
    """Returns the report of both doctors."""
    told = reports(*arguments)
    assert told["wheel"] == told["gem"]
    code, report = told["gem"]
    assert (report["verdict"], code) == (verdict, ("arrives", "broken", "cannot_tell").index(verdict)), report
    return report


@pytest.fixture(scope="module")
def proxies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with server(HOST, 0) as echo, contextlib.ExitStack() as stack:
        thread = threading.Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        names = ("nginx", "haproxy", "varnish")
        yield {name: stack.enter_context(running(name, tmp_path_factory.mktemp(name), echo.server_port)) for name in names}
        echo.shutdown()
        thread.join()


CASES = [
    ("nginx/whole", "arrives"),
    ("nginx/strips-trace", "broken"),
    ("nginx/strips-baggage", "broken"),
    ("nginx/changes", "broken"),
    ("nginx/first-line", "broken"),
    ("nginx/blocks", "broken"),
    ("nginx/absent", "cannot_tell"),
    ("nginx/redirects", "arrives"),
    ("nginx/redirects-away", "cannot_tell"),
    ("nginx/redirects-forever", "cannot_tell"),
    ("haproxy/whole", "arrives"),
    ("haproxy/doubles", "broken"),
    ("haproxy/short", "broken"),
    ("varnish/one-for-all", "cannot_tell"),
]


@pytest.mark.parametrize(("path", "verdict"), CASES, ids=[case[0] for case in CASES])
def test_both_doctors_report_the_same_behind(proxies: dict[str, str], path: str, verdict: str) -> None:
    name, _, rest = path.partition("/")
    report = agreed(verdict, f"{proxies[name]}/{rest}/")
    # nginx has a separate port for HTTP/2.
    assert ("HTTP/2" in {check["protocol"] for check in report["checks"]}) == (name != "nginx")


@pytest.mark.parametrize("name", ["gunicorn", "uvicorn (h11)", "puma"])
def test_both_doctors_report_the_same_of_an_echo_application_under(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path) as address:
        assert agreed("arrives", f"{address}/any/path?a=b")["seen_by"] == "echo"


@pytest.mark.parametrize("name", list(DOCTORS))
def test_both_doctors_report_the_same_of_the_echo_of(name: str) -> None:
    port = free_port()
    with subprocess.Popen([*DOCTORS[name], "doctor", "--echo", str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"echo on http://{HOST}:{port}/ until Ctrl-C\n"
            report = agreed("arrives", f"http://{HOST}:{port}")
        finally:
            process.terminate()
    underscore = next(check for check in report["checks"] if check["check"] == "underscore_name")
    assert set(underscore["received"]) == {"baggage", "sentry-trace", "sentry_trace"}


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def backend(environ: Any, start_response: Any) -> list[bytes]:
    """A page with meta tags, which pages of one origin may request."""
    allowed = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Headers", "sentry-trace")]
    start_response("200 OK", [("Content-Type", "text/html"), *allowed])
    context = tracehop.Propagator(public_key="key").continue_trace(environ)
    return [f"<head>{context.meta_tags()}</head>".encode()]


def test_both_doctors_report_the_same_of_a_page_and_its_preflight() -> None:
    with make_server(HOST, 0, backend, handler_class=Quiet) as page:
        thread = threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            address = f"http://{HOST}:{page.server_port}/"
            assert agreed("arrives", address, "--no-http2")["seen_by"] == "page"
            report = agreed("broken", address, "--no-http2", "--origin", PAGE)
            assert "pages of other origins may not send baggage" in [check["what"] for check in report["checks"]]
        finally:
            page.shutdown()
            thread.join()


def test_both_doctors_refuse_the_same() -> None:
    for arguments in ([], ["ftp://a.test"], ["http://127.0.0.1:9/"], ["http://a.test", "--dsn", "x"]):
        ends = [subprocess.run([*command, "doctor", *arguments], capture_output=True, text=True, timeout=60) for command in DOCTORS.values()]
        assert [end.returncode for end in ends] == [2, 2]
        assert ends[0].stderr == ends[1].stderr and not ends[0].stdout + ends[1].stdout, arguments
