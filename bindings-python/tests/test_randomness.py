"""Ids stay unique across processes, threads and seeded generators (rule I1)."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import random
import sys

import pytest

import tracehop
from tracehop._tracehop import _feed

forks = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")

PROPAGATOR = tracehop.Propagator()
# It needs only the random bytes of a span id, so the others are used for the next context.
MESSAGE = {"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1", "baggage": "sentry-sample_rand=0.25"}


def ids(count: int) -> list[str]:
    """Returns trace ids of new traces, and span ids of these, of contexts that continue one, and of children."""
    found: list[str] = []
    for _ in range(count):
        head, hop = PROPAGATOR.start_trace(), PROPAGATOR.continue_trace(MESSAGE)
        found += [head.trace_id, *(context.span_id for context in (head, hop, head.child(), hop.child()))]
    return found


@forks
def test_children_draw_new_bytes_after_a_fork() -> None:
    ids(1)  # So that the child inherits a drawn block and returned bytes.
    found: list[str] = []
    for _ in range(8):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, "\n".join(ids(200)).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as answers:
            found += answers.read().split("\n")
        assert os.waitpid(child, 0)[1] == 0
    found += ids(200)
    assert len(found) == 9 * 1000 == len(set(found))


@forks
def test_fork_in_a_sampler_returns_no_bytes_to_both_processes() -> None:
    read, write = os.pipe()
    children: list[int] = []
    found: list[str] = []

    def sampler(_: object) -> float:
        children.append(os.fork())
        found.extend(ids(1))  # So that the child has drawn new bytes before the old ones are returned.
        return 1.0

    tracehop.Propagator(traces_sampler=sampler).continue_trace(MESSAGE)
    found += ids(2)
    if children == [0]:
        os.write(write, "\n".join(found).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        found += answer.read().split("\n")
    assert os.waitpid(children[0], 0)[1] == 0
    assert len(found) == 30 == len(set(found))


def test_traces_that_a_sampler_starts_have_their_own() -> None:
    found: list[str] = []

    def sampler(_: object) -> float:
        found.extend(ids(2))
        return 1.0

    hop = tracehop.Propagator(traces_sampler=sampler)
    for start in (lambda: hop.continue_trace(MESSAGE), hop.start_trace) * 20:
        found.append(start().span_id)
        found.extend(ids(1))
    assert len(found) == 40 * 16 == len(set(found))


def test_fed_bytes_are_not_reused() -> None:
    fed = bytes(range(24))
    _feed(fed)
    assert PROPAGATOR.continue_trace(MESSAGE).span_id == fed[16:].hex()
    assert PROPAGATOR.start_trace().trace_id != fed[:16].hex()


def test_processes_of_every_start_method_draw_their_own() -> None:
    for method in multiprocessing.get_all_start_methods():
        if method == "forkserver":
            continue  # It forks from a separate process, which "fork" covers.
        context = multiprocessing.get_context(method)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            found = [id for batch in pool.map(ids, [100] * 4) for id in batch]
        assert len(found) == len(set(found)), method


def test_threads_draw_their_own() -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        found = [id for batch in pool.map(ids, [500] * 32) for id in batch]
    assert len(found) == len(set(found))


def test_a_seeded_generator_does_not_repeat_ids() -> None:
    random.seed(1)
    first = ids(1)
    random.seed(1)
    assert not set(first) & set(ids(1))


def test_sample_rand_is_spread_over_the_unit_interval() -> None:
    drawn = [PROPAGATOR.start_trace().sample_rand for _ in range(4000)]
    assert all(0 <= value < 1 for value in drawn)
    for decile in range(10):
        assert 250 < sum(decile / 10 <= value < (decile + 1) / 10 for value in drawn) < 550
