"""A service's requests (W9), calls (W10) and the SDK's own work (W11), each subject in its own process, because a peer cannot be
uninstalled from a process.

services.py [SECONDS_A_WORKLOAD] writes JSON in the form of timing.py, with `added`: the median time that a subject adds to the
bare call of the same turn, in nanoseconds. services.py --process NAME is one of its processes.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import subprocess
import sys
from statistics import median
from time import perf_counter_ns

import clients
import middlewares
import subjects
import timing
import workloads

# Two processes of the SDK: one records nothing, as the others, and one records its requests.
PROCESSES = {
    "bare": ("bare", None), "tracehop": ("tracehop", None), "sentry-sdk": ("sentry-sdk", None),
    "opentelemetry": ("opentelemetry", None), "ddtrace": ("ddtrace", None),
    "sentry-sdk recording": ("sentry-sdk", 1.0), "sentry-sdk with tracehop recording": ("sentry-sdk with tracehop", 1.0),
}
LEAST = 5


def works(subject: str, rate: float | None) -> dict:
    """The workloads of a subject; installs what it needs in this process."""
    work = workloads.inputs()
    if subject == "ddtrace":
        subjects.set_up_ddtrace()
    if subject.startswith("sentry-sdk"):
        set_up_sentry(subject, rate)
    if rate:
        return recording(work)
    found = middlewares.works(subject, work)
    return found if subject in ("opentelemetry", "ddtrace") else found | clients.works(subject, work)


def set_up_sentry(subject: str, rate: float | None) -> None:
    """The SDK as in a service, except for its transport."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Nowhere(Transport):
        def capture_envelope(self, envelope) -> None:
            pass

    integrations = []
    if subject == "sentry-sdk with tracehop":
        from tracehop.sentry import Integration

        integrations = [Integration()]
    sentry_sdk.init(dsn=workloads.DSN, transport=Nowhere, integrations=integrations, traces_sample_rate=rate)


def recording(work) -> dict:
    """W11: the SDK continues, without and with a transaction, and writes both headers; the end of a transaction is not measured."""
    import sentry_sdk
    from sentry_sdk.tracing_utils import PropagationContext

    hop = "dict(PropagationContext.from_incoming_data(it).iter_headers())"
    transaction = "dict(start(continued(it)).iter_headers())"
    return {
        "W11 hop": (hop, work.headers, {"PropagationContext": PropagationContext}),
        "W11 transaction": (transaction, work.headers, {"start": sentry_sdk.start_transaction, "continued": sentry_sdk.continue_trace}),
    }


def serve(process: str) -> None:
    """Reads lines of a workload and a number of passes, and prints the nanoseconds of one operation for each."""
    logging.disable()  # OpenTelemetry logs each member that it does not read
    with contextlib.redirect_stdout(sys.stderr):
        made = {name: (subjects.runner(text, names), inputs) for name, (text, inputs, names) in works(*PROCESSES[process]).items()}
    print(json.dumps([*made]), flush=True)
    gc.disable()
    for line in sys.stdin:
        name, passes = json.loads(line)
        run, inputs = made[name]
        if passes:
            print(timing.batch(run, inputs, passes), flush=True)
        else:
            print(timing.calibrated(run, inputs)[2], flush=True)
        gc.collect()


class Entrant:
    """The process of a subject."""

    def __init__(self, process: str) -> None:
        self.subject = PROCESSES[process][0]
        command = [sys.executable, __file__, "--process", process]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
        self.workloads = json.loads(self.process.stdout.readline())

    def ask(self, workload: str, passes: int = 0) -> float:
        self.process.stdin.write(json.dumps([workload, passes]) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def in_turns(able: dict, workload: str, seconds: float) -> dict:
    passes = {name: int(entrant.ask(workload)) for name, entrant in able.items()}
    turns, deadline = [], perf_counter_ns() + seconds * 1e9
    while perf_counter_ns() < deadline or len(turns) < LEAST:
        turns.append({name: entrant.ask(workload, passes[name]) for name, entrant in able.items()})
    base = "bare" if "bare" in able else "sentry-sdk"
    ours = "tracehop" if "tracehop" in able else "sentry-sdk with tracehop"
    return {
        name: {
            "ns": median(turn[name] for turn in turns),
            "ratio": median(turn[name] / turn[ours] for turn in turns),
            "added": median(turn[name] - turn[base] for turn in turns),
        }
        for name in able
    }


def main(seconds: float = 2.0) -> None:
    entrants = [Entrant(process) for process in PROCESSES]
    try:
        names = dict.fromkeys(name for entrant in entrants for name in entrant.workloads)
        result = {}
        for workload in names:
            able = {entrant.subject: entrant for entrant in entrants if workload in entrant.workloads}
            result[workload] = in_turns(able, workload, seconds)
        json.dump(result, sys.stdout, indent=1)
    finally:
        for entrant in entrants:
            entrant.end()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--process"]:
        serve(sys.argv[2])
    else:
        main(*map(float, sys.argv[1:]))
