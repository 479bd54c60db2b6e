"""A traced session of requests: adapters, pickling, authentication."""

from __future__ import annotations

import pickle
from typing import Any

import requests
import requests.adapters
import requests.auth
import urllib3
from hosts import Ours, ours  # noqa: F401 - a fixture

import tracehop
import tracehop.requests


class Counting(requests.adapters.HTTPAdapter):
    """An adapter of the application."""

    sent = 0

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        self.sent += 1
        return super().send(request, *arguments, **options)


def test_the_adapters_of_a_session_stay_and_are_traced_whenever_they_are_mounted(ours: Ours) -> None:
    before, after = Counting(max_retries=urllib3.Retry(3), pool_maxsize=50), Counting()
    session = requests.Session()
    session.mount("http://", before)
    tracehop.requests.trace(tracehop.requests.trace(session, ours.propagator), ours.propagator)
    mounted: Any = session.get_adapter(ours.target)
    assert mounted.adapter is before and mounted.max_retries.total == 3
    session.mount(ours.target, after)
    with session, tracehop.use(ours.context):
        session.get(ours.target)
        session.get(ours.stranger)
    assert (before.sent, after.sent) == (1, 1)
    assert [seen["sentry-trace"] for seen in ours.at_target.seen] == [ours.context.sentry_trace]


def test_a_pickled_session_carries_the_trace_by_the_same_adapters(ours: Ours) -> None:
    session = requests.Session()
    session.mount("http://", Counting(max_retries=3))
    session = pickle.loads(pickle.dumps(tracehop.requests.trace(session, ours.propagator)))
    session.mount("https://", Counting())
    mounted: Any = session.get_adapter(ours.target)
    with session, tracehop.use(ours.context):
        session.get(ours.target)
    assert (mounted.adapter.sent, mounted.max_retries.total) == (1, 3)
    assert ours.at_target.seen[0]["sentry-trace"] == ours.context.sentry_trace


def test_digest_authentication_sends_the_second_request_within_the_trace(ours: Ours) -> None:
    session = tracehop.requests.trace(requests.Session(), ours.propagator)
    session.auth = requests.auth.HTTPDigestAuth("user", "password")
    with session, tracehop.use(ours.context):
        assert session.get(f"{ours.target}/digest").status_code == 200
    assert [seen["sentry-trace"] for seen in ours.at_target.seen] == [ours.context.sentry_trace] * 2
