"""The current context: blocks, threads, tasks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import sys
import threading
from collections.abc import Iterator

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


def test_one_object_works_in_many_tasks_at_a_time() -> None:
    shared = tracehop.use(ONE)

    async def work(number: int) -> None:
        async with shared as used:
            assert used is ONE
            await asyncio.sleep(0.0001 * (number * 7 % 5))
            assert tracehop.current() is ONE
        assert tracehop.current() is TWO
        raise KeyError(number)

    async def main() -> list[BaseException | None]:
        with tracehop.use(TWO):
            return await asyncio.gather(*map(work, range(100)), return_exceptions=True)

    assert [str(error) for error in asyncio.run(main())] == [str(number) for number in range(100)]
    assert shared._tokens == []


def test_one_object_works_in_many_threads_at_a_time() -> None:
    shared, both_here = tracehop.use(ONE), threading.Barrier(8)

    def work(_: int) -> bool:
        with tracehop.use(TWO):
            for _ in range(50):
                both_here.wait(20)
                with shared:
                    both_here.wait(20)
                    seen = tracehop.current() is ONE
                assert seen and tracehop.current() is TWO
        return tracehop.current() is None

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert shared._tokens == []


def test_a_block_that_another_thread_leaves_raises_nothing_and_ends() -> None:
    def parts() -> Iterator[tracehop.TraceContext | None]:
        with tracehop.use(ONE):
            yield tracehop.current()
        yield tracehop.current()

    steps, seen = parts(), []
    assert contextvars.copy_context().run(next, steps) is ONE

    def step() -> None:
        with tracehop.use(ONE):
            seen.append(next(steps))

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert seen == [None]


def test_a_decorator_runs_functions_and_coroutines_within_its_context() -> None:
    @tracehop.use(ONE)
    def plain(number: int) -> tuple[int, tracehop.TraceContext | None]:
        """Docs."""
        return number, tracehop.current()

    @tracehop.use(TWO)
    async def coroutine(number: int) -> tuple[int, tracehop.TraceContext | None]:
        await asyncio.sleep(0)
        return number, tracehop.current()

    assert plain(1) == (1, ONE) and (plain.__name__, plain.__doc__) == ("plain", "Docs.")
    assert asyncio.run(coroutine(number=2)) == (2, TWO)
    assert tracehop.current() is None
    with pytest.raises(TypeError, match="generator"):

        @tracehop.use(ONE)
        def parts() -> Iterator[int]:
            yield 1


def test_a_bound_function_runs_within_the_context_in_which_it_was_bound() -> None:
    with tracehop.use(ONE):
        bound = tracehop.bind(tracehop.current)
    with concurrent.futures.ThreadPoolExecutor(1) as pool, tracehop.use(TWO):
        assert pool.submit(bound).result() is ONE is bound()
        assert tracehop.current() is TWO


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
