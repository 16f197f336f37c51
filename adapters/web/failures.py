"""Turns whatever went wrong into an answer that says so kindly, once, and is logged once."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Answer = Callable[[Request, Exception], Response]


class KindFailures:
    """Answers for what raised, unless the answer has already begun."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the program inside does."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            response = await run_in_threadpool(self._answer, Request(scope), error)
            await response(scope, receive, send)


def kind_of(error: Exception) -> int:
    """The status to answer with: an unexpected failure is a passing one until somebody has looked."""
    return error.status_code if isinstance(error, HTTPException) else 503
