"""Whether a probe arrived, by what shows it."""

from __future__ import annotations

from .._tracehop import Baggage, TraceContext
from . import evidence
from .evidence import Echo
from .http1 import Answer
from .probe import BAGGAGE, SENTRY_TRACE, Probe
from .session import Session
from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Check, values

SHOW = "run 'tracehop doctor --echo PORT', or tracehop.echo under your own server, in the place of the application; examine this URL again"
PASS_ON = "have each proxy pass {} on as it came"
CACHED = "keep caches away from this path while it is examined"


class Arrival:
    """Judges the answers of one session; knows the traces and echoes that it has seen, by which a cache gives itself away.

    ``is_cached`` is true once an answer was that to another request.
    """

    def __init__(self, session: Session) -> None:
        self.is_cached = False
        self._session = session
        control = evidence.echo(session.control)
        self._control_page = evidence.page(session.control)
        self._echoes: set[str] = {control.id} if control else set()
        self._traces: set[str] = {self._control_page.trace_id} if self._control_page else set()

    def judge(self, probe: Probe, answer: Answer) -> Check:
        """The check of a probe that was answered, whatever the status."""
        echo = evidence.echo(answer)
        if echo is not None:
            return self._by_echo(probe, echo)
        page = evidence.page(answer)
        return self._by_page(probe, page) if page else self._unseen(probe, answer)

    def check(self, probe: Probe, verdict: str, what: str, change: str | None = None) -> Check:
        """A check of this probe over this protocol."""
        return Check(probe.check, self._session.protocol, verdict, what, change, sent=values(probe.lines))

    def _unseen(self, probe: Probe, answer: Answer) -> Check:
        if not self._session.is_answered:
            what = f"the URL is answered with {self._session.control.status} without trace headers too"
            return self.check(probe, CANNOT_TELL, what, "give a URL that the server answers")
        if answer.status >= 400:
            return self.check(probe, CANNOT_TELL, f"answered with {answer.status}, but not each time", "try again")
        return self.check(probe, CANNOT_TELL, "the answer does not show which headers arrived", SHOW)

    def _by_echo(self, probe: Probe, echo: Echo) -> Check:
        is_cached = echo.id in self._echoes
        self._echoes.add(echo.id)
        if is_cached:
            self.is_cached = True
            return self.check(probe, CANNOT_TELL, "the answer is that to another request: it comes from a cache", CACHED)
        sent = values(probe.lines)
        received = {name: echo.headers[name] for name in sent if name in echo.headers}
        wrong = [(name, what) for name, lines in sent.items() if (what := _lost(name, lines, received.get(name, [])))]
        changes = ", ".join(name for name, _ in wrong)
        what = "; ".join(what for _, what in wrong) or "each header arrives"
        check = self.check(probe, BROKEN if wrong else ARRIVES, what, PASS_ON.format(changes) if wrong else None)
        return check._replace(received=received)

    def _by_page(self, probe: Probe, page: TraceContext) -> Check:
        received = values(list(page.headers().items()))
        return self._page_check(probe, page)._replace(received=received)

    def _page_check(self, probe: Probe, page: TraceContext) -> Check:
        is_ours = page.trace_id == probe.context.trace_id
        is_cached = not is_ours and page.trace_id in self._traces
        self._traces.add(page.trace_id)
        if is_cached:
            self.is_cached = True
            return self.check(probe, CANNOT_TELL, "the page has the trace of another request: it comes from a cache", CACHED)
        if not is_ours:
            return self._other_trace(probe)
        if page.dynamic_sampling_context.get("transaction") == probe.context.dynamic_sampling_context.get("transaction"):
            return self.check(probe, ARRIVES, "the page continues the trace, with its sampling context")
        # A page that has a baggage tag at the head of a trace would have one here too.
        if page.dynamic_sampling_context or (self._control_page and self._control_page.dynamic_sampling_context):
            return self.check(probe, BROKEN, f"{BAGGAGE} does not arrive: the page has not its sampling context", PASS_ON.format(BAGGAGE))
        return self.check(probe, CANNOT_TELL, f"the page has no {BAGGAGE} tag, so it does not show whether {BAGGAGE} arrives", SHOW)

    def _other_trace(self, probe: Probe) -> Check:
        own = self._control_page.dynamic_sampling_context.get("org_id") if self._control_page else None
        if self._control_page is None or own != probe.context.dynamic_sampling_context.get("org_id"):
            what = "the page has a trace of its own; its application may refuse other organisations"
            return self.check(probe, CANNOT_TELL, what, "give the application's DSN: --dsn")
        what = f"{SENTRY_TRACE} does not arrive: the page begins a trace of its own each time"
        return self.check(probe, BROKEN, what, PASS_ON.format(SENTRY_TRACE))


def _lost(name: str, sent: list[str], received: list[str]) -> str | None:
    """What became of a header's lines; None if they arrived, be it joined."""
    if received == sent:
        return None
    if not received:
        return f"{name} does not arrive"
    if name == BAGGAGE:
        return _lost_members(sent, received)
    return f"{name} arrives {len(received)} times" if len(received) > len(sent) else f"{name} arrives changed"


def _lost_members(sent: list[str], received: list[str]) -> str | None:
    wanted, found = Baggage.parse(sent), Baggage.parse(received)
    if (wanted.sentry, wanted.foreign) == (found.sentry, found.foreign):
        return None
    if len(sent) > 1 and received == ["".join(sent)]:
        return f"the lines of {BAGGAGE} are joined with nothing between them"
    if len(sent) > 1 and len(received) == 1 and received[0] in sent:
        return f"only the {'first' if received == sent[:1] else 'last'} line of {BAGGAGE} arrives"
    return f"{BAGGAGE} arrives changed"
