"""A span of the browser's SDK or of one of the services."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Span:
    """One span as received by the collector. Times are seconds since 1970."""

    service: str
    kind: str
    name: str
    trace_id: str
    span_id: str
    parent_span_id: str | None
    sampled: bool | None
    start: float
    end: float
    op: str = ""
    status: int | None = None
    headers_in: dict[str, str] = field(default_factory=dict)
    headers_out: dict[str, str] = field(default_factory=dict)
    dynamic_sampling_context: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Service:
    """A participant of the chain, and its display name and colour."""

    label: str
    made_of: str
    colour: str


SERVICES = {
    "page": Service("Page", "Vue, in the browser", "#2f8f6b"),
    "front": Service("Front", "Python, serves the page", "#c98a1b"),
    "orders": Service("Orders", "Python, the API", "#3569b1"),
    "stock": Service("Stock", "Ruby, a microservice", "#c2384a"),
}
