"""The three verdicts, and a check: what was asked, what was sent, what arrived."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .http1 import Lines

ARRIVES, BROKEN, CANNOT_TELL = "arrives", "broken", "cannot_tell"
EXIT_CODES = {ARRIVES: 0, BROKEN: 1, CANNOT_TELL: 2}

Values = dict[str, list[str]]


class Check(NamedTuple):
    """The result of one check.

    ``sent`` and ``received`` map header names to their lines; ``received`` is None if nothing shows what arrived. Only a
    check that is ``required`` counts for the verdict of the whole; another one shows a limit or a risk.
    """

    check: str
    protocol: str
    verdict: str
    what: str
    change: str | None = None
    required: bool = True
    sent: Values | None = None
    received: Values | None = None

    def as_dict(self) -> dict[str, Any]:
        """The check as JSON data."""
        return self._asdict()


def values(lines: Lines) -> Values:
    """Header lines by name."""
    found: Values = {}
    for name, value in lines:
        found.setdefault(name, []).append(value)
    return found


def overall(checks: Iterable[Check], decisive: str) -> str:
    """Broken if a required check is; arrives if each check of the name ``decisive`` does; else it cannot be told."""
    required = [check for check in checks if check.required]
    if any(check.verdict == BROKEN for check in required):
        return BROKEN
    told = [check.verdict for check in required if check.check in (decisive, "preflight", "response", "redirect")]
    return ARRIVES if told and all(verdict == ARRIVES for verdict in told) else CANNOT_TELL
