"""Read receipts: so that people see the bot has read, and no more of them than that takes."""

import asyncio

from bot.events import MessagePosted
from tests.matrix.bad_line import BadLine
from tests.matrix.bots import Bot, card, once, room_ref
from tests.matrix.people import Person, eventually


async def read_by(host: Person, room: str, user: str) -> str:
    """The message up to which somebody has read, as another one's client knows it; empty when nothing."""
    joined = (await host.sync())["rooms"]["join"][room]
    receipts = [event for event in joined["ephemeral"]["events"] if event["type"] == "m.receipt"]
    read = [id_ for event in receipts for id_, kinds in event["content"].items() if user in kinds.get("m.read", {})]
    return read[-1] if read else ""


async def test_the_bot_has_read_up_to_what_it_has_registered(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        said = await anna.say(room, "mail is down")

        async def is_read() -> bool:
            return await read_by(anna, room, bot.id) == said

        await eventually(is_read)
        assert [event.message.id for event in bot.inbox.heard if isinstance(event, MessagePosted)] == [said]


async def test_what_could_not_be_stored_is_not_read(bot: Bot, anna: Person, line: BadLine) -> None:
    async with bot.listening(bot.another(homeserver=line.base_url)):
        room = await bot.enter(anna)
        bot.inbox.fail_next(2)
        await anna.say(room, "mail is down")
        await asyncio.sleep(0.5)
        assert line.count("/receipt/") == 0
        await bot.hears(MessagePosted)

        async def is_read() -> bool:
            return line.count("/receipt/") == 1

        await eventually(is_read)


async def test_a_burst_of_talk_brings_few_receipts_and_nothing_is_ever_typed(
    bot: Bot, anna: Person, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    async with bot.listening(chat):
        rooms = [await bot.enter(anna, f"room {number}") for number in range(8)]
        line.passed.clear()
        for number in range(15):
            await asyncio.gather(*(anna.say(room, f"line {number}") for room in rooms))
        await bot.hears(MessagePosted, 15 * len(rooms))
        await chat.post(room_ref(rooms[0]), card("Hello."), once("k1"))
        last = str((await anna.messages(rooms[-1], by=anna.id))[-1]["event_id"])

        async def is_read() -> bool:
            return await read_by(anna, rooms[-1], bot.id) == last

        await eventually(is_read)

    assert line.count("/receipt/") <= 3 * len(rooms), "not one for each of the 120 messages"
    assert line.count("/typing/") == 0
