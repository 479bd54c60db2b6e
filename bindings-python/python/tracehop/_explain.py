"""What ``tracehop explain`` says: what came, what is odd, and what this service would do."""

from __future__ import annotations

from typing import Any

from ._input import Request
from ._tracehop import HEADER_NAMES, Baggage, Propagator, SentryTrace, TraceContext, Traceparent
from ._values import HeaderError

SENTRY_TRACE, BAGGAGE, TRACEPARENT = HEADER_NAMES[:3]

MEANINGS = {
    "trace_id": "the trace that this sampling context belongs to",
    "public_key": "the project of the service that began the trace",
    "sample_rate": "the rate at which it was decided",
    "sample_rand": "the random number that every rate is compared with",
    "sampled": "what the service that began the trace decided",
    "release": "the release of that service",
    "environment": "its environment",
    "org_id": "its organisation",
    "transaction": "what it was doing",
    "replay_id": "the session replay in which the trace began",
}


def explain(propagator: Propagator, request: Request, url: str | None) -> dict[str, Any]:
    """The whole answer as data, which is what ``--json`` prints."""
    context = propagator.continue_trace(request.headers)
    # The ids of a new trace are random: only one that is continued is the same twice.
    continues = propagator.continue_trace(request.headers).trace_id == context.trace_id
    baggage = _lines(request, BAGGAGE)
    sends = context.headers()
    return {
        "request": request.url,
        "continues": continues,
        # Other vendors' headers are none of a service that does not read them.
        "has_trace": any(_lines(request, name) for name in (SENTRY_TRACE, TRACEPARENT) if name in sends),
        "why_continues": _why_continues(context, continues),
        "came": [
            {"name": name, "value": value, **_parsed(kind, value)}
            for name, kind in ((SENTRY_TRACE, SentryTrace), (TRACEPARENT, Traceparent))
            for value in _lines(request, name)
        ],
        "members": [
            {"name": name, "value": value, "meaning": MEANINGS.get(name, "not known to tracehop, forwarded as it came")}
            for name, value in Baggage.parse(baggage).sentry.items()
        ],
        "foreign": Baggage.parse(baggage).foreign,
        "findings": [finding._asdict() for finding in context.findings],
        "sampled": context.sampled,
        "why_sampled": _why_sampled(context, continues),
        "link": context.link and str(context.link),
        "sends": sends,
        "target": None if url is None else {"url": url, "allowed": propagator.allows(url), "why": propagator.explain(url)},
    }


def _lines(request: Request, wanted: str) -> list[str]:
    return [value for name, value in request.headers if name.lower() == wanted]


def _parsed(kind: type[SentryTrace] | type[Traceparent], value: str) -> dict[str, Any]:
    try:
        parsed = kind.parse(value)
    except HeaderError as error:
        return {"error": str(error), "kind": error.kind, "at": error.at}
    return {"trace_id": parsed.trace_id, "span_id": parsed.span_id, "sampled": parsed.sampled}


def _why_continues(context: TraceContext, continues: bool) -> str:
    if continues:
        return "a valid header came, and no organisation forbids it"
    # A link is kept where the trace was readable and refused; else the first finding tells what is missing in it.
    refusals = [odd for odd in context.findings if context.link is None or odd.code.startswith("org_")]
    return refusals[0].message


def _why_sampled(context: TraceContext, continues: bool) -> str:
    if context.sampled is None:
        return f"nobody decided: {'the caller left it open, and ' if continues else ''}this service has no rate"
    if context.parent_sampled is not None:
        return "the caller decided, by the flag of its header"
    return f"this service decided: {context.sample_rand:.6f} against the rate {context.sample_rate}"


def table(answer: dict[str, Any]) -> str:
    """The same answer for a person."""
    new = "the old one is broken here" if answer["has_trace"] else "no trace came"
    verdict = "CONTINUES the trace" if answer["continues"] else f"STARTS A NEW TRACE: {new}"
    rows = [f"{answer['request'] or 'this request'}: {verdict}", ""]
    rows += _section("what came", [(f"{came['name']}: {came['value']}", _told(came)) for came in answer["came"]])
    members = [(f"{member['name']} = {member['value']}", member["meaning"]) for member in answer["members"]]
    rows += _section("sampling context", members)
    rows += _section("baggage of others", [(member, "shown, not forwarded") for member in answer["foreign"]])
    rows += _section("what is odd", [(finding["code"], finding["message"]) for finding in answer["findings"]])
    rows += _section("this service", _verdicts(answer))
    rows += _section("what it would send", list(answer["sends"].items()))
    return "\n".join(rows).rstrip()


def _verdicts(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Would this service continue, sample and propagate, and why?"""
    yes_or_no = {True: "yes", False: "no", None: "undecided"}
    unasked = {"allowed": None, "why": "ask with --url, and with the --target options of this service"}
    target: dict[str, Any] = answer["target"] or unasked
    return [
        (f"continues   {yes_or_no[answer['continues']]}", answer["why_continues"]),
        (f"samples     {yes_or_no[answer['sampled']]}", answer["why_sampled"]),
        (f"propagates  {yes_or_no[target['allowed']]}", target["why"]),
    ]


def _told(came: dict[str, Any]) -> str:
    if "error" in came:
        return f"refused: {came['error']}"
    flag = {True: "sampled", False: "not sampled", None: "decision left open"}[came["sampled"]]
    return f"trace {came['trace_id']}, sent by span {came['span_id'] or '(none)'}, {flag}"


def _section(title: str, rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    width = min(max(len(left) for left, _ in rows), 56)
    return [title, *(f"  {left:<{width}}  {right}" for left, right in rows), ""]
