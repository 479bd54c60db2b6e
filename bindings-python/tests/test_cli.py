"""The command `tracehop`: explain with every kind of input. test_doctor.py tests doctor."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tracehop.cli import main

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


VECTORS = json.loads((Path(__file__).parents[2] / "host/vectors/explain.json").read_text(encoding="utf-8"))["vectors"]


def command(given: dict[str, Any], tmp_path: Path) -> tuple[list[str], str]:
    """Returns the arguments and the standard input of a vector."""
    arguments: list[str] = ["explain"]
    for name in ("url", "page_url"):
        arguments += [f"--{name.replace('_', '-')}", given[name]] if name in given else []
    for name, value in given.get("options", {}).items():
        option = f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, list) else [value]:
            arguments += [option] if each is True else [option, str(each)]
    if given["kind"] == "har":
        file = tmp_path / "page.har"
        file.write_text(given["texts"][0], encoding="utf-8")
        arguments += ["--har", str(file)]
    elif given["kind"] == "curl":
        arguments += ["--curl", given["texts"][0]]
    elif given["kind"] == "lines":
        arguments += [word for line in given["texts"] for word in ("-H", line)]
    return arguments, given["texts"][0]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vectors_of_explain_are_printed(vector: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> None:
    arguments, stdin = command(vector["given"], tmp_path)
    expect = vector["expect"]
    for more in ([], ["--json"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main([*arguments, *more])
        out, err = capfdbinary.readouterr()
        if "error" in expect:
            assert (code, out, err.decode()) == (2, b"", f"tracehop explain: {expect['error']}\n")
            continue
        text = json.dumps(expect["json"], indent=2, ensure_ascii=False) if more else "\n".join(expect["text"])
        assert (code, out, err) == (expect["code"], f"{text}\n".encode() if text else b"", b"")


def test_a_whole_trace_is_explained() -> None:
    code, told = answer("explain", *WHOLE, "--url", "https://api.test/", "--target", "https://api.test/")
    assert (code, told["continues"], told["sampled"]) == (0, True, True)
    ids = {"trace_id": TRACE, "span_id": "1234567890abcdef", "sampled": True}
    assert told["came"] == [{"name": "sentry-trace", "value": SENTRY_TRACE, **ids}]
    assert told["why_continues"] == "a valid header was received, and no organisation forbids it"
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


def test_table_reports_the_same_as_json() -> None:
    code, out, _ = run("explain", *WHOLE, "--url", "https://evil.test/", "--target", "https://api.test/")
    assert code == 0
    said = ("CONTINUES the trace", "release = a@1", "tenant=acme", "sample_rand_filled", "continues   yes  a valid header was received")
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
    assert (told["sampled"], told["why_sampled"]) == (None, "this service has no rate")
    assert "STARTS A NEW TRACE" in run("explain", *arguments)[1]


@pytest.mark.parametrize(("rate", "sampled"), [("1", True), ("0", False)])
def test_decision_of_this_service_is_reported_with_its_numbers(rate: str, sampled: bool) -> None:
    undecided = ["-H", f"sentry-trace: {TRACE}-1234567890abcdef", "-H", "baggage: sentry-sample_rand=0.25"]
    _, told = answer("explain", *undecided, "--traces-sample-rate", rate)
    assert (told["sampled"], told["why_sampled"]) == (sampled, f"this service decided: 0.250000 against the rate {float(rate)}")


def test_traceparent_is_reported() -> None:
    code, told = answer("explain", "-H", f"Traceparent: 00-{TRACE}-1234567890abcdef-01", "--propagate-traceparent")
    assert (code, told["came"][0]["name"], told["came"][0]["trace_id"]) == (0, "traceparent", TRACE)


def test_malformed_header_is_reported_with_its_offset() -> None:
    _, told = answer("explain", "-H", f"sentry-trace: {TRACE}-x")
    assert (told["came"][0]["kind"], told["came"][0]["at"]) == ("span_id_malformed", 33)


CURL = f"curl 'https://a.test/x?y=1' \\\n  -H 'accept: */*' \\\n  --header=sentry-trace:{SENTRY_TRACE} -H'Baggage: {BAGGAGE}' --compressed"


@pytest.mark.parametrize("way", ["--curl", "stdin"])
def test_a_curl_line(way: str) -> None:
    code, told = answer("explain", "--curl", CURL) if way == "--curl" else answer("explain", stdin=CURL)
    assert (code, told["request"], told["foreign"]) == (0, "https://a.test/x?y=1", ["tenant=acme"])


# As Chrome's "Copy as cURL (bash)" writes a value with an apostrophe or an exclamation mark, and "(cmd)" every value.
POSIX = rf"""curl 'https://a.test/x' \
  -H $'baggage: who=O\'Neill\u0021,sentry-trace_id={TRACE}' \
  -H 'sentry-trace: {SENTRY_TRACE}' --data-raw $'a\n\'b'"""
CMD = rf"""curl ^"https://a.test/x^" ^
  -H ^"baggage: who=^\^"O'Neill^\^"^!,sentry-release=a^%^40b,sentry-trace_id={TRACE}^" ^
  -H ^"sentry-trace: {SENTRY_TRACE}^" """


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("line", "foreign", "release"), [(POSIX, "who=O'Neill!", None), (CMD, """who="O'Neill"!""", "a@b")])
def test_a_curl_line_as_chrome_copies_it(line: str, foreign: str, release: str | None, newline: str) -> None:
    code, told = answer("explain", stdin=line.replace("\n", newline))
    members = {member["name"]: member["value"] for member in told["members"]}
    assert (code, told["request"], told["continues"]) == (0, "https://a.test/x", True)
    assert (told["foreign"], members["trace_id"], members.get("release")) == ([foreign], TRACE, release)


def test_header_lines_of_a_raw_request() -> None:
    code, told = answer("explain", stdin=f"GET /a:b HTTP/1.1\r\nHost: a.test\r\nSentry-Trace: {SENTRY_TRACE}\r\n\r\n")
    assert (code, told["continues"]) == (0, True)


def har(tmp_path: Path, *requests: dict[str, str]) -> str:
    def entry(headers: dict[str, str]) -> dict[str, Any]:
        return {"request": {"url": "https://a.test/", "headers": [{"name": name, "value": value} for name, value in headers.items()]}}

    file = tmp_path / "page.har"
    file.write_text(json.dumps({"log": {"entries": [entry(headers) for headers in requests]}}))
    return str(file)


def test_a_har_file_explains_each_request(tmp_path: Path) -> None:
    code, told = answer("explain", "--har", har(tmp_path, {"Sentry-Trace": SENTRY_TRACE}, {"sentry-trace": "-"}))
    assert (code, [request["continues"] for request in told]) == (1, [True, False])


def test_requests_of_a_har_file_without_a_trace_break_none(tmp_path: Path) -> None:
    other = {"traceparent": f"00-{TRACE}-1234567890abcdef-01", "accept": "*/*"}
    file = har(tmp_path, {"sentry-trace": SENTRY_TRACE}, {}, other)
    code, told = answer("explain", "--har", file)
    assert (code, [request["has_trace"] for request in told]) == (0, [True, False, False])
    assert run("explain", "--har", file)[1].count("STARTS A NEW TRACE: no trace was received") == 2
    assert answer("explain", "--har", file, "--propagate-traceparent")[1][2]["has_trace"]
    assert answer("explain", "--har", har(tmp_path, {}, {}))[0] == 1


@pytest.mark.parametrize("arguments", [WHOLE, [*WHOLE, "--json"]])
def test_a_reader_that_closes_the_pipe_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        command = [sys.executable, "-m", "tracehop", "explain", *arguments]
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (["explain"], "hello", "no header found: give lines of the form"),
        (["explain", "--har", "/nowhere.har"], "", "No such file"),
        (["explain", "--har", __file__], "", "this is not a HAR file"),
        (["explain", "--curl", "curl 'x"], "", "the curl line cannot be read"),
        (["explain", "--dsn", "x", "-H", "a: b"], "", "dsn: the DSN must begin with https:// or http://"),
        (["explain", "--traces-sample-rate", "2", "-H", "a: b"], "", "traces_sample_rate must be a finite number"),
        (["doctor"], "", "give an absolute URL"),
        (["doctor", "http:///health"], "", "give an absolute URL"),
        (["doctor", "http://127.0.0.1:9/"], "", "no response from 127.0.0.1:9"),
    ],
)
def test_wrong_usage_gives_exit_code_2_and_one_sentence(arguments: list[str], stdin: str, sentence: str) -> None:
    code, out, err = run(*arguments, stdin=stdin)
    assert (code, out) == (2, "")
    assert sentence in err and err.count("\n") == 1


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_a_wrong_port_is_refused_with_its_reason(port: str) -> None:
    code, out, err = run("doctor", "--echo", port, stdin="")
    assert (code, out) == (2, "") and f"'{port}' is no port from 0 to 65535" in err


def test_a_wrong_origin_is_refused_with_its_reason() -> None:
    code, out, err = run("explain", "--target-origin", "myapp.com", "-H", "a: b", stdin="")
    assert (code, out) == (2, "") and "an origin target must begin with https:// or http://" in err
