"""What a homeserver cut from a timeline is read back to where the bot had heard, whether or not it stops there itself.

Conduit and those that come from it stop at the token they are asked to stop at only when it is the token of an event
they pass; nearly always they go back to where the room begins.
"""

from __future__ import annotations

import contextlib
import pickle
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.sync import SYNCED
from bot.chat import Cursor
from bot.events import MessagePosted
from tests.matrix.appservices import PushingServer
from tests.matrix.bad_line import BadLine
from tests.matrix.bots import Bot
from tests.matrix.people import Person
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.synapse import Account

REMEMBERED = timedelta(days=30)
MORE_THAN_A_SYNC_TELLS = 60


class GoesBackToTheBeginning(BadLine):
    """A line to a homeserver that stops at no token when it reads a room back."""

    async def _pass(self, request: web.Request) -> web.Response:
        if request.path.endswith("/messages"):
            request = request.clone(rel_url=request.rel_url.without_query_params("to"))
        return await super()._pass(request)


class Dated(Person):
    """Somebody whose messages have the time they choose, as application services may."""

    async def say_ago(self, ago: timedelta, room: str, text: str) -> None:
        at = int((datetime.now(UTC) - ago).timestamp() * 1000)
        where = ("rooms", room, "send", "m.room.message", f"t{at}")
        await self.call("PUT", *where, body={"msgtype": "m.text", "body": text}, query={"ts": at})


@pytest.fixture
async def line(pushing: PushingServer) -> AsyncIterator[BadLine]:
    async with GoesBackToTheBeginning(pushing.base_url) as made:
        yield made


@pytest.fixture
async def bot(pushing: PushingServer, line: BadLine, tmp_path: Path) -> AsyncIterator[Bot]:
    account = pushing.register("swarmbridge")
    settings = MatrixSettings(homeserver=line.base_url, user_id=account.user_id, access_token=account.access_token)
    chat = MatrixChat(settings)
    ready = Bot(account, settings, TinyInbox(tmp_path / "inbox.sqlite"), chat, [chat])
    yield ready
    for started in ready.started:
        await started.close()
    ready.inbox.close()


@pytest.fixture
async def dated(pushing: PushingServer) -> AsyncIterator[Dated]:
    service = pushing.service()
    person = Dated(pushing.base_url, Account(service.user_id, service.as_token, "", ""))
    login = {"type": "m.login.application_service", "username": service.user_id[1:].partition(":")[0]}
    await person.call("POST", "register", body=login | {"inhibit_login": True})
    yield person
    await person.close()


def purge(inbox: TinyInbox) -> None:
    """Forget what was heard longer ago than is remembered."""
    with contextlib.closing(sqlite3.connect(inbox.file)) as db, db:
        for delivery, event in db.execute("select delivery, event from heard").fetchall():
            if pickle.loads(event).at < datetime.now(UTC) - REMEMBERED:
                db.execute("delete from heard where delivery = ?", (delivery,))
                db.execute("delete from ordered where delivery = ?", (delivery,))


async def say_much(person: Person, room: str) -> list[str]:
    texts = [f"{number}" for number in range(MORE_THAN_A_SYNC_TELLS)]
    for text in texts:
        await person.say(room, text)
    return texts


def texts(bot: Bot) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]


async def room_of(bot: Bot, anna: Person, dated: Dated) -> str:
    room = await bot.enter(anna)
    await anna.invite(room, dated.id)
    await dated.join(room)
    return room


async def test_what_was_heard_longer_ago_than_is_remembered_is_not_heard_again(
    bot: Bot, neighbour: Person, dated: Dated
) -> None:
    async with bot.listening():
        room = await room_of(bot, neighbour, dated)
        await dated.say_ago(timedelta(days=40), room, "declare: the mail is down")
        await neighbour.say(room, "today")
        await bot.hears(MessagePosted, 2)
    purge(bot.inbox)
    assert texts(bot) == ["today"]

    await dated.say_ago(timedelta(days=1), room, "late, of a homeserver that was away")
    much = await say_much(neighbour, room)
    async with bot.listening():
        await bot.hears(MessagePosted, 2 + len(much))

    assert texts(bot) == ["today", "late, of a homeserver that was away", *much]


async def test_what_was_said_while_the_bot_was_away_for_long_is_heard(
    bot: Bot, neighbour: Person, dated: Dated
) -> None:
    async with bot.listening():
        room = await room_of(bot, neighbour, dated)
        await neighbour.say(room, "heard")
        await bot.hears(MessagePosted)
    synced = datetime.now(UTC) - timedelta(days=50)
    await bot.inbox.put([], [Cursor(f"matrix:{bot.id} {SYNCED}", synced.isoformat())])

    await dated.say_ago(timedelta(days=40), room, "said weeks ago")
    much = await say_much(neighbour, room)
    async with bot.listening():
        await bot.hears(MessagePosted, 2 + len(much))

    assert texts(bot) == ["heard", "said weeks ago", *much]
