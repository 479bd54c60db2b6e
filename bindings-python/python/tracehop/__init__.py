"""Carries a Sentry trace across every hop: sentry-trace, baggage, traceparent, meta tags.

>>> import tracehop
>>> propagator = tracehop.Propagator(public_key="key", release="api@1", traces_sample_rate=1.0)
>>> context = propagator.continue_trace({"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"})
>>> context.trace_id, context.parent_span_id, context.sampled
('771a43a4192642f0b136d5159a501700', '1234567890abcdef', True)
>>> headers = {"accept": "text/html"}
>>> bool(propagator.inject(context, "https://api.myapp.com/users", headers))
True
>>> headers["sentry-trace"] == f"{context.trace_id}-{context.span_id}-1"
True

Start at :class:`Propagator`, which is this service; it gives a :class:`TraceContext` for each message.
"""

from . import asgi, wsgi
from ._current import bind, current, meta_tags, use
from ._tracehop import (
    HEADER_NAMES,
    Baggage,
    Origin,
    Outcome,
    Propagator,
    SentryTrace,
    TraceContext,
    Traceparent,
    TraceLifetime,
    __version__,
    is_shared_cache,
    strip,
)
from ._values import Finding, HeaderError, Markup, OptionError

__all__ = [
    "HEADER_NAMES",
    "Baggage",
    "Finding",
    "HeaderError",
    "Markup",
    "OptionError",
    "Origin",
    "Outcome",
    "Propagator",
    "SentryTrace",
    "TraceContext",
    "TraceLifetime",
    "Traceparent",
    "__version__",
    "asgi",
    "bind",
    "current",
    "is_shared_cache",
    "meta_tags",
    "strip",
    "use",
    "wsgi",
]
