"""Times every subject on every workload, in turns within one run: timing.py [SECONDS_A_WORKLOAD] writes JSON.

Nanoseconds are medians of batches and count only the CPU time of this process. A ratio is the median of the ratios of
consecutive batches, so that load on the machine affects both alike.
"""

import gc
import json
import sys
from statistics import median
from time import perf_counter_ns, process_time_ns

import subjects
import workloads

BATCH_NS = 1_000_000
LEAST = 5  # batches, even if one takes a peer a second


def calibrated(run, inputs) -> tuple:
    """The run, with the number of passes that fills a batch."""
    run(inputs, 1)
    return run, inputs, max(1, int(BATCH_NS / len(inputs) / batch(run, inputs, 1)))


def batch(run, inputs, passes: int) -> float:
    """Nanoseconds of one operation."""
    began = process_time_ns()
    run(inputs, passes)
    return (process_time_ns() - began) / passes / len(inputs)


def in_turns(entrants: dict, seconds: float) -> dict:
    batches: dict = {name: [] for name in entrants}
    deadline = perf_counter_ns() + seconds * 1e9
    while perf_counter_ns() < deadline or len(batches["tracehop"]) < LEAST:
        for name, entrant in entrants.items():
            batches[name].append(batch(*entrant))
    ours = batches["tracehop"]
    return {name: {"ns": median(each), "ratio": median(a / b for a, b in zip(each, ours))} for name, each in batches.items()}


def main(seconds: float = 2.0) -> None:
    work = workloads.inputs()
    field = {name: subject(work) for name, subject in subjects.ALL.items()}
    gc.disable()
    result = {}
    for workload in field["tracehop"][0]:
        able = {name: works for name, (works, _) in field.items() if workload in works}
        entrants = {
            name: calibrated(subjects.runner(works[workload][0], field[name][1]), works[workload][1])
            for name, works in able.items()
        }
        result[workload] = in_turns(entrants, seconds)
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
