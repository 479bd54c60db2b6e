"""The promises of the demo, each as one sentence and whether it was observed."""

from dataclasses import dataclass

from . import promises


@dataclass
class Check:
    """A promise, whether it holds, and the facts that show it."""

    says: str
    held: bool
    detail: str


def all_of(evidence):
    """Checks every promise against the evidence."""
    return [_check(promise, evidence) for promise in promises.ALL]


def _check(promise, evidence):
    """Checks one promise. Any exception, such as for a missing fact, means that it is broken."""
    try:
        return Check(promise.says, True, promise(evidence))
    except promises.Broken as broken:
        return Check(promise.says, False, str(broken))
    except (LookupError, TypeError) as missing:
        return Check(promise.says, False, f"a fact is missing: {missing}")
