"""The report for a person: sent and received side by side."""

from __future__ import annotations

from typing import Any

from .verdict import ARRIVES, BROKEN, CANNOT_TELL, Values

VERDICTS = {
    ARRIVES: "the trace arrives",
    BROKEN: "the trace is BROKEN on the way",
    CANNOT_TELL: "CANNOT TELL whether the trace arrives",
}
STATES = {ARRIVES: "ok", BROKEN: "BROKEN", CANNOT_TELL: "cannot tell"}
SHOWN = 100


def table(report: dict[str, Any]) -> str:
    """The whole report."""
    rows = [f"{report['url']}: {VERDICTS[report['verdict']]}"]
    rows += [f"  redirect {hop['status']}: {hop['url']} -> {hop['location']}" for hop in report["hops"]]
    for check in report["checks"]:
        rows += _check(check)
    for largest in report["largest_baggage"]:
        beyond = f"longer: {largest['beyond']}" if largest["beyond"] else "longer was not tried"
        rows.append(f"  {largest['protocol']}: baggage of {largest['bytes']:,} bytes passes; {beyond}")
    return "\n".join([*rows, *(f"  {note}" for note in report["notes"])])


def _check(check: dict[str, Any]) -> list[str]:
    state = "note" if check["verdict"] == BROKEN and not check["required"] else STATES[check["verdict"]]
    rows = [f"  {check['protocol']} {check['check'].replace('_', ' ')}: {state}: {check['what']}"]
    if check["verdict"] != ARRIVES or check["check"] == "one_line":
        rows += _side_by_side(check["sent"] or {}, check["received"])
    if check["change"]:
        rows.append(f"      -> {check['change']}")
    return rows


def _side_by_side(sent: Values, received: Values | None) -> list[str]:
    """Each header's lines as sent, and under them as received."""
    rows: list[str] = []
    names: list[str] = [*sent, *(name for name in received or {} if name not in sent)]
    for name in names:
        rows += [f"      sent      {name}: {_short(value)}" for value in sent.get(name, [])]
        if received is not None:
            rows += [f"      received  {name}: {_short(value)}" for value in received.get(name, ["(nothing)"])]
    return rows


def _short(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[: SHOWN // 2]}... ({len(value)} bytes)"
