"""`make demo`: one trace from a real Chromium through Python to Ruby, observed, drawn and checked."""

import argparse
import signal
import subprocess
import sys
import threading

import httpx
from rich.console import Console
from rich.text import Text

from runner import checks, tree
from runner.chain import HERE, TARGET, Chain
from runner.evidence import NoBrowser, gather
from runner.ports import PortTaken, claim
from runner.service import NotReady
from waterfall import page

WIDE = 132
console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def main():
    """Runs everything once; with --serve it keeps running. The exit code is 0 only if every promise holds."""
    port = options().serve
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        chain = Chain(claim(port) if port and port > 1 else None)
        with chain.running():
            held = show(chain)
            if port:
                serve(chain)
        return 0 if held else 1
    except PortTaken as failure:
        return complain(failure)
    except (NotReady, NoBrowser, httpx.HTTPError, subprocess.CalledProcessError) as failure:
        return complain(failure, chain.services)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


def options():
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    stay = "stay up, the page on this port; 1, or none named, is any free port"
    parser.add_argument("--serve", type=int, nargs="?", const=1, metavar="PORT", help=stay)
    return parser.parse_args()


def show(chain):
    """Runs the visit, prints and draws it; returns true if every promise holds."""
    evidence = gather(chain)
    results = checks.all_of(evidence)
    for drawn in tree.trees(evidence.spans):
        console.print(drawn, "")
    draw(chain, evidence, results)
    for result in results:
        mark = ("ok    ", "green") if result.held else ("FAILED ", "red")
        console.print(Text.assemble(mark, result.says, (f"\n      {result.detail}", "dim")))
    held = all(result.held for result in results)
    if not held:
        tell_logs(chain.services)
    return held


def draw(chain, evidence, results):
    """Writes the waterfall and its screenshot."""
    html, png = TARGET / "trace.html", TARGET / "trace.png"
    html.write_text(page.render(evidence.spans, checks=results, browser=evidence.browser))
    command = ["node", "drive/screenshot.mjs", str(html), str(png)]
    done = subprocess.run(command, cwd=HERE, env=chain.environment, capture_output=True, text=True)
    if done.returncode:
        raise NoBrowser(done.stderr.strip())
    for made in (html, png):
        console.print("wrote ", made.relative_to(TARGET.parents[1]))


def serve(chain):
    """Runs until Ctrl-C."""
    console.print(f"\nThe shop    {chain.page}\nIts traces  {chain.page}/traces\nCtrl-C stops everything.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("\nStopped.")


def complain(failure, services=()):
    """Prints one sentence, then the end of each service's log."""
    console.print(Text(str(failure), "red"))
    tell_logs(services)
    return 1


def tell_logs(services):
    """The last lines of every log."""
    for service in services:
        console.print(Text.assemble((f"\n{service.log.name}\n", "bold"), "\n".join(service.last_lines())))


if __name__ == "__main__":
    sys.exit(main())
