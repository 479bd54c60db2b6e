"""The command ``tracehop``: explain what headers mean, and examine what stands between two services."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._doctor import UnreachableError, doctor, echo
from ._explain import explain, table
from ._input import InputError, Request, of_curl, of_har, of_lines, of_text
from ._tracehop import Propagator, __version__

EXPLAIN = "says what each member means, what is odd, and whether this service would continue, sample and propagate"
DOCTOR = "sends a preflight and a traced request, and says which header is stripped or not allowed and what to change"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: the trace is whole. 1: it is broken. 2: the question was wrong, or the server did not answer."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not hasattr(given, "run"):
        print(f"tracehop {__version__}\nHelp: python -m tracehop --help")
        return 0
    try:
        code: int = given.run(given)
        return code
    except (InputError, UnreachableError, ValueError, OSError) as error:
        print(f"tracehop {given.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tracehop", description="Carries a Sentry trace across every hop.")
    parser.add_argument("--version", action="version", version=f"tracehop {__version__}")
    commands = parser.add_subparsers(dest="command")
    explaining = commands.add_parser("explain", help=EXPLAIN, description=f"tracehop explain {EXPLAIN}.")
    explaining.set_defaults(run=_explain)
    explaining.add_argument("-H", "--header", action="append", default=[], metavar="'NAME: VALUE'", help="a header that came; may be repeated")
    explaining.add_argument("--curl", metavar="LINE", help="a curl line, as a browser's developer tools copy it")
    explaining.add_argument("--har", metavar="FILE", help="a HAR file; each of its requests is explained")
    explaining.add_argument("--url", help="a URL to send to: is it a target?")
    _service_options(explaining)
    examining = commands.add_parser("doctor", help=DOCTOR, description=f"tracehop doctor {DOCTOR}.")
    examining.set_defaults(run=_doctor)
    examining.add_argument("url", nargs="?", help="where the trace should arrive")
    examining.add_argument("--origin", default="https://page.example", help="the origin that the preflight asks for")
    examining.add_argument("--echo", type=int, metavar="PORT", help="serve what arrives, in the place of the server")
    _service_options(examining)
    return parser


def _service_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    service = parser.add_argument_group("this service, by the options of Propagator")
    for name in ("dsn", "public-key", "org-id", "release", "environment"):
        service.add_argument(f"--{name}")
    service.add_argument("--traces-sample-rate", type=float)
    service.add_argument("--target", action="append", dest="trace_propagation_targets", metavar="TEXT", help="may be repeated")
    service.add_argument("--strict-trace-continuation", action="store_true")
    service.add_argument("--propagate-traceparent", action="store_true")


def _propagator(given: argparse.Namespace) -> Propagator:
    names = ("dsn", "public_key", "org_id", "release", "environment", "traces_sample_rate")
    more = ("trace_propagation_targets", "strict_trace_continuation", "propagate_traceparent")
    options: dict[str, Any] = {name: getattr(given, name) for name in (*names, *more)}
    return Propagator(**options)


def _requests(given: argparse.Namespace) -> list[Request]:
    if given.har:
        return list(of_har(Path(given.har).read_text(encoding="utf-8-sig")))
    if given.curl:
        return [of_curl(given.curl)]
    if given.header:
        return [of_lines(given.header)]
    if sys.stdin.isatty():
        print("header lines or a curl line, then Ctrl-D:", file=sys.stderr)
    return [of_text(sys.stdin.read())]


def _explain(given: argparse.Namespace) -> int:
    propagator = _propagator(given)
    answers = [explain(propagator, request, given.url) for request in _requests(given)]
    if given.json:
        print(json.dumps(answers if given.har else answers[0], indent=2))
    else:
        print("\n\n".join(table(answer) for answer in answers))
    return 0 if all(answer["continues"] for answer in answers) else 1


def _doctor(given: argparse.Namespace) -> int:
    if given.echo is not None:
        return _serve(given.echo)
    if given.url is None or "://" not in given.url:
        raise InputError("give an absolute URL, as in: tracehop doctor https://api.myapp.com/health")
    answer = doctor(_propagator(given), given.url, given.origin)
    if given.json:
        print(json.dumps(answer, indent=2))
    else:
        print(f"{answer['url']}: {'the trace arrives' if answer['ok'] else 'the trace is BROKEN on the way'}")
        for problem in answer["problems"]:
            print(f"  {problem['what']}\n    -> {problem['change']}")
    return 0 if answer["ok"] else 1


def _serve(port: int) -> int:
    with echo(port) as server:
        print(f"echo on http://127.0.0.1:{server.server_port}/ until Ctrl-C", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
    return 0
