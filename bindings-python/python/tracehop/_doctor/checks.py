"""The checks of one URL over one protocol."""

from __future__ import annotations

from collections.abc import Iterator

from . import evidence, probe
from .arrival import Arrival
from .probe import SENTRY_TRACE, Probe
from .session import Outcome, Session
from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Check, values


def run(session: Session) -> Iterator[Check]:
    """One line, two lines in both orders, both spellings. If the first is broken, the others would only repeat it."""
    arrival = Arrival(session)
    first = sent(session, arrival, probe.one_line(session.propagator))
    yield first
    if first.verdict == BROKEN or arrival.is_cached or not (session.is_answered or first.received):
        return
    for each in probe.two_lines(session.propagator):
        yield sent(session, arrival, each)
    yield spelling(session)


def sent(session: Session, arrival: Arrival, each: Probe) -> Check:
    """Sends a probe and judges what became of it."""
    outcome = session.send(each)
    if session.confirms(each, outcome):
        return _refused(session, arrival, each, outcome)
    if outcome.answer is None:
        return arrival.check(each, CANNOT_TELL, outcome.reason, "try again")
    return arrival.judge(each, outcome.answer)


def _refused(session: Session, arrival: Arrival, each: Probe, outcome: Outcome) -> Check:
    names = list(values(each.lines))
    alone = [name for name in names if session.refuses(each._replace(lines=[line for line in each.lines if line[0] == name]))]
    named = " or ".join(alone) if alone else " and ".join(names)
    what = f"a request with {named} is refused ({outcome.reason}), and without is answered with {session.control.status}"
    return arrival.check(each, BROKEN, what, f"let the firewall or proxy that refuses it pass {named} on")


def spelling(session: Session) -> Check:
    """Whether a caller replaces the trace by the name with an underscore, which some servers read as the same name."""
    each, other = probe.spelling(session.propagator)
    underscore = each.lines[0][0]
    answer = session.send(each).answer
    check = Check(each.check, session.protocol, CANNOT_TELL, "the answer does not show it", required=False, sent=values(each.lines))
    if answer is None:
        return check
    echo, page = evidence.echo(answer), evidence.page(answer)
    if echo is not None:
        check = check._replace(received=echo.headers)
        is_replaced = echo.headers.get(SENTRY_TRACE) != [each.context.sentry_trace]
    elif page is not None and page.trace_id in (each.context.trace_id, other.partition("-")[0]):
        is_replaced = page.trace_id != each.context.trace_id
    else:
        return check
    if not is_replaced:
        return check._replace(verdict=ARRIVES, what=f"{underscore} does not take the place of {SENTRY_TRACE}")
    what = f"{underscore} takes the place of {SENTRY_TRACE}, or is joined with it"
    return check._replace(verdict=BROKEN, what=what, change=f"drop {underscore} in the first proxy")
