"""The arguments and the output of ``tracehop doctor``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from .._tracehop import Propagator
from . import examine
from .server import serve

ABOUT = "sends requests with and without a trace, and says whether the trace arrives, what is lost on the way, and what to change"
CODES = "Exit code 0: the trace arrives. 1: it is broken. 2: cannot tell, or there is no response. No proxy of the environment is used."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the command."""
    parser.add_argument("url", nargs="?", help="where the trace should arrive")
    parser.add_argument("--origin", help="the origin of a page that sends requests here: examines CORS as its browser does")
    parser.add_argument("--credentials", action="store_true", help="with --origin: the page sends cookies")
    parser.add_argument("--no-http2", action="store_true", help="examine HTTP/1.1 only; HTTP/2 needs: pip install 'tracehop[doctor]'")
    parser.add_argument("--echo", type=_port, metavar="PORT", help="serve what arrives, instead of the application")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="with --echo: where to listen (127.0.0.1)")


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")


def run(given: argparse.Namespace, propagator: Callable[[argparse.Namespace], Propagator]) -> tuple[str, int]:
    """Runs the command; returns the text to print and the exit code."""
    if given.echo is not None:
        serve(given.bind, given.echo)
        return "", 0
    has_targets = given.trace_propagation_targets is not None
    text, json, code = examine(propagator(given), given.url or "", given.origin, given.credentials, has_targets, not given.no_http2)
    return json if given.json else text, code
