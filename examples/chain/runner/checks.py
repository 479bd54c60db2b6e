"""The promises of the demo, each as one sentence that was observed or was not."""

from dataclasses import dataclass

from . import promises


@dataclass
class Check:
    """What one promise says, whether it held, and by which facts."""

    says: str
    held: bool
    detail: str


def all_of(evidence):
    """Every promise, held against the evidence."""
    return [_check(promise, evidence) for promise in promises.ALL]


def _check(promise, evidence):
    """A missing fact is a broken promise too, whichever way it shows."""
    try:
        return Check(promise.says, True, promise(evidence))
    except promises.Broken as broken:
        return Check(promise.says, False, str(broken))
    except (LookupError, TypeError) as missing:
        return Check(promise.says, False, f"a fact is missing: {missing}")
