"""The service answers everybody, however many ask for something slow at the same time."""

import asyncio
import threading

from starlette.concurrency import run_in_threadpool

from console.one_at_a_time import OneAtATime, Shared

# More than the service has threads for questions.
MANY = 60


def test_who_waits_for_something_slow_holds_nobody_else_up():
    async def crowd():
        slow, over = OneAtATime(), threading.Event()
        waiting = [asyncio.create_task(slow.do(over.wait)) for _ in range(MANY)]
        other = await run_in_threadpool(lambda: "at once")
        over.set()
        return other, await asyncio.gather(*waiting)

    assert asyncio.run(crowd()) == ("at once", [True] * MANY)


def test_many_who_ask_at_once_share_one_answer():
    asked = []
    status = Shared(lambda: asked.append("how are you") or len(asked))

    async def crowd():
        return await asyncio.gather(*(status.answer() for _ in range(MANY)))

    assert asyncio.run(crowd()) == [1] * MANY


def test_who_comes_later_gets_an_answer_of_his_own():
    asked = []
    status = Shared(lambda: asked.append("how are you") or len(asked))

    async def one_after_another():
        return [await status.answer() for _ in range(3)]

    assert asyncio.run(one_after_another()) == [1, 2, 3]


def test_a_question_that_failed_is_put_again_for_the_next():
    answers = iter([ValueError("cable"), "here"])

    def ask():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def two():
        status = Shared(ask)
        return await asyncio.gather(status.answer(), status.answer(), return_exceptions=True)

    failed, answered = asyncio.run(two())
    assert isinstance(failed, ValueError) and answered == "here"
