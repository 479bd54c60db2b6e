"""Traces as trees of spans, in reading order."""

from collections import defaultdict
from dataclasses import dataclass

from .spans import Span


@dataclass
class Row:
    """A span with its position in the tree."""

    span: Span
    depth: int
    parent: "Row | None"
    place: int


@dataclass
class Trace:
    """All spans of one trace id, parents before children."""

    trace_id: str
    rows: list[Row]

    @property
    def start(self):
        return min(row.span.start for row in self.rows)

    @property
    def end(self):
        return max(row.span.end for row in self.rows)

    @property
    def services(self):
        """The names of the participants, in order of appearance."""
        return list(dict.fromkeys(row.span.service for row in self.rows))

    @property
    def seen_in_browser(self):
        """False for a request from outside, such as by curl."""
        return "page" in self.services

    @property
    def title(self):
        """The visitor's action that started it."""
        for row in self.rows:
            if row.span.op == "pageload":
                return f"Page load of “{row.span.name}”"
            if row.span.op == "navigation":
                return f"Navigation to “{row.span.name}”"
        return f"{self.rows[0].span.name}, from outside"


def traces(spans):
    """Every trace, oldest first, without preflights, which carry no trace headers."""
    by_id = defaultdict(list)
    for span in spans:
        if span.kind != "preflight":
            by_id[span.trace_id].append(span)
    found = [Trace(trace_id, _rows(members)) for trace_id, members in by_id.items()]
    return sorted(found, key=lambda trace: trace.start)


def _rows(spans):
    ids = {span.span_id for span in spans}
    children = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.start):
        children[span.parent_span_id if span.parent_span_id in ids else None].append(span)
    rows = []
    _walk(children, None, rows)
    return rows


def _walk(children, parent, rows):
    """The spans depth first, so that a child comes after its parent."""
    for span in children[parent.span.span_id if parent else None]:
        row = Row(span, parent.depth + 1 if parent else 0, parent, len(rows))
        rows.append(row)
        _walk(children, row, rows)
