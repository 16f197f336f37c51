"""What ``swarmbridge check`` looks at, and how it says what it found: what, why, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from adapters.directory import reading
from adapters.settings import Settings
from adapters.sql import schema
from adapters.sql.address import BadDatabaseAddress
from adapters.sql.engine import Database
from adapters.sql.storage import SqlStorage
from bot.chat import Chat, Finding
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable

Open = Callable[[], tuple[Database, SqlStorage]]

_MOST_SHOWN = 5


def settings(chosen: Settings) -> Iterator[Finding]:
    """What was chosen, where somebody may have meant something else."""
    yield Finding(True, "The settings can be used.")
    if not (chosen.slack.on or chosen.matrix.on):
        yield Finding(True, "Neither Slack (SLACK_BOT_TOKEN) nor Matrix (MATRIX_HOMESERVER) is set up.")
    if chosen.local_on:
        where = f"http://{chosen.http.host}:{chosen.http.port}/chat/"
        yield Finding(True, f"The chat in the browser, for trying things out, is on: {where}")
    if not chosen.http.public_url:
        yield Finding(True, "Messages carry no links to the pages, as SWARMBRIDGE_HTTP__PUBLIC_URL is not set.")


def catalogue(path: Path | None) -> Iterator[Finding]:
    """Whether the file can be used, with the first things that are wrong with it."""
    report = reading.read_file(path or reading.SAMPLE)
    if report.ok:
        name = f"The catalogue {path} can be used" if path else "The catalogue is the sample organisation's"
        doubts = (
            f"; swarmbridge catalogue check {path} names what is doubtful in it" if path and report.warnings else ""
        )
        yield Finding(True, f"{name}{doubts}.")
        return
    advice = f"mend the file; all there is to say: swarmbridge catalogue check {path}"
    for error in report.errors[:_MOST_SHOWN]:
        yield Finding(False, f"The catalogue {path} cannot be used: {error}", advice)
    left = len(report.errors) - _MOST_SHOWN
    if left > 0:
        yield Finding(False, f"The catalogue {path} has {left} more errors.", advice)


def database(exists: bool, open_storage: Open, retry: int | None, drop: int | None) -> Iterator[Finding]:
    """Whether it answers and is of this version, and what is parked; first does what was asked with a parked item."""
    if not exists:
        advice = "swarmbridge migrate makes it, and so does swarmbridge run"
        yield Finding(False, "There is no database yet.", advice)
        return
    try:
        opened, storage = open_storage()
        try:
            yield from _database(opened, storage, retry, drop)
        finally:
            opened.close()
    except BadDatabaseAddress as wrong:
        yield Finding(False, f"The database cannot be used: {wrong}", "mend database.url (DATABASE_URL)")
    except DBAPIError as wrong:
        yield Finding(False, f"The database cannot be used: {wrong.orig}", "mend database.url (DATABASE_URL)")
    except (StorageUnavailable, OSError) as away:
        advice = "see whether it runs and can be reached from here, and whether database.url (DATABASE_URL) is right"
        yield Finding(False, f"The database does not answer: {away}", advice)


def _database(opened: Database, storage: SqlStorage, retry: int | None, drop: int | None) -> Iterator[Finding]:
    if not schema.is_current(opened):
        yield Finding(False, "The database is not of this version.", "stop the bot, then: swarmbridge migrate")
        return
    yield Finding(True, "The database answers and is of this version.")
    for number, do, done in ((retry, storage.retry_parked, "is tried again"), (drop, storage.drop_parked, "is gone")):
        if number is None:
            continue
        if do(number):
            yield Finding(True, f"The parked item {number} {done}.")
        else:
            yield Finding(False, f"Nothing is parked under the number {number}.", "swarmbridge check lists what is")
    for one in storage.parked():
        yield Finding(
            False, f"Parked since {one.since:%Y-%m-%d %H:%M}: {one.what} {one.about}: {one.error}",
            f"mend the cause, then: swarmbridge check --retry {one.id}   (or give it up: --drop {one.id})",
        )  # fmt: skip


async def chats(networks: Iterable[Chat]) -> list[Finding]:
    """Tokens, scopes and rooms of each network; the connections are closed at the end."""
    found: list[Finding] = []
    for chat in networks:
        try:
            found += await _chat(chat)
        finally:
            close = getattr(chat, "close", None)
            if asyncio.iscoroutinefunction(close):
                await close()
    return found


async def _chat(chat: Chat) -> Sequence[Finding]:
    try:
        return await chat.check()
    except ChatUnavailable as away:
        return [Finding(False, f"{chat.platform} cannot be reached: {away}", "look at the address and the network")]
    except (StorageUnavailable, DBAPIError):
        what = f"{chat.platform}: what is kept of it cannot be read"
        return [Finding(False, what, "see what is said of the database above")]
    except ChatRefused as refused:
        return [Finding(False, f"{chat.platform} refuses: {refused.code}", refused.advice)]


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings for people: what several need in common is said once below them, and how it stands at the end."""
    for (ok, advice), together in groupby(findings, key=lambda one: (one.ok, "" if one.ok else one.advice)):
        yield from (f"{'ok  ' if ok else 'BAD '} {finding.what}" for finding in together)
        if advice:
            yield f"       → {advice}"
    wrong = sum(not finding.ok for finding in findings)
    yield f"\n{wrong} to mend." if wrong else "\nAll is well."
