"""What ``tracehop explain`` says: what came, what is odd, and what this service would do."""

from __future__ import annotations

from typing import Any

from ._input import Request
from ._tracehop import HEADER_NAMES, Baggage, Propagator, SentryTrace, TraceContext
from ._values import HeaderError

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
    trace, baggage = (_lines(request, name) for name in HEADER_NAMES[:2])
    return {
        "request": request.url,
        # The ids of a new trace are random: only one that is continued is the same twice.
        "continues": propagator.continue_trace(request.headers).trace_id == context.trace_id,
        "came": [{"value": value, **_parsed(value)} for value in trace],
        "members": [
            {"name": name, "value": value, "meaning": MEANINGS.get(name, "not known to tracehop, forwarded as it came")}
            for name, value in Baggage.parse(baggage).sentry.items()
        ],
        "foreign": Baggage.parse(baggage).foreign,
        "findings": [finding._asdict() for finding in context.findings],
        "sampled": context.sampled,
        "why": _why_sampled(context),
        "link": context.link and str(context.link),
        "sends": context.headers(),
        "target": None if url is None else {"url": url, "allowed": propagator.allows(url), "why": propagator.explain(url)},
    }


def _lines(request: Request, wanted: str) -> list[str]:
    return [value for name, value in request.headers if name.lower() == wanted]


def _parsed(value: str) -> dict[str, Any]:
    try:
        parsed = SentryTrace.parse(value)
    except HeaderError as error:
        return {"error": str(error), "kind": error.kind, "at": error.at}
    return {"trace_id": parsed.trace_id, "span_id": parsed.span_id, "sampled": parsed.sampled}


def _why_sampled(context: TraceContext) -> str:
    if context.sampled is None:
        return "nobody decided: the caller left it open, and this service has no rate"
    if context.parent_sampled is not None:
        return "the caller decided, by the flag of its header"
    return f"this service decided: {context.sample_rand:.6f} against the rate {context.sample_rate}"


def table(answer: dict[str, Any]) -> str:
    """The same answer for a person."""
    verdict = "CONTINUES the trace" if answer["continues"] else "STARTS A NEW TRACE: the old one is broken here"
    rows = [f"{answer['request'] or 'this request'}: {verdict}", ""]
    rows += _section("what came", [(came["value"], _told(came)) for came in answer["came"]])
    members = [(f"{member['name']} = {member['value']}", member["meaning"]) for member in answer["members"]]
    rows += _section("sampling context", members)
    rows += _section("baggage of others", [(member, "shown, not forwarded") for member in answer["foreign"]])
    rows += _section("what is odd", [(finding["code"], finding["message"]) for finding in answer["findings"]])
    decided = {True: "sampled", False: "not sampled", None: "undecided"}[answer["sampled"]]
    rows += _section("decision", [(decided, answer["why"])])
    rows += _section("what this service would send", list(answer["sends"].items()))
    if answer["target"]:
        rows += _section("target", [(answer["target"]["url"], answer["target"]["why"])])
    return "\n".join(rows).rstrip()


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
