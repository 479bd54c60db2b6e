"""Types that only annotations need."""

from __future__ import annotations

from typing import TypedDict


class Transaction(TypedDict):
    """The transaction's name as the caller gave it; within a middleware there is also ``op``."""

    name: str | None


class SamplingContext(TypedDict):
    """The argument of a ``traces_sampler``, with the keys that Sentry's samplers expect.

    Within a middleware it also has ``wsgi_environ``, ``asgi_scope`` or ``request``.
    """

    transaction_context: Transaction
    parent_sampled: bool | None
    parent_sample_rate: float | None
    sample_rand: float
    trace_id: str


SamplingContext.__module__ = "tracehop"
