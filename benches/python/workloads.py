"""The inputs of the workloads: 64 variants of each, of equal length, so that no cache gets the same text twice."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

NAMES = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")
KIB = 1024
SIZES = (8 * KIB, 16 * KIB, 32 * KIB, 1_000_000)
DSN = "https://49d0f7386ad645858ae85020e393bef3@o447951.ingest.sentry.io/1"


def inputs() -> SimpleNamespace:
    work = json.loads((Path(__file__).parent.parent / "workloads.json").read_text(), object_hook=lambda o: SimpleNamespace(**o))
    work.headers = [{"sentry-trace": trace, "baggage": baggage} for trace, baggage in zip(work.sentry_trace, work.baggage)]
    work.w3c = [{"traceparent": trace, "baggage": baggage} for trace, baggage in zip(work.traceparent, work.baggage)]
    work.targets = [target if isinstance(target, str) else re.compile(target.regex) for target in work.targets]
    work.hostile = {f"W8 {kind} {size}": [{"sentry-trace": work.sentry_trace[0], "baggage": text(size)}]
                    for kind, text in HOSTILE.items() for size in SIZES}
    return work


def _repeated(piece: str):
    return lambda size: (piece * (size // len(piece) + 1))[:size]


HOSTILE = {
    "members": _repeated("a=1,"),
    "percents": lambda size: "sentry-a=" + _repeated("%")(size - 9),
    "commas": _repeated(","),
    "blanks": _repeated(" "),
    "keys": lambda size: "".join(f"sentry-{at}=1," for at in range(size // 11))[:size],
}
