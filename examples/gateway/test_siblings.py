"""HAProxy and Caddy by configuration alone: `tracehop doctor` reports that the trace arrives whole behind them."""

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import tracehop
from tracehop._doctor import examine
from tracehop._doctor.server import server

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "servers"))

from proxies import HOST, free_port, program  # noqa: E402

COMMANDS = {
    "haproxy.cfg": ["haproxy", "-db", "-f"],
    "Caddyfile": ["caddy", "run", "--adapter", "caddyfile", "--config"],
}


@pytest.fixture(scope="module")
def upstream():
    with server(HOST, 0) as echo:
        thread = threading.Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield echo.server_port
        echo.shutdown()
        thread.join()


@pytest.fixture(scope="module", params=COMMANDS)
def edge(request, upstream, tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("edge"), free_port()
    text = (HERE / f"{request.param}.in").read_text()
    (folder / request.param).write_text(text.replace("@PORT@", str(port)).replace("@UPSTREAM@", str(upstream)))
    name, *options = COMMANDS[request.param]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program(name), *options, str(folder / request.param)], stdout=log, stderr=log, cwd=folder)
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError):
            if shown(port)[0] == 200:
                break
        assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(timeout=20)


def shown(port, *lines):
    """The status, and the trace headers that the application received."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    with contextlib.closing(connection):
        connection.putrequest("GET", "/")
        for name, value in lines:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
    return answer.status, json.loads(body)["tracehop-echo"]["headers"] if answer.status == 200 else {}


def test_doctor_finds_the_trace_whole(edge):
    told = json.loads(examine(tracehop.Propagator(), f"http://{HOST}:{edge}/", http2=False)[1])
    assert told["verdict"] == "arrives"
    assert [check["check"] for check in told["checks"] if check["verdict"] != "arrives"] == []
    # 8 KiB and the other headers pass; far larger ones are refused.
    assert 16_384 < told["largest_baggage"][0]["bytes"] < 61_440 and told["largest_baggage"][0]["beyond"]


def test_the_name_with_an_underscore_is_dropped_and_two_lines_stay_two(edge):
    lines = [("sentry_trace", "x"), ("sentry-trace", "y"), ("baggage", "a=1"), ("x-other", "z"), ("baggage", "b=2")]
    assert shown(edge, *lines) == (200, {"sentry-trace": ["y"], "baggage": ["a=1", "b=2"]})
