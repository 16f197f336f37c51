"""What goes wrong: answers of the Web API, and things a person or a test cannot do."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """An answer with ``ok: false``.

    ``code`` is Slack's error name, ``messages`` go into ``response_metadata.messages`` and ``fields`` beside them.
    """

    def __init__(self, code: str, *messages: str, **fields: Any) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = messages
        self.fields = fields


class PersonCannot(Exception):
    """A person tried something that the Slack client would not let them do."""


class NotAnswered(Exception):
    """The app did not acknowledge a command, a click or a form within three seconds; the person saw an error."""


class TimedOut(AssertionError):
    """What a test waited for did not come; the message holds what could be seen instead."""
