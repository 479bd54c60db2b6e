"""The command ``tracehop``: explain what headers mean, and examine what stands between two services."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._curl import of_curl
from ._doctor import command as doctor
from ._explain import explain, table
from ._har import of_har
from ._input import Request, of_lines
from ._tracehop import Propagator, __version__

EXPLAIN = "says what each member means, what is odd, and whether this service would continue, sample and propagate"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: the trace is whole. 1: it is broken. 2: the question was wrong, or there is no answer to it."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not hasattr(given, "run"):
        print(f"tracehop {__version__}\nHelp: python -m tracehop --help")
        return 0
    try:
        text, code = given.run(given)
    except (ValueError, OSError) as error:
        print(f"tracehop {given.command}: {error}", file=sys.stderr)
        return 2
    _print(text)
    return int(code)


def _print(text: str) -> None:
    """Prints; a reader that has read enough and closed the pipe is no error."""
    try:
        print(text, end="\n" if text else "", flush=True)
    except BrokenPipeError:
        # The interpreter flushes standard output once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    examining = commands.add_parser("doctor", help=doctor.ABOUT, description=f"tracehop doctor {doctor.ABOUT}.", epilog=doctor.CODES)
    examining.set_defaults(run=_doctor)
    doctor.add_arguments(examining)
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
    text = sys.stdin.read()
    return [of_curl(text) if text.lstrip().startswith("curl ") else of_lines(text.splitlines())]


def _explain(given: argparse.Namespace) -> tuple[str, int]:
    propagator = _propagator(given)
    answers = [explain(propagator, request, given.url) for request in _requests(given)]
    code = 0 if _are_whole([bool(answer["continues"]) for answer in answers if answer["has_trace"]]) else 1
    if given.json:
        return json.dumps(answers if given.har else answers[0], indent=2), code
    return "\n\n".join(table(answer) for answer in answers), code


def _are_whole(continued: list[bool]) -> bool:
    """True if a trace came and each goes on; requests without one, as a page's to third parties, break none."""
    return bool(continued) and all(continued)


def _doctor(given: argparse.Namespace) -> tuple[str, int]:
    return doctor.run(given, _propagator)
