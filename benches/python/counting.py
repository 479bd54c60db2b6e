"""Runs workloads between marks that callgrind cuts its counts at: counting.py [WORKLOAD...]. See ../instructions.py."""

import gc
import os
import sys

import subjects
import workloads

PASSES = 8


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
    skipped = (" 8192", " 32768")  # the others show whether the cost is flat
    for subject, suffix in (("tracehop", ""), ("floor", " floor")):
        works, names = subjects.ALL[subject](work)
        for name, (statement, inputs) in works.items():
            if name.startswith(wanted or "W") and not name.endswith(skipped) and not (suffix and name.startswith("W8")):
                count(name + suffix, subjects.runner(statement, names), inputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
