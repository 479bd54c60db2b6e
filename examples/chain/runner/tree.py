"""The traces as trees in a terminal."""

from rich.text import Text
from rich.tree import Tree

from waterfall.page import milliseconds
from waterfall.spans import SERVICES
from waterfall.trees import traces

GUIDE = 4
NAMES = 62


def trees(spans):
    """One tree for each trace that has a span of the browser."""
    return [_tree(trace) for trace in traces(spans) if trace.seen_in_browser]


def _tree(trace):
    root = Tree(Text.assemble((trace.title, "bold"), f"  {trace.trace_id}"), guide_style="dim")
    branches = []
    for row in trace.rows:
        below = branches[row.parent.place] if row.parent else root
        branches.append(below.add(_line(row, trace.start)))
    return root


def _line(row, start):
    """The name, then id, decision and time in columns that are aligned at every depth."""
    span, service = row.span, SERVICES[row.span.service]
    line = Text.assemble((service.label, f"bold {service.colour}"), " ", span.name, (f" {span.op}", "dim"))
    line.pad_right(NAMES - GUIDE * (row.depth + 1) - line.cell_len)
    decision = {True: "sampled", False: "not sampled"}.get(span.sampled, "undecided")
    length, offset = milliseconds((span.end - span.start) * 1000), milliseconds((span.start - start) * 1000)
    return line.append(f" {span.span_id}  {decision}  {length:>7} at {offset}", "dim")
