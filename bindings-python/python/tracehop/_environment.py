"""Reads the options of a propagator from the variables of Sentry's SDKs."""

from __future__ import annotations

from ._tracehop import Propagator
from ._values import OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VARIABLES = {
    "dsn": "SENTRY_DSN",
    "release": "SENTRY_RELEASE",
    "environment": "SENTRY_ENVIRONMENT",
    "traces_sample_rate": "SENTRY_TRACES_SAMPLE_RATE",
}


def from_env(environ: Mapping[str, str] | None = None, **options: Any) -> Propagator:
    """Makes a propagator from ``SENTRY_DSN``, ``SENTRY_RELEASE``, ``SENTRY_ENVIRONMENT`` and ``SENTRY_TRACES_SAMPLE_RATE``.

    Reads ``os.environ`` if ``environ`` is not given, without blanks around the values, such as the newline at the end of a
    secret's file; an empty variable is unset. ``options`` take precedence.
    Raises as :class:`Propagator` does, and names the variable if a rate is no number.
    """
    if environ is None:
        import os

        environ = os.environ
    values = {option: environ.get(name, "").strip() for option, name in VARIABLES.items()}
    found: dict[str, Any] = {option: value for option, value in values.items() if value}
    if "traces_sample_rate" in found and "traces_sample_rate" not in options:
        found["traces_sample_rate"] = _rate(found["traces_sample_rate"])
    found.update(options)
    return Propagator(**found)


def _rate(text: str) -> float:
    name = VARIABLES["traces_sample_rate"]
    try:
        return float(text)
    except ValueError:
        message = f"{name} must be a number from 0 to 1, not {text!r}"
        raise OptionError(message, "traces_sample_rate", "traces_sample_rate") from None
