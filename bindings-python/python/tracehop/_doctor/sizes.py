"""How long a value of baggage may be: 2, 4 and 8 KiB, and the largest that passes."""

from __future__ import annotations

from typing import Any

from . import evidence
from .probe import BAGGAGE, sized
from .session import Outcome, Session
from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Check

KIB = 1024
SIZES = (2 * KIB, 4 * KIB, 8 * KIB)
SHORTEN = "raise the limit of the server or proxy for one header line, or set max_baggage_bytes to what passes"
UNSEEN = "it is not refused; nothing shows whether it arrives"
SMALLEST, LARGEST = 64, 60 * KIB


def run(session: Session) -> tuple[list[Check], dict[str, Any] | None]:
    """The checks of the fixed sizes, and the largest value that passes; both empty if nothing can be seen."""
    if not session.is_answered and evidence.echo(session.control) is None:
        return [], None
    return [_fixed(session, size) for size in SIZES], _largest(session)


def _fixed(session: Session, size: int) -> Check:
    # Services write so much in Sentry's own members; more comes of third parties only.
    is_required = size == SIZES[0]
    probe = sized(session.propagator, size)
    outcome = session.send(probe)
    is_whole = _is_whole(session, size, outcome)
    check = Check(probe.check, session.protocol, ARRIVES, "it arrives", None, is_required, {BAGGAGE: [f"({size} bytes)"]})
    if is_whole:
        is_shown = outcome.answer is not None and evidence.echo(outcome.answer) is not None
        return check if is_shown else check._replace(verdict=CANNOT_TELL, required=False, what=UNSEEN)
    if outcome.is_refused and session.is_answered and not session.confirms(probe, outcome):
        return check._replace(verdict=CANNOT_TELL, what=f"{outcome.reason}, but not each time", change="try again")
    what = f"it is refused: {outcome.reason}" if outcome.is_refused else "it arrives changed"
    return check._replace(verdict=BROKEN, what=what, change=SHORTEN)


def _is_whole(session: Session, size: int, outcome: Outcome) -> bool:
    """True if nothing shows that the value was refused, cut or dropped."""
    if outcome.answer is None or (session.is_answered and outcome.is_refused):
        return False
    echo = evidence.echo(outcome.answer)
    received = echo.headers.get(BAGGAGE) if echo else None
    return received is not None and sum(map(len, received)) == size if echo else evidence.echo(session.control) is None


def _largest(session: Session) -> dict[str, Any]:
    """Bisection between a length that passes and one that does not."""
    passing, failing, outcome = SMALLEST, LARGEST + 1, None
    size = LARGEST
    while failing - passing > 1:
        tried = session.send(sized(session.propagator, size))
        if _is_whole(session, size, tried):
            passing = size
        else:
            failing, outcome = size, tried
        size = (passing + failing) // 2
    beyond = None if outcome is None else outcome.reason if outcome.is_refused else "cut or dropped"
    return {"protocol": session.protocol, "bytes": passing, "beyond": beyond}
