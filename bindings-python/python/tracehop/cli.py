"""The command ``tracehop``: explains what headers mean, and examines what is between two services."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._doctor import command as doctor
from ._tracehop import Origin, Propagator, __version__, explain

EXPLAIN = "explains each member, lists anomalies, and says whether this service would continue, sample and propagate"
CODES = "Exit code 0: each trace that was received continues. 1: one is broken, or there is none. 2: wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Exit code 0: the trace is whole. 1: it is broken. 2: wrong usage, or no response."""
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
    """Prints UTF-8; it is no error if the reader has closed the pipe."""
    # A replacement of the stream may have no encoding.
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(encoding="utf-8")
    try:
        print(text, end="\n" if text else "", flush=True)
    except BrokenPipeError:
        # The interpreter flushes standard output once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tracehop", description="Carries a Sentry trace across every hop.")
    parser.add_argument("--version", action="version", version=f"tracehop {__version__}")
    commands = parser.add_subparsers(dest="command")
    explaining = commands.add_parser("explain", help=EXPLAIN, description=f"tracehop explain {EXPLAIN}.", epilog=CODES)
    explaining.set_defaults(run=_run_explain)
    explaining.add_argument("headers", nargs="*", metavar="'NAME: VALUE'", help="a header that came")
    explaining.add_argument("-H", "--header", action="append", default=[], metavar="'NAME: VALUE'", help="the same; may be repeated")
    explaining.add_argument("--curl", metavar="LINE", help="a curl line, as a browser's developer tools copy it")
    explaining.add_argument("--har", metavar="FILE", help="a HAR file; each of its requests is explained")
    explaining.add_argument("--url", help="a URL to send to: is it a target?")
    explaining.add_argument("--page-url", metavar="URL", help="with --url: the page that makes the request")
    _service_options(explaining)
    examining = commands.add_parser("doctor", help=doctor.ABOUT, description=f"tracehop doctor {doctor.ABOUT}.", epilog=doctor.CODES)
    examining.set_defaults(run=_run_doctor)
    doctor.add_arguments(examining)
    _service_options(examining)
    return parser


def _service_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    service = parser.add_argument_group("this service, by the options of Propagator")
    for name in ("dsn", "public-key", "org-id", "release", "environment"):
        service.add_argument(f"--{name}", metavar="TEXT")
    service.add_argument("--traces-sample-rate", type=float, metavar="RATE")
    targets: dict[str, Any] = {"action": "append", "dest": "trace_propagation_targets"}
    service.add_argument("--target", metavar="TEXT", help="a text of trace_propagation_targets; may be repeated", **targets)
    service.add_argument("--target-origin", metavar="ORIGIN", help="an origin of them; may be repeated", type=_origin, **targets)
    service.add_argument("--strict-trace-continuation", action="store_true")
    service.add_argument("--propagate-traceparent", action="store_true")


def _origin(text: str) -> Origin:
    try:
        return Origin(text)
    except ValueError as error:  # Of which argparse would print only the type's name.
        raise argparse.ArgumentTypeError(str(error)) from None


def _propagator(given: argparse.Namespace) -> Propagator:
    names = ("dsn", "public_key", "org_id", "release", "environment", "traces_sample_rate")
    more = ("trace_propagation_targets", "strict_trace_continuation", "propagate_traceparent")
    options: dict[str, Any] = {name: getattr(given, name) for name in (*names, *more)}
    return Propagator(**options)


def _input(given: argparse.Namespace) -> tuple[str, list[bytes]]:
    """Returns the kind and the bytes of the input."""
    if given.har is not None:
        return "har", [Path(given.har).read_bytes()]
    if given.curl is not None:
        return "curl", [os.fsencode(given.curl)]
    if lines := [*given.header, *given.headers]:
        return "lines", [os.fsencode(line) for line in lines]
    if sys.stdin.isatty():
        print("header lines or a curl line, then Ctrl-D:", file=sys.stderr)
    return "text", [sys.stdin.buffer.read()]


def _run_explain(given: argparse.Namespace) -> tuple[str, int]:
    propagator = _propagator(given)
    text, json, code = explain(propagator, *_input(given), given.url, given.page_url)
    return json if given.json else text, code


def _run_doctor(given: argparse.Namespace) -> tuple[str, int]:
    return doctor.run(given, _propagator)
