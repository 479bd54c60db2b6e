"""`tracehop doctor` behind Debian's nginx, haproxy, varnish and apache, correct and faulty; `make nightly` tests the other proxies."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import get, gunicorn_server, uvicorn_server, wsgiref_server

import tracehop
import tracehop.echo
from tracehop._doctor import command, examine
from tracehop._doctor.server import server
from tracehop.cli import main

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "servers"))

from proxies import running  # noqa: E402

PAGE = "https://page.test"
ALLOWED = {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Headers": "sentry-trace, baggage"}


def report(url: str, *arguments: str, http2: bool = False) -> tuple[int, dict[str, Any], str]:
    """Returns exit code, data and table of the command, which runs in this process to save time."""
    shown: list[str] = []

    def examined(*given: Any) -> tuple[str, str, int]:
        text, data, code = examine(*given)
        shown.append(text)
        return text, data, code

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "examine", examined)
        code, out = called("doctor", url, "--json", *arguments, *([] if http2 else ["--no-http2"]))
    return code, json.loads(out), shown[0]


def called(*arguments: str) -> tuple[int, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = main(arguments)
    return code, output.getvalue()


def problems(told: dict[str, Any]) -> list[str]:
    """Returns the problems that affect the verdict."""
    return [check["what"] for check in told["checks"] if check["required"] and check["verdict"] != "arrives"]


@contextlib.contextmanager
def echo_server() -> Iterator[int]:
    with server("127.0.0.1", 0) as upstream:
        thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield upstream.server_port
        finally:
            upstream.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    with echo_server() as port:
        yield port


@pytest.fixture(scope="module")
def proxies(echo: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Returns the addresses of the four proxies."""
    with contextlib.ExitStack() as stack:
        names = ("nginx", "apache", "haproxy", "varnish")
        yield {name: stack.enter_context(running(name, tmp_path_factory.mktemp(name), echo)) for name in names}


REFUSED = "a request with {} is refused (response status 403); without, the response status is 200"
FIRST_ONLY = "only the first line of baggage arrives"
CASES = [
    ("nginx/whole", 0, []),
    ("nginx/strips-baggage", 1, ["baggage does not arrive"]),
    ("nginx/strips-trace", 1, ["sentry-trace does not arrive"]),
    ("nginx/changes", 1, ["sentry-trace arrives changed"]),
    ("nginx/first-line", 1, [FIRST_ONLY, FIRST_ONLY]),
    ("nginx/blocks", 1, [REFUSED.format("sentry-trace")]),
    ("nginx/absent", 2, ["the response status is 404 without trace headers too"]),
    ("nginx/redirects", 0, []),
    ("nginx/blocks-redirect", 1, ["{url} refuses requests with trace headers"]),
    ("nginx/redirects-forever", 2, ["{url} redirects more than 10 times"]),
    ("apache/whole", 0, []),
    ("apache/strips-baggage", 1, ["baggage does not arrive"]),
    ("apache/changes", 1, ["sentry-trace arrives changed"]),
    ("apache/blocks", 1, [REFUSED.format("baggage")]),
    ("haproxy/whole", 0, []),
    ("haproxy/strips-baggage", 1, ["baggage does not arrive"]),
    ("haproxy/doubles", 1, ["sentry-trace arrives 2 times"]),
    ("haproxy/short", 1, ["it is refused: response status 400"]),
    ("varnish/whole", 0, []),
    ("varnish/collects", 0, []),
    ("varnish/caches", 0, []),
    ("varnish/strips-baggage", 1, ["baggage does not arrive"]),
    ("varnish/one-for-all", 2, ["the response belongs to another request: it comes from a cache"]),
]


@pytest.mark.parametrize(("path", "code", "said"), CASES, ids=[case[0] for case in CASES])
def test_proxy_behaviour_gives_the_right_verdict(proxies: dict[str, str], path: str, code: int, said: list[str]) -> None:
    name, _, rest = path.partition("/")
    url = f"{proxies[name]}/{rest}/"
    found, told, shown = report(url)
    assert (found, problems(told)) == (code, [what.format(url=url) for what in said])
    assert told["verdict"] == ("arrives", "broken", "cannot_tell")[code]
    assert ("the trace arrives", "the trace is BROKEN on the way", "CANNOT TELL whether")[code] in shown.splitlines()[0]
    assert all(check["change"] for check in told["checks"] if check["verdict"] != "arrives" and check["required"])


def test_sent_and_received_are_in_one_row(proxies: dict[str, str]) -> None:
    _, told, shown = report(f"{proxies['nginx']}/changes/")
    [check] = [check for check in told["checks"] if check["check"] == "one_line"]
    assert check["received"]["sentry-trace"] == ["0-0"]
    assert check["received"]["baggage"] == check["sent"]["baggage"]
    assert f"      sent      sentry-trace: {check['sent']['sentry-trace'][0]}\n      received  sentry-trace: 0-0\n" in shown


def test_the_command_prints_the_table(proxies: dict[str, str]) -> None:
    code, out = called("doctor", f"{proxies['nginx']}/changes/", "--no-http2")
    assert code == 1 and "received  sentry-trace: 0-0\n" in out


def test_lengths_are_found_by_bisection(proxies: dict[str, str]) -> None:
    longest = {name: report(f"{proxies[name]}/whole/")[1]["largest_baggage"][0]["bytes"] for name in ("nginx", "apache", "varnish")}
    assert longest == {"nginx": 8181, "apache": 8182, "varnish": 8183}
    _, told, shown = report(f"{proxies['haproxy']}/short/")
    assert told["largest_baggage"] == [{"protocol": "HTTP/1.1", "bytes": 1500, "beyond": "response status 400"}]
    assert "baggage of 1,500 bytes passes; longer: response status 400" in shown


def test_both_protocols_are_examined(proxies: dict[str, str]) -> None:
    pytest.importorskip("h2")
    code, told, _ = report(f"{proxies['haproxy']}/doubles/", http2=True)
    assert (code, [check["protocol"] for check in told["checks"]]) == (1, ["HTTP/1.1", "HTTP/2"])
    code, told, _ = report(f"{proxies['nginx']}/changes/", http2=True)
    assert [note.partition(":")[0] for note in told["notes"]] == ["HTTP/2 was not examined"]


def test_a_redirect_to_another_host_gets_no_headers(tmp_path: Path) -> None:
    seen: list[Any] = []

    def elsewhere(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ.get("HTTP_SENTRY_TRACE"))
        return tracehop.echo.wsgi(environ, start_response)

    with wsgiref_server(elsewhere) as address, running("nginx", tmp_path, int(address.rpartition(":")[2])) as edge:
        seen.clear()
        code, told, shown = report(f"{edge}/redirects-away/")
        assert (code, seen) == (2, [])
        assert "redirects to another host" in problems(told)[0] and f"redirect 302: {edge}/redirects-away/ -> {address}/" in shown
        code, told, _ = report(f"{edge}/redirects-away/", "--target", address, "--target", edge)
        assert code == 0 and any(seen)


def test_echo_responds_to_any_method(echo: int) -> None:
    address = f"http://127.0.0.1:{echo}"
    for method in ("OPTIONS", "HEAD", "GET", "POST"):
        answer = get(address, method=method)
        assert (answer.status, answer.getheader("Cache-Control")) == (200, "no-store")
        assert bool(answer.body) == (method != "HEAD")
    assert json.loads(get(address).body)["tracehop-echo"]["id"] != json.loads(get(address).body)["tracehop-echo"]["id"]


@pytest.mark.parametrize("serve", ["wsgiref", "gunicorn", "uvicorn"])
def test_the_echo_application_shows_what_its_server_does(serve: str) -> None:
    starts: dict[str, Any] = {
        "wsgiref": lambda: wsgiref_server(tracehop.echo.wsgi),
        "gunicorn": lambda: gunicorn_server("tracehop.echo:wsgi"),
        "uvicorn": lambda: uvicorn_server(tracehop.echo.asgi),
    }
    with starts[serve]() as address:
        code, told, _ = report(address)
        head = get(address, method="HEAD")
    assert (code, problems(told), told["seen_by"]) == (0, [], "echo")
    assert (head.status, head.body, head.getheader("cache-control")) == (200, b"", "no-store")
    underscore = next(check for check in told["checks"] if check["check"] == "underscore_name")
    # Only wsgiref joins both spellings, which is a risk and breaks no trace.
    assert underscore["verdict"] == ("broken" if serve == "wsgiref" else "arrives") and not underscore["required"]


def test_a_server_that_keeps_the_last_line_or_joins_without_a_comma_is_named() -> None:
    def changed(join: Any) -> Any:
        def app(environ: Any, start_response: Any) -> list[bytes]:
            lines = environ.get("HTTP_BAGGAGE", "").split(",tracehop-doctor") if "HTTP_BAGGAGE" in environ else None
            if lines and not environ["HTTP_BAGGAGE"].startswith("tracehop-doctor"):
                environ["HTTP_BAGGAGE"] = join([lines[0], f"tracehop-doctor{lines[1]}"])
            return tracehop.echo.wsgi(environ, start_response)

        return app

    for join, said in ((lambda lines: lines[-1], "only the last line of baggage arrives"), ("".join, "the lines of baggage are joined without a separator")):
        with wsgiref_server(changed(join)) as address:
            code, told, _ = report(address)
        assert (code, problems(told)) == (1, [said])


# The responses of an application that is no echo.


def page(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<html><head>{tracehop.meta_tags()}</head></html>".encode()]


def plain(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


@contextlib.contextmanager
def behind_nginx(app: Any, folder: Path) -> Iterator[str]:
    with wsgiref_server(app) as address, running("nginx", folder, int(address.rpartition(":")[2])) as edge:
        yield edge


def test_a_page_shows_what_arrived(tmp_path: Path) -> None:
    app = tracehop.wsgi.Middleware(page, tracehop.Propagator(public_key="key"))
    with behind_nginx(app, tmp_path) as edge:
        assert [report(f"{edge}/{path}/")[0] for path in ("whole", "strips-baggage", "strips-trace", "first-line")] == [0, 1, 1, 1]
        _, told, _ = report(f"{edge}/strips-baggage/")
        assert told["seen_by"] == "page" and problems(told) == ["baggage does not arrive: the page does not have the DSC of the trace"]
        _, told, _ = report(f"{edge}/strips-trace/")
        assert problems(told) == ["sentry-trace does not arrive: the page starts its own trace each time"]
        assert report(f"{edge}/whole/", "--org-id", "7")[0] == 0


def test_a_page_of_an_application_that_refuses_other_organisations_cannot_tell(tmp_path: Path) -> None:
    own = tracehop.Propagator(public_key="key", org_id="7", strict_trace_continuation=True)
    with wsgiref_server(tracehop.wsgi.Middleware(page, own)) as address:
        code, told, _ = report(address)
        assert code == 2 and "--dsn" in told["checks"][0]["change"]
        assert report(address, "--org-id", "7")[0] == 0


def test_a_page_with_a_constant_trace_comes_from_a_cache() -> None:
    tags = str(tracehop.Propagator().start_trace().meta_tags()).encode()

    def constant(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [tags]

    with wsgiref_server(constant) as address:
        code, told, _ = report(address)
    assert code == 2 and "comes from a cache" in problems(told)[0]


def test_response_without_evidence_cannot_tell_although_the_trace_is_stripped(tmp_path: Path) -> None:
    with behind_nginx(plain, tmp_path) as edge:
        for path in ("whole", "strips-trace", "strips-baggage"):
            code, told, _ = report(f"{edge}/{path}/")
            assert (code, told["seen_by"]) == (2, "status")
            assert "--echo PORT" in told["checks"][0]["change"]
            assert told["largest_baggage"][0]["bytes"] <= 8181
        assert report(f"{edge}/blocks/")[0] == 1


# The browser's verdict.


def backend(**headers: str) -> Any:
    """An application that responds to preflights, and to the requests after them, with exactly these headers."""
    propagator = tracehop.Propagator()

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", list(headers.items()))
        return [f"<head>{propagator.continue_trace(environ).meta_tags()}</head>".encode()]

    return app


NO_ORIGIN = f"the response does not allow {PAGE}"


@pytest.mark.parametrize(
    ("headers", "options", "code", "said"),
    [
        ({}, [], 0, []),
        (ALLOWED, ["--origin", PAGE], 0, []),
        ({**ALLOWED, "Access-Control-Allow-Origin": "*"}, ["--origin", PAGE], 0, []),
        ({}, ["--origin", PAGE], 1, [NO_ORIGIN, NO_ORIGIN]),
        ({**ALLOWED, "Access-Control-Allow-Origin": "https://other.test"}, ["--origin", PAGE], 1, [NO_ORIGIN, NO_ORIGIN]),
        ({"Access-Control-Allow-Origin": PAGE}, ["--origin", PAGE], 1, ["pages of other origins may not send sentry-trace and baggage"]),
        ({**ALLOWED, "Access-Control-Allow-Origin": "*"}, ["--origin", PAGE, "--credentials"], 1, [f"{NO_ORIGIN} with credentials"] * 2),
        ({**ALLOWED, "Access-Control-Allow-Credentials": "true"}, ["--origin", PAGE, "--credentials"], 0, []),
    ],
)
def test_cors_is_checked_as_a_browser_does_and_only_if_requested(headers: Any, options: list[str], code: int, said: list[str]) -> None:
    with wsgiref_server(backend(**headers)) as address:
        found, told, _ = report(address, *options)
        assert (found, problems(told)) == (code, said)
        assert report(address, "--origin", address)[0] == 0, "a browser sends no preflight to the same origin"


def test_a_preflight_that_is_refused_or_redirected_is_broken() -> None:
    def refusing(status: str) -> Any:
        app = backend(**ALLOWED)

        def answer(environ: Any, start_response: Any) -> Any:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                start_response(status, [*ALLOWED.items(), ("Location", "/")])
                return [b""]
            return app(environ, start_response)

        return answer

    for status in ("405 Method Not Allowed", "302 Found"):
        with wsgiref_server(refusing(status)) as address:
            code, told, _ = report(address, "--origin", PAGE)
        assert (code, problems(told)) == (1, [f"the response status of the preflight is {status[:3]}"])


def test_an_echo_says_nothing_of_the_applications_cors(echo: int) -> None:
    code, told, _ = report(f"http://127.0.0.1:{echo}/", "--origin", PAGE)
    assert code == 2 and all("echo application" in what for what in problems(told))


def test_preflight_to_an_absent_url_cannot_tell(proxies: dict[str, str]) -> None:
    code, told, _ = report(f"{proxies['nginx']}/absent/", "--origin", PAGE)
    assert (code, told["verdict"]) == (2, "cannot_tell")


def test_no_answer_at_all_is_exit_code_2() -> None:
    with pytest.raises(OSError, match="no response from 127.0.0.1:9"):
        examine(tracehop.Propagator(), "http://127.0.0.1:9/")
