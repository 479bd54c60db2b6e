"""Ids stay unique across processes, threads and seeded generators (rule I1)."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import random
import sys

import pytest

import tracehop

PROPAGATOR = tracehop.Propagator()


def ids(count: int) -> list[str]:
    """Trace and span ids of new contexts, and span ids of children."""
    contexts = [PROPAGATOR.start_trace() for _ in range(count)]
    return [id for context in contexts for id in (context.trace_id, context.span_id, context.child().span_id)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_children_draw_anew_after_a_fork() -> None:
    PROPAGATOR.start_trace()  # So that there is a drawn block to inherit.
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
    assert len(found) == 9 * 600 == len(set(found))


def test_processes_of_every_start_method_draw_their_own() -> None:
    for method in multiprocessing.get_all_start_methods():
        if method == "forkserver":
            continue  # It forks from a process of its own, which "fork" covers.
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
