"""Errors with a name beside what raises them."""

from __future__ import annotations

from datetime import timedelta

from bot.texts import Phrase


class Rejected(Exception):
    """What a person asked for cannot be done; ``phrase`` tells them what is wrong and what to do next.

    Raised by use cases; the desk undoes the act and answers the person alone, in their language.
    """

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.msgid)
        self.phrase = phrase


class Conflict(Exception):
    """Somebody else changed the same thing meanwhile; the act is tried again from the start."""


class ChatUnavailable(Exception):
    """The network cannot do it now: rate limited, away, or no answer came. Try again later.

    ``doubtful`` means the act may have been performed all the same.
    """

    def __init__(self, why: str, *, retry_after: timedelta | None = None, doubtful: bool = False) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.doubtful = doubtful


NOTHING_TO_ACT_ON = "nothing_to_act_on"
"""The code of an act on a room or message that was refused itself."""


class ChatRefused(Exception):
    """The network will never do this as it stands; ``code`` is the network's own word for why.

    ``advice`` says in plain English what an operator can do about it.
    """

    def __init__(self, code: str, advice: str = "") -> None:
        super().__init__(f"{code}: {advice}" if advice else code)
        self.code = code
        self.advice = advice


class StorageUnavailable(Exception):
    """The database cannot be reached; nothing was lost, try again later."""
