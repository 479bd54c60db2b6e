"""Types that only annotations need."""

from __future__ import annotations

from typing import TypedDict


class Transaction(TypedDict):
    """What is being done: the name that the caller gave; within a middleware ``op`` stands beside it."""

    name: str | None


class SamplingContext(TypedDict):
    """The argument of a ``traces_sampler``, shaped as Sentry's samplers expect it.

    Within a middleware ``wsgi_environ``, ``asgi_scope`` or ``request`` is there too.
    """

    transaction_context: Transaction
    parent_sampled: bool | None
    parent_sample_rate: float | None
    sample_rand: float
    trace_id: str


SamplingContext.__module__ = "tracehop"
