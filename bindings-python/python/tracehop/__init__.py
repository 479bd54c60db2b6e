"""Propagates a Sentry trace across every hop: sentry-trace, baggage, traceparent, meta tags.

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

Start at :class:`Propagator`, which represents this service; it returns a :class:`TraceContext` for each message.
"""

from . import asgi, wsgi
from ._current import bind, current, meta_tags, use
from ._environment import from_env
from ._tracehop import (
    HEADER_NAMES,
    Baggage,
    EcmaRegExp,
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import SamplingContext

__all__ = [
    "HEADER_NAMES",
    "Baggage",
    "EcmaRegExp",
    "Finding",
    "HeaderError",
    "Markup",
    "OptionError",
    "Origin",
    "Outcome",
    "Propagator",
    "SamplingContext",
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


def __getattr__(name: str) -> object:
    # Only annotations need it, and importing its module takes longer than importing all the others.
    if name == "SamplingContext":
        from ._types import SamplingContext

        return SamplingContext
    raise AttributeError(f"module 'tracehop' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _publish() -> None:
    """Makes public names report this module, not the private one that declares them."""
    setattr(Propagator, "from_env", staticmethod(from_env))
    for name in ("bind", "current", "is_shared_cache", "meta_tags", "strip", "use"):
        globals()[name].__module__ = __name__
    for kind in (Finding, HeaderError, Markup, OptionError):
        kind.__module__ = __name__


_publish()
