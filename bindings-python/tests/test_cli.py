"""The command `tracehop`: explain by every kind of input, doctor against a server behind a real nginx."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import wait_for, wsgiref_server

import tracehop
from tracehop._doctor import echo

TRACE = "771a43a4192642f0b136d5159a501700"
SENTRY_TRACE = f"{TRACE}-1234567890abcdef-1"
BAGGAGE = f"sentry-trace_id={TRACE},sentry-release=a%401,sentry-org_id=7,tenant=acme"
WHOLE = ["-H", f"sentry-trace: {SENTRY_TRACE}", "-H", f"baggage: {BAGGAGE}"]


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    command = [sys.executable, "-m", "tracehop", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def answer(*arguments: str, stdin: str = "") -> tuple[int, Any]:
    code, out, err = run(*arguments, "--json", stdin=stdin)
    assert not err, err
    return code, json.loads(out)


def test_a_whole_trace_is_explained() -> None:
    code, told = answer("explain", *WHOLE, "--url", "https://api.test/", "--target", "https://api.test/")
    assert (code, told["continues"], told["sampled"]) == (0, True, True)
    ids = {"trace_id": TRACE, "span_id": "1234567890abcdef", "sampled": True}
    assert told["came"] == [{"name": "sentry-trace", "value": SENTRY_TRACE, **ids}]
    assert told["why_continues"] == "a valid header came, and no organisation forbids it"
    assert told["why_sampled"] == "the caller decided, by the flag of its header"
    assert [(member["name"], member["value"]) for member in told["members"]] == [
        ("trace_id", TRACE),
        ("release", "a@1"),
        ("org_id", "7"),
    ]
    assert all(member["meaning"] for member in told["members"])
    assert told["foreign"] == ["tenant=acme"]
    assert [finding["code"] for finding in told["findings"]] == ["sample_rand_filled"]
    assert told["target"]["allowed"] and "target 1" in told["target"]["why"]
    assert told["sends"]["sentry-trace"].startswith(TRACE)


def test_a_table_says_the_same_to_a_person() -> None:
    code, out, _ = run("explain", *WHOLE, "--url", "https://evil.test/", "--target", "https://api.test/")
    assert code == 0
    said = ("CONTINUES the trace", "release = a@1", "tenant=acme", "sample_rand_filled", "continues   yes  a valid header came")
    for words in (*said, "samples     yes  the caller decided", "propagates  no   not allowed: none of the 1"):
        assert words in out
    assert "propagates  undecided  ask with --url" in run("explain", *WHOLE)[1]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["-H", "x: y"], "sentry_trace_missing"),
        (["-H", "sentry-trace: nonsense"], "sentry_trace_malformed"),
        (["-H", "baggage: sentry-a=1"], "sentry_trace_missing"),
        ([*WHOLE, "--org-id", "8"], "org_mismatch"),
        (["-H", f"sentry-trace: {SENTRY_TRACE}", "--org-id", "8", "--strict-trace-continuation"], "org_unknown_strict"),
    ],
)
def test_a_broken_trace_gives_exit_code_1_and_its_reason(arguments: list[str], kind: str) -> None:
    code, told = answer("explain", *arguments)
    assert (code, told["continues"]) == (1, False)
    (message,) = [finding["message"] for finding in told["findings"] if finding["code"] == kind]
    assert told["why_continues"] == message
    assert (told["sampled"], told["why_sampled"]) == (None, "nobody decided: this service has no rate")
    assert "STARTS A NEW TRACE" in run("explain", *arguments)[1]


@pytest.mark.parametrize(("rate", "sampled"), [("1", True), ("0", False)])
def test_a_decision_of_this_service_is_told_with_its_numbers(rate: str, sampled: bool) -> None:
    undecided = ["-H", f"sentry-trace: {TRACE}-1234567890abcdef", "-H", "baggage: sentry-sample_rand=0.25"]
    _, told = answer("explain", *undecided, "--traces-sample-rate", rate)
    assert (told["sampled"], told["why_sampled"]) == (sampled, f"this service decided: 0.250000 against the rate {float(rate)}")


def test_a_traceparent_is_told_too() -> None:
    code, told = answer("explain", "-H", f"Traceparent: 00-{TRACE}-1234567890abcdef-01", "--propagate-traceparent")
    assert (code, told["came"][0]["name"], told["came"][0]["trace_id"]) == (0, "traceparent", TRACE)


def test_a_malformed_header_is_told_with_its_place() -> None:
    _, told = answer("explain", "-H", f"sentry-trace: {TRACE}-x")
    assert (told["came"][0]["kind"], told["came"][0]["at"]) == ("span_id_malformed", 33)


CURL = f"curl 'https://a.test/x?y=1' \\\n  -H 'accept: */*' \\\n  --header=sentry-trace:{SENTRY_TRACE} -H'Baggage: {BAGGAGE}' --compressed"


@pytest.mark.parametrize("way", ["--curl", "stdin"])
def test_a_curl_line(way: str) -> None:
    code, told = answer("explain", "--curl", CURL) if way == "--curl" else answer("explain", stdin=CURL)
    assert (code, told["request"], told["foreign"]) == (0, "https://a.test/x?y=1", ["tenant=acme"])


def test_header_lines_of_a_raw_request() -> None:
    code, told = answer("explain", stdin=f"GET /a:b HTTP/1.1\r\nHost: a.test\r\nSentry-Trace: {SENTRY_TRACE}\r\n\r\n")
    assert (code, told["continues"]) == (0, True)


def test_a_har_file_explains_each_request(tmp_path: Path) -> None:
    def entry(url: str, **headers: str) -> dict[str, Any]:
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
        return {"request": {"url": url, "headers": named}}

    entries = [entry("https://a.test/", sentry_trace=SENTRY_TRACE), entry("https://b.test/", sentry_trace="-")]
    file = tmp_path / "page.har"
    file.write_text(json.dumps({"log": {"entries": entries}}))
    code, told = answer("explain", "--har", str(file))
    assert (code, [request["continues"] for request in told]) == (1, [True, False])


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["explain"], "hello", "no header found: give lines of the form"),
        (["explain", "--har", "/nowhere.har"], "", "No such file"),
        (["explain", "--har", __file__], "", "this is no HAR file"),
        (["explain", "--curl", "curl 'x"], "", "the curl line cannot be read"),
        (["explain", "--dsn", "x", "-H", "a: b"], "", "dsn: the DSN must begin with https:// or http://"),
        (["explain", "--traces-sample-rate", "2", "-H", "a: b"], "", "traces_sample_rate must be a finite number"),
        (["doctor"], "", "give an absolute URL"),
        (["doctor", "http://127.0.0.1:9/"], "", "no answer from 127.0.0.1:9"),
    ],
)
def test_a_wrong_question_gives_exit_code_2_and_one_sentence(arguments: list[str], stdin: str, sentence: str) -> None:
    code, out, err = run(*arguments, stdin=stdin)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  map $request_method $preflight {{ default 0; OPTIONS 1; }}
  server {{
    listen 127.0.0.1:{port};
    location /whole/ {{ {cors} proxy_pass {upstream}/; }}
    location /strips/ {{ {cors} proxy_set_header baggage ""; proxy_pass {upstream}/; }}
    location /changes/ {{ {cors} proxy_set_header sentry-trace "0-0"; proxy_pass {upstream}/; }}
    location /no-cors/ {{ if ($preflight) {{ return 204; }} proxy_pass {upstream}/; }}
    location /no-options/ {{ if ($preflight) {{ return 405; }} proxy_pass {upstream}/; }}
    location /blocks/ {{ {cors} if ($http_sentry_trace) {{ return 403; }} proxy_pass {upstream}/; }}
  }}
}}
"""
CORS = "if ($preflight) { add_header Access-Control-Allow-Headers 'sentry-trace, baggage'; return 204; }"


@contextlib.contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, upstream=upstream, cors=CORS))
    process = subprocess.Popen([str(shutil.which("nginx", path="/usr/sbin:/usr/bin")), "-c", str(configuration)])
    try:
        yield wait_for(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with echo(0) as upstream:
        thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with nginx(tmp_path_factory.mktemp("nginx"), f"http://127.0.0.1:{upstream.server_port}") as address:
                yield address
        finally:
            upstream.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("whole", 0, []),
        ("strips", 1, ["baggage is stripped on the way"]),
        ("changes", 1, ["sentry-trace is changed or repeated on the way"]),
        ("no-cors", 1, ["browsers of other origins may not send sentry-trace", "browsers of other origins may not send baggage"]),
        ("no-options", 1, ["the preflight was answered with 405", *["browsers of other origins may not send"] * 2]),
        ("blocks", 1, ["the traced request was answered with 403"]),
    ],
)
def test_doctor_says_what_a_proxy_does(proxied: str, path: str, code: int, said: list[str]) -> None:
    found, told = answer("doctor", f"{proxied}/{path}/")
    assert (found, told["ok"]) == (code, code == 0)
    assert len(told["problems"]) == len(said)
    for problem, words in zip(told["problems"], said, strict=True):
        assert problem["what"].startswith(words) and problem["change"]
    _, out, _ = run("doctor", f"{proxied}/{path}/")
    assert ("the trace arrives" if code == 0 else "BROKEN") in out


def test_doctor_believes_a_page_that_continues_the_trace_and_asks_where_nothing_shows() -> None:
    propagator = tracehop.Propagator()

    def page(environ: Any, start_response: Any) -> list[bytes]:
        names = propagator.allow_headers()
        start_response("200 OK", [("Access-Control-Allow-Headers", names)])
        return [tracehop.meta_tags().encode()]

    with wsgiref_server(tracehop.wsgi.Middleware(page, propagator)) as address:
        assert answer("doctor", address)[1]["problems"] == []
    with wsgiref_server(page) as address:
        code, told = answer("doctor", address)
    assert (code, told["ok"], len(told["problems"])) == (0, True, 1)
    assert "tracehop doctor --echo PORT" in told["problems"][0]["change"]
