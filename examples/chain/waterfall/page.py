"""The waterfall as one self-contained HTML file with styles, script and fonts."""

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from .scale import Scale
from .spans import SERVICES
from .trees import traces

HERE = Path(__file__).parent
FONTS = HERE.parent / "node_modules" / "@fontsource-variable"

templates = Environment(
    loader=FileSystemLoader(HERE / "template"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)


def milliseconds(ms):
    """A duration in readable form."""
    if ms >= 1000:
        return f"{ms / 1000:.3g} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def font(family):
    """The Latin letters of one variable font, as a data URL."""
    woff = (FONTS / family / "files" / f"{family}-latin-wght-normal.woff2").read_bytes()
    return "data:font/woff2;base64," + base64.b64encode(woff).decode()


templates.filters["milliseconds"] = milliseconds
templates.globals.update(font=font, services=SERVICES)


def render(spans, live=False, checks=(), browser=""):
    """The whole page: every trace, and the results of the checks."""
    shown = newest_first(spans) if live else cards(spans)
    return templates.get_template("page.html").render(cards=shown, live=live, checks=checks, browser=browser)


def render_traces(spans):
    """Only the part that changes while traces arrive."""
    return templates.get_template("traces.html").render(cards=newest_first(spans), live=True)


def newest_first(spans):
    """The traces, newest first, for a person who watches the page while clicking."""
    return cards(spans)[::-1]


def cards(spans):
    """The traces in the template's format."""
    return [_card(trace) for trace in traces(spans)]


def _card(trace):
    scale = Scale([row.span for row in trace.rows])
    return {"trace": trace, "scale": scale, "lines": [_line(row, trace, scale) for row in trace.rows]}


def _line(row, trace, scale):
    span = row.span
    return {
        "row": row,
        "span": span,
        "service": SERVICES[span.service],
        "left": scale.left(span.start),
        "width": scale.across(span.start, span.end),
        "offset_ms": (span.start - trace.start) * 1000,
        "length_ms": (span.end - span.start) * 1000,
        "label": _label(scale.left(span.start), scale.across(span.start, span.end)),
        "hop": row.place - row.parent.place if _hops(row) else 0,
        "received": _received(row),
        "sent": _sent(row, trace),
    }


def _label(left, width):
    """The position of a bar's duration label: right of it, left of it, or on a bar that fills the lane."""
    if left + width < 86:
        return "after"
    return "before" if left > 14 else "inside"


def _hops(row):
    """True if a request passed from one service to another."""
    return row.parent is not None and row.span.kind == "server" and row.parent.span.kind == "client"


def _received(row):
    """The headers that a service received; for the page, those of the service that served it, by meta tags."""
    if row.span.headers_in or row.parent is None or row.span.op != "pageload":
        return row.span.headers_in
    return row.parent.span.headers_out


def _sent(row, trace):
    """The headers that a span sent; for the browser's requests the receiver reports them."""
    receivers = [other.span.headers_in for other in trace.rows if other.parent is row and _hops(other)]
    return row.span.headers_out or next(iter(receivers), {})
