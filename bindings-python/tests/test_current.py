"""The current context: blocks, threads, tasks."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading

import pytest

import tracehop

PROPAGATOR = tracehop.Propagator()
ONE, TWO = PROPAGATOR.start_trace(), PROPAGATOR.start_trace()


def test_blocks_nest_and_end() -> None:
    assert tracehop.current() is None
    with tracehop.use(ONE) as used:
        assert used is ONE is tracehop.current()
        with tracehop.use(TWO):
            assert tracehop.current() is TWO
        with tracehop.use(None):
            assert tracehop.current() is None
        assert tracehop.current() is ONE
    assert tracehop.current() is None


def test_one_block_may_be_entered_again_within_itself() -> None:
    block = tracehop.use(ONE)
    with block, tracehop.use(TWO), block:
        assert tracehop.current() is ONE
    assert tracehop.current() is None


def test_an_exception_ends_a_block() -> None:
    with pytest.raises(ZeroDivisionError), tracehop.use(ONE):
        raise ZeroDivisionError
    assert tracehop.current() is None


def test_a_thread_begins_without_unless_it_is_given_the_variables() -> None:
    seen: list[tracehop.TraceContext | None] = []
    with tracehop.use(ONE):
        note = lambda: seen.append(tracehop.current())  # noqa: E731
        variables = contextvars.copy_context()
        threads = [threading.Thread(target=note), threading.Thread(target=lambda: variables.run(note))]
        for thread in threads:
            thread.start()
            thread.join()
    inherits = getattr(sys.flags, "thread_inherit_context", 0)
    expected = [ONE if inherits else None, ONE]
    assert seen == expected


def test_tasks_inherit_and_do_not_mix() -> None:
    async def work(number: int) -> bool:
        with tracehop.use(PROPAGATOR.start_trace()) as own:
            for _ in range(5):
                await asyncio.sleep(0)
                if tracehop.current() is not own:
                    return False
        return tracehop.current() is ONE

    async def main() -> list[bool]:
        with tracehop.use(ONE):
            return await asyncio.gather(*(work(number) for number in range(500)))

    assert all(asyncio.run(main()))
