"""Slow questions of the service: asked one at a time, without holding up any other."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

Answer = TypeVar("Answer")


class OneAtATime:
    """Lets one slow thing be done at a time.

    Whoever waits holds no thread: threads are few, and all other questions need them.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def do(self, work: Callable[[], Answer]) -> Answer:
        """Do it when its turn has come."""
        async with self._turn:
            return await run_in_threadpool(work)


class Shared(Generic[Answer]):
    """A slow question whose answer all get who came while it was waited for.

    Nobody gets an answer to a question that was put before he came.
    """

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._turn = OneAtATime()
        self._put = 0
        self._answered: tuple[int, Answer] | None = None

    async def answer(self) -> Answer:
        """Give an answer to a question that was put after this was called."""
        came_after = self._put
        return await self._turn.do(lambda: self._newer_than(came_after))

    def _newer_than(self, came_after: int) -> Answer:
        if self._answered is not None and self._answered[0] > came_after:
            return self._answered[1]
        self._put += 1
        put, answer = self._put, self._question()
        self._answered = (put, answer)
        return answer
