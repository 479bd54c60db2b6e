"""Runs workloads between marks that callgrind cuts its counts at: counting.py [WORKLOAD...]. See ../instructions.py."""

import gc
import os
import sys

import subjects
import workloads

PASSES = 8
SKIPPED = (" 8192", " 32768")  # the others show whether the cost is flat

# Which workloads of a subject are counted, and what is appended to their names.
FIELD = {
    "tracehop": (("W",), ""),
    "floor": (("W1", "W2", "W3", "W4", "W5", "W6", "W7"), " floor"),
    "sentry-sdk": (("W5",), " sentry-sdk"),
    "sentry-sdk with tracehop": (("W5", "W8 members"), " sentry-sdk with tracehop"),
}


def count(name: str, run, inputs: list) -> None:
    run(inputs, 2 * PASSES)
    for passes in (PASSES, 3 * PASSES):
        os.getppid()
        run(inputs, passes)
    os.getppid()
    print(name, 2 * PASSES * len(inputs), sep="\t", flush=True)


def main(*wanted: str) -> None:
    work = workloads.inputs()
    gc.disable()
    for subject, (counted, suffix) in FIELD.items():
        works, names = subjects.ALL[subject](work)
        for name, (statement, inputs) in works.items():
            if name.startswith(counted) and name.startswith(wanted or "W") and not name.endswith(SKIPPED):
                count(name + suffix, subjects.runner(statement, names), inputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
