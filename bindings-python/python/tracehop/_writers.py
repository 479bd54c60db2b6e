"""Detects other writers of a client's trace headers in this process: Sentry's SDK or OpenTelemetry's instrumentation.

The check runs when a request is sent, so the order of set-up does not matter.
"""

from __future__ import annotations

import sys

from ._current import RECORDERS
from ._tracehop import HEADER_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_is_told = False

# For each client the SDK's integration, and OpenTelemetry's modules with their instrumentors.
_URLLIB3 = ("urllib3", "URLLib3Instrumentor")
_WRITERS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "urllib": ("stdlib", (("urllib", "URLLibInstrumentor"),)),
    "urllib3": ("stdlib", (_URLLIB3,)),
    "requests": ("stdlib", (("requests", "RequestsInstrumentor"), _URLLIB3)),
    "httpx": ("httpx", (("httpx", "HTTPXClientInstrumentor"),)),
    "celery": ("celery", (("celery", "CeleryInstrumentor"),)),
    "grpc": ("grpc", ()),
    "botocore": ("stdlib", (_URLLIB3,)),
}


def others_write(client: str) -> bool:
    """True if another library writes the trace headers of this kind of client; tracehop's adapter then writes none."""
    if client not in _WRITERS or not ("sentry_sdk" in sys.modules or "opentelemetry.propagate" in sys.modules):
        return False
    integration, instrumentors = _WRITERS[client]
    if _sentry_has(integration):
        tell_of_second_trace()
        return True
    return any(_opentelemetry_writes(*instrumentor) for instrumentor in instrumentors)


def others_write_by(callbacks: Any) -> bool:
    """The same for a client with callbacks, such as aiohttp's trace configurations."""
    modules = [getattr(callback, "__module__", None) or "" for callback in callbacks]
    if any(module.startswith("sentry_sdk.") for module in modules):
        tell_of_second_trace()
        return True
    return _carries_sentry() and any(module.startswith("opentelemetry.instrumentation.") for module in modules)


def tell_of_second_trace() -> None:
    """Logs, once, that the SDK has a trace of its own in addition to tracehop's."""
    global _is_told
    if _is_told or not _sentry_client() or any(recorder.is_active() for recorder in RECORDERS):
        return
    _is_told = True
    import logging

    logging.getLogger("tracehop").warning(
        "Sentry's SDK is set up in this process and follows a trace of its own, so tracehop.current() is in another one "
        "and no client that the SDK writes for carries it. Add tracehop.sentry.Integration() to the SDK's integrations"
    )


def _sentry_client() -> Any:
    """Returns the SDK's active client, if the process has loaded the SDK."""
    get_client = getattr(sys.modules.get("sentry_sdk"), "get_client", None)
    client: Any = None if get_client is None else get_client()
    return client if client is not None and client.is_active() else None


def _sentry_has(integration: str) -> bool:
    client = _sentry_client()
    return client is not None and client.get_integration(integration) is not None


def _opentelemetry_writes(module: str, instrumentor: str) -> bool:
    kind = getattr(sys.modules.get(f"opentelemetry.instrumentation.{module}"), instrumentor, None)
    return kind is not None and kind().is_instrumented_by_opentelemetry and _carries_sentry()


def _carries_sentry() -> bool:
    """True if OpenTelemetry's propagator of this process writes Sentry's header."""
    propagate: Any = sys.modules.get("opentelemetry.propagate")
    return propagate is not None and HEADER_NAMES[0] in propagate.get_global_textmap().fields
