"""Runs workloads between marks at which callgrind splits its counts: counting.py [[-]WORKLOAD...]. See ../instructions.py."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import clients
import middlewares
import services
import subjects
import workloads

PASSES = 8
# Workloads of 20,000 instructions and more: with all passes callgrind takes minutes.
LONG = ("W9", "W10", "W11")
LONG_PASSES = 2
SKIPPED = (" 8192", " 32768", "aiohttp")  # the other sizes show if the cost is constant; an event loop reads the clock

# The workloads of a subject that are counted, and the suffix of their names.
FIELD = {
    "tracehop": (("W",), ""),
    "floor": (("W1", "W2", "W3", "W4", "W5", "W6", "W7"), " floor"),
    "sentry-sdk": (("W5",), " sentry-sdk"),
    "sentry-sdk with tracehop": (("W5", "W8 members"), " sentry-sdk with tracehop"),
}


def count(name: str, run, inputs: list) -> None:
    batch = LONG_PASSES if name.startswith(LONG) else PASSES
    run(inputs, 2 * batch)
    for passes in (batch, 3 * batch):
        os.getppid()
        run(inputs, passes)
    os.getppid()
    print(name, 2 * batch * len(inputs), sep="\t", flush=True)


def of_services(work) -> Iterator[tuple[str, str, list, dict]]:
    """Requests and calls, in a process without the SDK."""
    for subject in ("tracehop", "bare"):
        suffix = "" if subject == "tracehop" else " bare"
        for name, (statement, inputs, names) in {**middlewares.works(subject, work), **clients.works(subject, work)}.items():
            yield name + suffix, statement, inputs, names


def of_peers(work) -> Iterator[tuple[str, str, list, dict]]:
    """Each subject's workloads: name, statement, inputs and the statement's names."""
    for subject, (counted, suffix) in FIELD.items():
        works, names = subjects.ALL[subject](work)
        for name, (statement, inputs) in works.items():
            if name.startswith(counted):
                yield name + suffix, statement, inputs, names


def of_recording_sdks(work) -> Iterator[tuple[str, str, list, dict]]:
    """The SDK as in a service, a new copy each time."""
    from tracehop import _current

    for subject in ("sentry-sdk", "sentry-sdk with tracehop"):
        for name in [name for name in sys.modules if name.split(".")[0] == "sentry_sdk" or name.startswith("tracehop.") and "sentry" in name]:
            del sys.modules[name]
        _current.RECORDERS.clear()
        services.set_up_sentry(subject, 1.0)
        for name, (statement, inputs, names) in services.recording(work).items():
            yield f"{name} {subject}", statement, inputs, names


def is_wanted(name: str, words: tuple[str, ...]) -> bool:
    """True if the words allow the workload: W1 means that one and not W10, -W1 all others; without words every one is."""
    def named(words: list[str]) -> bool:
        return any(f"{name} ".startswith(f"{word} ") for word in words)

    wanted = [word for word in words if not word.startswith("-")]
    return not named([word[1:] for word in words if word.startswith("-")]) and (not wanted or named(wanted))


def main(*wanted: str) -> None:
    work = workloads.inputs()
    gc.disable()
    for counted in (of_services, of_peers, of_recording_sdks):
        for name, statement, inputs, names in counted(work):
            if is_wanted(name, wanted) and not name.split(" bare")[0].endswith(SKIPPED):
                count(name, subjects.runner(statement, names), inputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
