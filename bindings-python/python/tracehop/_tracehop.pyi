"""The compiled part of tracehop: converts types and calls the core."""

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Final, Protocol, SupportsFloat, SupportsIndex, TypeAlias, TypeVar, final, type_check_only

from ._types import SamplingContext
from ._values import Finding, Markup

__all__ = [
    "HEADER_NAMES",
    "Baggage",
    "EcmaRegExp",
    "Origin",
    "Outcome",
    "Propagator",
    "SentryTrace",
    "TraceContext",
    "TraceLifetime",
    "Traceparent",
    "__version__",
    "_feed",
    "_strip",
    "allows_origin",
    "answer_headers",
    "cache_findings",
    "doctor",
    "explain",
    "is_shared_cache",
    "strip",
]

_Text: TypeAlias = str | bytes | bytearray | memoryview

@type_check_only
class _Items(Protocol):
    """An object with items() that is not a Mapping: email.message, http.client, werkzeug."""
    def items(self) -> Iterable[tuple[Any, Any]]: ...

@type_check_only
class _MutableItems(_Items, Protocol):
    def __setitem__(self, name: str, value: str, /) -> Any: ...
    def __delitem__(self, name: str, /) -> Any: ...

# The containers of headers: each value is one line of text or bytes, or a list of lines.
_Carrier: TypeAlias = Mapping[Any, Any] | _Items | Iterable[Sequence[Any]]
_Mutable: TypeAlias = MutableMapping[str, Any] | MutableMapping[str, str] | _MutableItems
_MutableT = TypeVar("_MutableT", bound=_Mutable)
_Rate: TypeAlias = SupportsFloat | SupportsIndex

_Target: TypeAlias = str | Origin | EcmaRegExp | re.Pattern[str] | Callable[[str], object]

HEADER_NAMES: Final[tuple[str, ...]]
"""The header names that tracehop may write: for CORS and WAF lists, and to keep out of cache keys."""

__version__: Final[str]
"""The version of this package, and of the core in it."""

@final
class Propagator:
    """The settings of this service: its identity, its sampling and the targets of its headers.

    All options have the names of the Sentry SDKs' options, are optional, and are keyword arguments. A process needs one
    propagator; it is immutable, safe to share between threads, and can be copied and pickled if its functions can.

    - ``dsn``: contains public key, organisation and own ingest host, which never gets headers.
    - ``public_key``, ``org_id``: if no DSN gives them, or to override it; ``org_id`` is text of digits or an int.
    - ``release``, ``environment``: written into the traces that start here.
    - ``traces_sample_rate``: a number from 0 to 1. Without it and without a sampler this service makes no
      decision (tracing without performance) and forwards the caller's.
    - ``traces_sampler``: called with one dict (:class:`SamplingContext`), returns a rate or a bool. One that raises or
      returns anything else counts as "not sampled", with a finding; it never fails the request.
    - ``trace_propagation_targets``: the URLs that get headers. ``None`` means every URL, an empty list none. Items are
      text (contained in the URL literally), :class:`Origin` (recommended), ``re.Pattern`` (matched in linear time)
      and callables that take the URL and return a true or false value.
    - ``strict_trace_continuation``: continue only if the caller's organisation is known and equal to this one.
    - ``propagate_traceparent``: read and write W3C ``traceparent`` and ``tracestate`` too.
    - ``max_baggage_bytes``: the longest ``baggage`` value to write, from 0 to 7,900, if a server or queue accepts less
      (uWSGI 3,845 bytes). Third-party members are kept whatever their length.

    Raises :class:`tracehop.OptionError` (a ``ValueError``) for a wrong value and ``TypeError`` for a wrong type; both
    name the option and say what to do. Warns if a text target looks like a regex.

    >>> import tracehop
    >>> propagator = tracehop.Propagator(
    ...     dsn="https://key@o1.ingest.sentry.io/2",
    ...     release="api@1",
    ...     traces_sample_rate=0.25,
    ...     trace_propagation_targets=[tracehop.Origin("https://*.myapp.com")],
    ... )
    >>> propagator.allows("https://api.myapp.com/users"), propagator.allows("https://evil.test/")
    (True, False)
    """

    def __new__(
        cls,
        *,
        dsn: str | None = None,
        public_key: str | None = None,
        org_id: str | int | None = None,
        release: str | None = None,
        environment: str | None = None,
        traces_sample_rate: _Rate | None = None,
        traces_sampler: Callable[[SamplingContext], object] | None = None,
        trace_propagation_targets: Iterable[_Target] | None = None,
        strict_trace_continuation: bool = False,
        propagate_traceparent: bool = False,
        max_baggage_bytes: int | None = None,
    ) -> Propagator: ...
    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None, **options: Any) -> Propagator:
        """Makes a propagator from ``SENTRY_DSN``, ``SENTRY_RELEASE``, ``SENTRY_ENVIRONMENT`` and ``SENTRY_TRACES_SAMPLE_RATE``.

        Reads ``os.environ`` if ``environ`` is not given, without blanks around the values, such as the newline at the end of a
        secret's file; an empty variable is unset. ``options`` take precedence.
        Raises as :class:`Propagator` does, and names the variable if a rate is no number.
        """
    def continue_trace(
        self, headers: _Carrier | None, transaction: str | None = None, sampled: bool | None = None
    ) -> TraceContext:
        """Continues the trace that a message's headers carry, or starts one. Header content never raises.

        ``headers`` are those of a message: a dict or other mapping, a list of pairs, a WSGI environ, ASGI's
        ``scope["headers"]``, ``httpx.Headers``, an ``email.message``. Names match in any case, values may be ``str``,
        ``bytes``, ``bytearray`` or ``memoryview``; a list as value means several lines. ``None`` is a
        message without headers. Anomalies are in the context's ``findings``.

        ``transaction`` names the work for the sampler. ``sampled`` is the caller's own decision and takes
        precedence over all others.
        """
    def continue_html(
        self, page: _Text, transaction: str | None = None, sampled: bool | None = None
    ) -> TraceContext:
        """Continues the trace that the meta tags of a page carry, or starts one. Never raises on malformed HTML.

        Only the head is read, and at most 65,536 bytes of it.
        """
    def continue_environ(
        self,
        environ: Mapping[str, str] | None = None,
        transaction: str | None = None,
        sampled: bool | None = None,
    ) -> TraceContext:
        """Continues the trace that the environment of this process carries, or starts one.

        Reads ``os.environ`` if ``environ`` is not given; the other side is :meth:`TraceContext.environ`.
        """
    def start_trace(
        self,
        transaction: str | None = None,
        sampled: bool | None = None,
        link: _Carrier | None = None,
        trace_id: str | None = None,
    ) -> TraceContext:
        """Starts a trace with this service as its head. `link` takes a message's headers: their trace is linked, not
        continued. `trace_id` is the id of the new trace: 32 hex digits.

        A public entry point that trusts no caller starts its own trace with ``link=request.headers``.
        """
    def adopt(self, headers: _Carrier) -> TraceContext | None:
        """Returns a context with the headers' own position, unchanged; None if they contain no trace and span id.

        ``headers`` is what :meth:`continue_trace` takes. The context has the received span id, decision and
        DSC: no id is drawn, no sampler called, nothing decided. For a hop that records no span (a gateway, a service
        without an SDK), so that the next service continues the last recorded span, and for the headers of the span
        that an SDK in this process records.

        >>> import tracehop
        >>> incoming = {"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"}
        >>> context = tracehop.Propagator().adopt(incoming)
        >>> context and context.span_id
        '1234567890abcdef'
        """
    def inject(
        self, context: TraceContext, url: str, headers: _Mutable, page_url: str | None = None
    ) -> Outcome:
        """Adds a trace's headers to a request, in place, if its URL is a target.

        Third-party baggage keeps every byte. Nothing is added to a request that already has ``sentry-trace``,
        so injecting twice equals injecting once. A header that an AWS signature covers is never changed.
        The outcome is true if headers were written, else ``reason`` names the cause.

        >>> import tracehop
        >>> propagator = tracehop.Propagator(trace_propagation_targets=["https://api.myapp.com/"])
        >>> context = propagator.start_trace()
        >>> request = {"baggage": "tenant=acme"}
        >>> propagator.inject(context, "https://api.myapp.com/users", request).reason
        'written'
        >>> request["baggage"].split(",")[0]
        'tenant=acme'
        >>> propagator.inject(context, "https://elsewhere.test/", {}).reason
        'not_a_target'
        """
    def _changes(
        self, context: TraceContext, url: object, headers: Any, pairs: str | None
    ) -> tuple[dict[str, list[tuple[str, str]]], dict[str, str]] | None:
        """Returns what `inject` would write, for the package's clients: the pairs that it may replace, by name, and the changes;
        None if it would write nothing. `url` is converted by `str`. `pairs` names the cheapest attribute or method that lists
        the pairs of this class of headers.
        """
    def allows(self, url: str, page_url: str | None = None) -> bool:
        """True if a request to this URL may carry trace headers. ``page_url`` is the web view's page that makes it."""
    def explain(self, url: str, page_url: str | None = None) -> str:
        """Returns a sentence that names the target that decided about this URL, or says why none did.

        Each function target that raised is named too.
        """
    def envelope_trace(self, context: TraceContext) -> dict[str, str]:
        """The trace header of an envelope: the DSC with the members that an ingesting server needs."""
    def allow_headers(self, existing: str = "", credentials: bool = False) -> str:
        """A value for Access-Control-Allow-Headers: the existing names and those that browsers must be allowed to send.

        >>> import tracehop
        >>> tracehop.Propagator().allow_headers("content-type")
        'content-type, sentry-trace, baggage'
        """
    def missing_cors_headers(self, answer_headers: _Carrier, credentials: bool = False) -> list[str]:
        """The header names that the response to a preflight fails to allow."""
    @property
    def dsn(self) -> str | None:
        """The option as it was given; its secret key, if it has one, is not in the repr."""
    @property
    def public_key(self) -> str | None:
        """The option as it was given."""
    @property
    def org_id(self) -> str | None:
        """The option as it was given, as text."""
    @property
    def release(self) -> str | None:
        """The option as it was given."""
    @property
    def environment(self) -> str | None:
        """The option as it was given."""
    @property
    def traces_sample_rate(self) -> float | None:
        """The option as it was given."""
    @property
    def traces_sampler(self) -> Callable[[SamplingContext], object] | None:
        """The option as it was given."""
    @property
    def trace_propagation_targets(self) -> list[_Target] | None:
        """The option as it was given, as a new list."""
    @property
    def strict_trace_continuation(self) -> bool:
        """The option as it was given."""
    @property
    def propagate_traceparent(self) -> bool:
        """The option as it was given."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class TraceContext:
    """A position in a trace; immutable, safe to share between threads and tasks.

    A :class:`Propagator` creates it; :meth:`child` and :meth:`sample` derive new ones. A copy is the same object, and
    a pickle contains all that it reports. A service that continues the trace calls :meth:`Propagator.continue_trace` with
    :meth:`headers` instead. Loading a damaged pickle raises ValueError.
    """

    @property
    def trace_id(self) -> str:
        """The id of the trace: 32 hex digits."""
    @property
    def span_id(self) -> str:
        """The id of this context's own span: 16 hex digits; new, unless it was adopted."""
    @property
    def parent_span_id(self) -> str | None:
        """The span that this one continues; None at the head of a trace."""
    @property
    def sampled(self) -> bool | None:
        """The sampling decision: True, False, or None if it is still open."""
    @property
    def parent_sampled(self) -> bool | None:
        """The sender's sampling decision; None if it left the decision open."""
    @property
    def sample_rate(self) -> float | None:
        """The rate of the decision made here, else the received one; from 0 to 1, or None."""
    @property
    def sample_rand(self) -> float | None:
        """The random number of the trace, in [0, 1), six digits; None if an adopted position has none."""
    @property
    def dynamic_sampling_context(self) -> dict[str, str]:
        """The frozen DSC (dynamic sampling context): decoded names and values, in order."""
    @property
    def link(self) -> SentryTrace | None:
        """The trace that this one follows without continuing it; None if there is none."""
    @property
    def sentry_trace(self) -> str:
        """The value of an outgoing sentry-trace header."""
    @property
    def baggage(self) -> str | None:
        """The value of an outgoing baggage header; None if there is none."""
    @property
    def traceparent(self) -> str:
        """The value of an outgoing W3C traceparent header."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the message that this context continues."""
    def child(self) -> TraceContext:
        """A context with a new span id, whose parent is this one."""
    def sample(self, rate_or_bool: _Rate) -> TraceContext:
        """A context with the same ids and a new decision: by a rate from 0 to 1, or by a boolean."""
    def headers(self, existing: _Carrier | None = None) -> dict[str, str]:
        """The headers to set on a request that already carries ``existing``; an empty value means: remove the header.

        Empty if the request already carries ``sentry-trace``. Targets are not consulted; use
        :meth:`Propagator.inject`. Third-party baggage given as text is returned as the same text; given as
        bytes, as latin-1 text.
        """
    def meta_tags(self) -> Markup:
        """The meta tags for the head of a page, which template engines accept as safe HTML.

        Leave them out of a page that a shared cache may store: :func:`tracehop.meta_tags` does so.
        """
    def server_timing(self, existing: str = "") -> str:
        """A Server-Timing value: the existing metrics, then this trace."""
    def environ(self) -> dict[str, str]:
        """The variables for the environment of a child process."""
    def __copy__(self) -> TraceContext: ...
    def __deepcopy__(self, _memo: object, /) -> TraceContext: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SentryTrace:
    """A sentry-trace value: the trace, the span that sent it and its sampling decision.

    ``str()`` gives the canonical header text.

    >>> import tracehop
    >>> parsed = tracehop.SentryTrace.parse(" 771a43a4192642f0b136d5159a501700-1234567890abcdef-1 ")
    >>> parsed.span_id, parsed.sampled, str(parsed)
    ('1234567890abcdef', True, '771a43a4192642f0b136d5159a501700-1234567890abcdef-1')
    >>> tracehop.SentryTrace.parse("771a43a4192642f0b136d5159a501700-x")
    Traceback (most recent call last):
        ...
    tracehop.HeaderError: a span id is 16 lower-case hex digits (at byte 33)
    """

    @staticmethod
    def parse(value: _Text) -> SentryTrace:
        """Parses one header value strictly; raises HeaderError with the cause and the byte offset."""
    @property
    def trace_id(self) -> str:
        """The id of the trace: 32 hex digits."""
    @property
    def span_id(self) -> str | None:
        """The span that sent the value: 16 hex digits."""
    @property
    def sampled(self) -> bool | None:
        """The sender's decision: True, False or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Traceparent:
    """A W3C traceparent value.

    Its flag reads as True or None: traceparent cannot express "not sampled".
    """

    @staticmethod
    def parse(value: _Text) -> Traceparent:
        """Parses one header value strictly; raises HeaderError with the cause and the byte offset."""
    @property
    def trace_id(self) -> str:
        """The id of the trace: 32 hex digits."""
    @property
    def span_id(self) -> str:
        """The span that sent the value: 16 hex digits."""
    @property
    def sampled(self) -> bool | None:
        """The sender's decision: True, False or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Baggage:
    """The members of a baggage header: Sentry's decoded, third-party ones unchanged.

    >>> import tracehop
    >>> baggage = tracehop.Baggage.parse("tenant=acme;tier=gold, sentry-release=app%401.0")
    >>> baggage.sentry, baggage.foreign
    ({'release': 'app@1.0'}, ['tenant=acme;tier=gold'])
    """

    @staticmethod
    def parse(value: _Text | Sequence[_Text]) -> Baggage:
        """Parses text, bytes or a list of lines. Content never raises; anomalies are in ``findings``."""
    @property
    def sentry(self) -> dict[str, str]:
        """Sentry's members: decoded names, without their prefix, and decoded values, in order."""
    @property
    def foreign(self) -> list[str]:
        """Third-party members, trimmed and never decoded, in order."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the value."""

@final
class Origin:
    """A target that compares scheme, host and port: the recommended kind.

    ``https://api.myapp.com``, ``https://*.myapp.com`` (one or more labels), ``http://localhost:8000``. No port means
    80 or 443 by scheme. Path, query, fragment and userinfo of a URL are ignored, so look-alike URLs do not match.
    """

    def __new__(cls, origin: str) -> Origin: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class EcmaRegExp:
    """A regex with the meaning of a browser's ``new RegExp(pattern, flags)``, for patterns copied from there.

    ``flags`` are letters of ``dimsu``. Raises :class:`OptionError` if the pattern cannot be matched in linear time.
    """

    def __new__(cls, pattern: str, flags: str = "") -> EcmaRegExp: ...
    @property
    def pattern(self) -> str:
        """The pattern as it was given."""
    @property
    def flags(self) -> str:
        """The letters of the flags as they were given."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Outcome:
    """The result of ``inject``; true if headers were written."""

    @property
    def reason(self) -> str:
        """``written``, ``kept``, ``not_a_target`` or ``own_host``."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about this call."""
    def __bool__(self) -> bool: ...

@final
class TraceLifetime:
    """The current trace of a page; only a page load, a navigation or an explicit new trace changes it.

    Also for a screen, a session, a websocket or a long-running worker. ``clock`` returns seconds; the default is
    ``time.monotonic``.
    """

    def __new__(cls, propagator: Propagator, *, clock: Callable[[], float] | None = None) -> TraceLifetime: ...
    def page_load(self, html_or_headers: _Text | _Carrier | None = None) -> TraceContext:
        """Handles a page load: continues the trace of the page or its headers, else starts one."""
    def navigate(self) -> TraceContext:
        """Handles a navigation within the page: starts a trace that is linked to the previous one."""
    def start_new_trace(self) -> TraceContext:
        """Starts a trace on demand, linked to the previous one."""
    def rotate_if_older(self, seconds: _Rate) -> bool:
        """Starts a trace if the current one is older than this many seconds; True if it did."""
    @property
    def current(self) -> TraceContext:
        """The context to which spans and requests belong now."""
    @property
    def previous(self) -> SentryTrace | None:
        """The trace before this one; None at the first."""

def strip(headers: _MutableT) -> _MutableT:
    """Removes from a mutable mapping what tracehop may have added, and returns it: for a redirect to a host that is
    no target. Third-party baggage stays.
    """

def is_shared_cache(cache_control: str) -> bool:
    """True if a shared cache may store a response with this Cache-Control, which must then carry no trace."""

def allows_origin(response_headers: _Carrier, origin: str, credentials: bool = False) -> bool:
    """True if a browser lets a page of this origin read the response with these headers.

    This is the Fetch standard's CORS check.
    """

def cache_findings(cache_control: str) -> tuple[Finding, ...]:
    """Findings about a response that carries a trace and this Cache-Control: a shared cache may store it."""

def answer_headers(propagator: Propagator, headers: list[Any], preflight: bool = False) -> list[Any]:
    """The headers of a response, with the trace headers added to those that browsers may send.

    Takes a list of pairs (text for WSGI, bytes for ASGI) and returns it if nothing is to be added, else a new list. With
    ``preflight`` the names are also added to a response that allows its origin and lists no names.
    """

def explain(propagator: Propagator, kind: str, texts: list[bytes], url: str | None, page_url: str | None) -> tuple[str, str, int]:
    """Returns what `tracehop explain` prints for header lines, a curl line, a HAR file or a text; `url` is checked as a target."""

def doctor(
    propagator: Propagator,
    url: str,
    protocols: list[str],
    origin: str | None,
    credentials: bool,
    has_targets: bool,
    notes: list[str],
    ask: Callable[[str, str, str, list[tuple[str, str]]], tuple[int, list[tuple[str, str]], bytes, str | None] | str],
) -> tuple[str, str, int]:
    """Returns what `tracehop doctor` prints for a URL. `ask(protocol, method, url, lines)` returns status, header lines, body
    and the absolute URL of a redirect, or the reason why there is no response.
    """

def _feed(seed: bytes) -> None:
    """Makes this thread use these bytes before random ones; the conformance vectors set their seeds with it."""

def _strip(headers: _Mutable) -> tuple[Finding, ...]:
    """As strip, but returns the findings, for the conformance vectors."""
