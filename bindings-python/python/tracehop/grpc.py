"""gRPC: interceptors for clients and servers, sync and aio, and all four kinds of call.

Client: ``grpc.intercept_channel(channel, tracehop.grpc.ClientInterceptor(propagator, "https://api.myapp.com"))``, or
``grpc.aio.secure_channel(target, credentials, interceptors=tracehop.grpc.aio_client_interceptors(propagator, url))``.
A channel does not expose its address: pass the URL of its server, to which the name of the method is appended.

Server: ``grpc.server(pool, interceptors=[tracehop.grpc.ServerInterceptor(propagator)])``, and
:class:`AioServerInterceptor` for ``grpc.aio.server``.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportUntypedBaseClass=false
# pyright: reportMissingImports=false, reportMissingModuleSource=false, reportUnknownLambdaType=false

from __future__ import annotations

import inspect
from abc import ABCMeta
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]

from . import _given
from ._callbacks import Callback
from ._current import current, use
from ._serving import Serving
from ._steps import async_steps, steps
from ._tracehop import Propagator, TraceContext
from ._values import Finding
from ._writers import others_write

TOO_LARGE = Finding(
    "write_budget_exceeded", 14, "The metadata would exceed gRPC's soft limit; the baggage of the trace was left out."
)

# Above this size of all metadata, gRPC's own entries included, a server refuses calls at random.
_SOFT_LIMIT = 8 * 1024
_OWN_ENTRIES = 540
_ENTRY = 32


class _Details(NamedTuple):
    method: Any
    timeout: Any
    metadata: Any
    credentials: Any
    wait_for_ready: Any
    compression: Any


class _Client:
    """Shared by the client interceptors: the metadata of a call with the current trace."""

    def __init__(
        self, propagator: Propagator, url: str, on_findings: Callable[[tuple[Finding, ...]], object] | None = None
    ) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        self.url: str = _given.server_url(url)
        self._on_findings = Callback.of("on_findings", on_findings)

    def _with_trace(self, details: Any, is_stream: bool = False) -> _Details:
        method = details.method if isinstance(details.method, str) else details.method.decode()
        metadata = self._metadata(method, list(details.metadata or ()), is_stream)
        more = (getattr(details, name, None) for name in ("credentials", "wait_for_ready", "compression"))
        return _Details(details.method, details.timeout, metadata, *more)

    def _metadata(self, method: str, given: list[Any], is_stream: bool) -> list[Any]:
        # Sentry's SDK writes for calls with a single request only.
        context = current() if is_stream or not others_write("grpc") else None
        if context is None or not self.propagator.allows(self.url + method):
            return given
        ours = context.headers(given)
        written = [pair for pair in given if pair[0].lower() not in ours] + [pair for pair in ours.items() if pair[1]]
        findings: tuple[Finding, ...] = ()
        if _size(method, written) > _SOFT_LIMIT:
            findings = (TOO_LARGE,)
            # Leave out tracehop's baggage: the other headers are short.
            alone = {name: value for name, value in ours.items() if name not in _names(given) and value != context.baggage}
            written = given + list(alone.items())
            written = given if _size(method, written) > _SOFT_LIMIT else written
        if findings and self._on_findings is not None:
            self._on_findings(findings)
        return written


def _names(metadata: list[Any]) -> set[str]:
    return {name.lower() for name, _ in metadata}


def _size(method: str, metadata: list[Any]) -> int:
    return _OWN_ENTRIES + len(method) + sum(len(name) + len(value) + _ENTRY for name, value in metadata)


class ClientInterceptor(
    _Client,
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamUnaryClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
    metaclass=ABCMeta,
):
    """Adds the current trace to the metadata of each call if the URL of server and method is a target.

    Servers refuse calls with over 8 KiB of metadata at random: beyond that tracehop's baggage is left out, and
    ``on_findings`` is called with the finding ``write_budget_exceeded``.
    """

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._with_trace(client_call_details), request)

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._with_trace(client_call_details), request)

    def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return continuation(self._with_trace(client_call_details, is_stream=True), request_iterator)

    def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return continuation(self._with_trace(client_call_details, is_stream=True), request_iterator)


class _AioClient(_Client):
    def _traced(self, details: Any, is_stream: bool = False) -> Any:
        return details._replace(metadata=grpc.aio.Metadata(*self._with_trace(details, is_stream).metadata))


class _AioUnaryUnary(_AioClient, grpc.aio.UnaryUnaryClientInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(self._traced(client_call_details), request)


class _AioUnaryStream(_AioClient, grpc.aio.UnaryStreamClientInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await continuation(self._traced(client_call_details), request)


class _AioStreamUnary(_AioClient, grpc.aio.StreamUnaryClientInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    async def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await continuation(self._traced(client_call_details, is_stream=True), request_iterator)


class _AioStreamStream(_AioClient, grpc.aio.StreamStreamClientInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    async def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await continuation(self._traced(client_call_details, is_stream=True), request_iterator)


def aio_client_interceptors(
    propagator: Propagator, url: str, on_findings: Callable[[tuple[Finding, ...]], object] | None = None
) -> list[Any]:
    """Returns the interceptors of an aio channel, one for each kind of call; as :class:`ClientInterceptor`."""
    kinds = (_AioUnaryUnary, _AioUnaryStream, _AioStreamUnary, _AioStreamStream)
    return [kind(propagator, url, on_findings) for kind in kinds]


class _Server:
    """Shared by the server interceptors: the options of the middlewares, whose functions receive the call details."""

    def __init__(
        self,
        propagator: Propagator,
        *,
        transaction_name: Callable[[Any], str | None] = lambda details: details.method,
        trust: bool | Callable[[Any], object] = True,
        exclude: Iterable[str] | Callable[[Any], object] = (),
        on_context: Callable[[TraceContext, Any], object] | None = None,
        records: bool = True,
    ) -> None:
        self.propagator: Propagator = _given.propagator(propagator)
        self._serving = Serving(
            propagator, transaction_name, trust, exclude, on_context, records=records, op="grpc.server"
        )

    def _context(self, details: Any) -> TraceContext | None:
        """Returns the context of a call, or None if it is excluded."""
        if self._serving.excludes(details.method, details):
            return None
        return self._serving.context([tuple(pair) for pair in details.invocation_metadata or ()], details)

    def _traced(self, handler: Any, details: Any, wrap: Callable[[Any, TraceContext], Any]) -> Any:
        if handler is None or (context := self._context(details)) is None:
            return handler
        kind = f"{_arity(handler.request_streaming)}_{_arity(handler.response_streaming)}"
        return handler._replace(**{kind: wrap(getattr(handler, kind), context)})


def _arity(is_streaming: bool) -> str:
    return "stream" if is_streaming else "unary"


class ServerInterceptor(_Server, grpc.ServerInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    """Handles each call within the context of the trace in its metadata; the transaction's name is that of the method.
    The options are those of :class:`tracehop.wsgi.Middleware`; ``exclude`` takes names of methods.
    """

    def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler = continuation(handler_call_details)
        is_streaming = getattr(handler, "response_streaming", False)
        return self._traced(handler, handler_call_details, _sync_stream if is_streaming else _sync_answer)


def _sync_answer(behavior: Any, context: TraceContext) -> Any:
    def answer(request: Any, call: Any) -> Any:
        with use(context):
            return behavior(request, call)

    return answer


def _sync_stream(behavior: Any, context: TraceContext) -> Any:
    def stream(request: Any, call: Any) -> Any:
        with use(context):
            parts = behavior(request, call)
        return steps(parts, context)

    return stream


class AioServerInterceptor(_Server, grpc.aio.ServerInterceptor, metaclass=ABCMeta):  # type: ignore[misc]
    """As :class:`ServerInterceptor`, for ``grpc.aio.server``; handlers may be async or not."""

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler: Any = await continuation(handler_call_details)
        return self._traced(handler, handler_call_details, _aio_behavior)


def _aio_behavior(behavior: Any, context: TraceContext) -> Any:
    if inspect.isasyncgenfunction(behavior):

        async def stream(request: Any, call: Any) -> Any:
            async for part in async_steps(behavior(request, call), context):
                yield part

        return stream
    if inspect.isgeneratorfunction(behavior):
        return _sync_stream(behavior, context)
    return use(context)(behavior)
