"""What people see of what the bot does, on a real homeserver."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.matrix import marks
from bot.cards import Card, Paragraph, Span, Style
from bot.errors import ChatRefused
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.matrix.bots import Bot, card, choice, once, room_ref, user_ref
from tests.matrix.conftest import Meet
from tests.matrix.people import Json, Person

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
async def room(bot: Bot, anna: Person) -> str:
    async with bot.listening():
        return await bot.enter(anna)


def reactions(events: list[Json]) -> list[str]:
    return [event["content"]["m.relates_to"]["key"] for event in events if event["type"] == "m.reaction"]


@VERSIONS
async def test_a_card_is_posted_in_its_thread_with_its_numbers_under_it(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        room = await bot.enter(anna, version=version)
    report = await anna.say(room, "mail is down")

    posted = await bot.chat.post(
        room_ref(room), choice("Registered as INC-4."), once("k1"), thread=ThreadRef(room_ref(room), report)
    )

    [_, message] = await anna.messages(room)
    assert (message["event_id"], message["sender"]) == (posted.id, bot.id)
    assert message["content"] == {
        "msgtype": "m.notice",
        "body": "Registered as INC-4.\n1️⃣ Me too — or type: me too INC-4\n2️⃣ Not a request",
        "format": "org.matrix.custom.html",
        "formatted_body": (
            "<p>Registered as INC-4.</p>"
            "<p>1️⃣ <strong>Me too</strong> — or type: <code>me too INC-4</code><br>2️⃣ <strong>Not a request</strong></p>"
        ),
        "m.mentions": {},
        "org.swarmbridge.card": {
            "key": "k1",
            "actions": [{"id": "me_too", "value": "INC-4"}, {"id": "undo", "value": "INC-4"}],
        },
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": report,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": report},
        },
    }
    assert reactions(await anna.timeline(room)) == ["1️⃣", "2️⃣"]


async def test_the_same_post_twice_is_one_message_with_its_numbers_once(bot: Bot, anna: Person, room: str) -> None:
    first = await bot.chat.post(room_ref(room), choice("Hello."), once("k1"))
    again = await bot.chat.post(room_ref(room), choice("Hello."), once("k1"))
    doubtful = await bot.chat.post(room_ref(room), choice("Hello."), once("k1", doubtful=True))

    assert first == again == doubtful
    assert len(await anna.messages(room)) == 1
    assert reactions(await anna.timeline(room)) == ["1️⃣", "2️⃣"]


async def test_a_doubtful_post_is_found_by_another_device_behind_much_talk(
    bot: Bot, anna: Person, room: str, another_device: str
) -> None:
    first = await bot.chat.post(room_ref(room), card("Hello."), once("k1"))
    for number in range(3):
        await bot.chat.post(room_ref(room), card(f"More {number}."), once(f"more {number}"))
    await anna.say(room, "talk")

    replica = bot.another(access_token=another_device)
    again = await replica.post(room_ref(room), choice("Hello."), once("k1", doubtful=True, since=LONG_AGO))

    assert again == first
    # What the first try did not come to, the second does.
    assert reactions(await anna.timeline(room)) == ["1️⃣", "2️⃣"]


async def test_a_doubtful_post_that_never_happened_is_posted(bot: Bot, anna: Person, room: str) -> None:
    posted = await bot.chat.post(room_ref(room), card("Hello."), once("k1", doubtful=True))

    assert [message["event_id"] for message in await anna.messages(room)] == [posted.id]


@VERSIONS
async def test_an_edit_replaces_the_card_and_pings_nobody_again(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        room = await bot.enter(anna, version=version)
    named = Paragraph((Span("Anna", Style.PERSON, f"matrix:{anna.id}"), Span(", please look")))
    posted = await bot.chat.post(room_ref(room), Card(summary="Anna, please look", blocks=(named,)), once("k1"))
    await bot.chat.edit(posted, Card(summary="Done, Anna", blocks=(named,)), once("k2"))
    await bot.chat.edit(posted, Card(summary="Done, Anna", blocks=(named,)), once("k2", doubtful=True))

    [_, edit] = await anna.messages(room)
    assert edit["content"]["m.mentions"] == {}
    seen = await anna.event(room, posted.id)
    newest = seen["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]
    assert newest["body"] == "Done, Anna\nAnna, please look"
    assert newest["m.mentions"] == {"user_ids": [anna.id]}


async def test_a_card_with_nothing_to_choose_loses_its_numbers_until_there_is_something_again(
    bot: Bot, anna: Person, room: str
) -> None:
    posted = await bot.chat.post(room_ref(room), choice("Can you help?"), once("k1"))
    await bot.chat.react(posted, "👀", once("k2"))

    for _ in range(2):
        await bot.chat.edit(posted, card("That is fine."), once("k3"))
    assert reactions([e for e in await anna.timeline(room) if e["content"]]) == ["👀"]

    await bot.chat.edit(posted, choice("Can you help now?"), once("k4"))
    assert reactions([e for e in await anna.timeline(room) if e["content"]]) == ["👀", "1️⃣", "2️⃣"]


async def test_reacting_and_pinning_twice_is_once(bot: Bot, anna: Person, room: str, another_device: str) -> None:
    message = MessageRef(room_ref(room), await anna.say(room, "mail is down"))
    replica = bot.another(access_token=another_device)
    await promote(anna, room, bot)

    for chat in (bot.chat, bot.chat, replica):
        await chat.react(message, "👀", once("k1"))
        await chat.pin(message, once("k2"))

    assert reactions(await anna.timeline(room)) == ["👀"]
    assert (await anna.state(room))[("m.room.pinned_events", "")] == {"pinned": [message.id]}


async def promote(host: Person, room: str, bot: Bot) -> None:
    levels = (await host.state(room))[("m.room.power_levels", "")]
    levels["users"][bot.id] = 50
    await host.call("PUT", "rooms", room, "state", "m.room.power_levels", "", body=levels)


async def test_an_act_without_the_power_for_it_is_refused_with_advice(bot: Bot, anna: Person, room: str) -> None:
    message = MessageRef(room_ref(room), await anna.say(room, "mail is down"))

    with pytest.raises(ChatRefused) as refused:
        await bot.chat.pin(message, once("k2"))

    assert refused.value.code == "M_FORBIDDEN"
    assert "power level" in refused.value.advice


async def test_a_message_of_any_length_is_posted(bot: Bot, anna: Person, room: str) -> None:
    posted = await bot.chat.post(room_ref(room), card("ä" * 100_000 + "\x00\ud800"), once("k1"))
    await bot.chat.edit(posted, card("<" * 100_000), once("k2"))

    messages = await anna.messages(room)
    assert len(messages) == 2
    assert messages[0]["content"]["formatted_body"].endswith("…</p>")


@pytest.mark.parametrize("private", [True, False])
async def test_a_room_is_opened_once_for_a_key(bot: Bot, anna: Person, another_device: str, private: bool) -> None:
    act = once("INC-4 room")
    opened = await bot.chat.open_room("inc-4-mail", "Mail is down", act, private=private)
    await bot.chat.set_topic(opened, "\ud800 not this", once("t"))
    replica = bot.another(access_token=another_device)
    again = await replica.open_room("inc-4-mail", "Mail is down", once("INC-4 room", doubtful=True), private=private)
    other = await bot.chat.open_room("inc-5-mail", "Mail is down", once("INC-5 room"), private=private)

    assert opened == again != other
    assert await bot.chat.invite(opened, [user_ref(anna)], once("i")) == {}
    await anna.join(opened.id)
    state = await anna.state(opened.id)
    assert state[("m.room.name", "")]["name"] == "inc-4-mail"
    assert state[("m.room.topic", "")]["topic"] == "Mail is down"
    assert state[("m.room.join_rules", "")]["join_rule"] == ("invite" if private else "public")
    assert (("m.room.server_acl", "") in state) is not private
    assert state[(marks.ROOM, "")] == {"key": "INC-4 room"}


async def test_a_room_of_an_earlier_life_with_the_same_key_is_left_alone(bot: Bot) -> None:
    old = await bot.chat.open_room("inc-1", "", once("INC-1 room"))

    fresh = await bot.chat.open_room("inc-1", "", once("INC-1 room", since=datetime.now(UTC) + timedelta(hours=1)))

    assert fresh != old


async def test_a_room_name_squatted_by_somebody_else_is_left_to_them(bot: Bot, anna: Person) -> None:
    squatted = await anna.open_room(
        "mine", room_alias_name=marks.alias_localpart(bot.id, "INC-9 room"), preset="public_chat"
    )

    opened = await bot.chat.open_room("inc-9", "", once("INC-9 room"))

    assert opened.id != squatted


async def test_somebody_is_taken_out_or_their_invitation_back(bot: Bot, anna: Person, ben: Person) -> None:
    opened = await bot.chat.open_room("inc-4", "", once("INC-4 room"), private=True)
    await bot.chat.invite(opened, [user_ref(anna), user_ref(ben)], once("i"))
    await anna.join(opened.id)

    assert [await bot.chat.remove(opened, user_ref(person), once("r")) for person in (anna, ben)] == [True, True]
    assert await bot.chat.remove(opened, user_ref(anna), once("r2")), "out already is as good"
    assert await bot.chat.members(opened) == []
    assert opened.id not in await ben.invitations()


async def test_whoever_stands_above_the_bot_stays(bot: Bot, anna: Person, room: str) -> None:
    assert not await bot.chat.remove(room_ref(room), user_ref(anna), once("r"))
    assert await bot.chat.members(room_ref(room)) == [user_ref(anna)]


async def test_inviting_returns_only_those_the_homeserver_refused(bot: Bot, anna: Person, ben: Person) -> None:
    opened = await bot.chat.open_room("inc-4", "", once("INC-4 room"), private=True)
    await bot.chat.invite(opened, [user_ref(anna)], once("i1"))
    await anna.join(opened.id)
    nobody, elsewhere = user_ref("@nobody:elsewhere.test"), UserRef(Platform.SLACK, "U1")

    refused = await bot.chat.invite(opened, [user_ref(anna), nobody, elsewhere, user_ref(ben)], once("i2"))
    again = await bot.chat.invite(opened, [user_ref(ben)], once("i3"))

    assert refused == {elsewhere: WhyNot.ELSEWHERE, nobody: refused[nobody]}
    assert again == {}
    assert opened.id in await ben.invitations()
    assert await bot.chat.members(opened) == [user_ref(anna)]


@VERSIONS
async def test_a_closed_room_can_be_read_but_not_written(bot: Bot, anna: Person, meet: Meet, version: str) -> None:
    ben = await meet("ben")
    room = await bot_room(bot, anna, version)
    await bot.chat.close_room(room_ref(room), once("c"))
    await bot.chat.close_room(room_ref(room), once("c", doubtful=True))

    with pytest.raises(AssertionError, match="M_FORBIDDEN"):
        await anna.say(room, "one more thing")
    with pytest.raises(AssertionError, match="M_FORBIDDEN"):
        await anna.invite(room, ben.id)
    await bot.chat.post(room_ref(room), card("This room is closed."), once("k"))
    assert (await anna.messages(room))[-1]["content"]["body"] == "This room is closed."


async def bot_room(bot: Bot, guest: Person, version: str) -> str:
    """A room of this version that the bot itself opened."""
    host = Person(bot.settings.homeserver, bot.account)
    room = await host.open_room("inc-4", invite=[guest.id], version=version)
    await host.close()
    await guest.join(room)
    return room


async def test_only_the_asker_sees_an_answer(bot: Bot, anna: Person, ben: Person, room: str) -> None:
    await anna.invite(room, ben.id)
    await ben.join(room)
    report = await anna.say(room, "mail is down")
    thread = ThreadRef(room_ref(room), report)
    german = Card(summary="Das geht nicht.", language="de")

    await bot.chat.answer(room_ref(room), user_ref(anna), german, once("w1"), thread=thread)
    await bot.chat.answer(room_ref(room), user_ref(anna), german, once("w1", doubtful=True), thread=thread)
    await bot.chat.answer(room_ref(room), user_ref(anna), german, once("w2"), thread=thread)

    [direct] = await anna.invitations()
    await anna.join(direct)
    assert await anna.messages(room, by=bot.id) == []
    place = f'<a href="{await bot.chat.link_to(thread.message)}">dieses Gespräch</a>'
    seen = [message["content"] for message in await anna.messages(direct)]
    assert [content["formatted_body"] for content in seen] == [
        f"<p>Das geht nicht.</p><p><em>Es geht um {place}</em></p>"
    ] * 2
    assert {content["msgtype"] for content in seen} == {"m.notice"}
    assert await bot.chat.direct_room(user_ref(anna)) == room_ref(direct)


async def test_a_direct_room_is_opened_once_and_its_person_is_asked_back(
    bot: Bot, anna: Person, another_device: str
) -> None:
    opened = await bot.chat.direct_room(user_ref(anna))
    await forget_directs(bot)
    again = await bot.another(access_token=another_device).direct_room(user_ref(anna))
    await anna.join(opened.id)
    await anna.leave(opened.id)
    after_leaving = await bot.chat.direct_room(user_ref(anna))

    assert opened == again == after_leaving
    assert opened.id in await anna.invitations()


async def forget_directs(bot: Bot) -> None:
    """As if the process had ended between opening the room and writing it down."""
    host = Person(bot.settings.homeserver, bot.account)
    await host.call("PUT", "user", bot.id, "account_data", "m.direct", body={})
    await host.close()


async def test_two_bots_on_one_homeserver_have_direct_rooms_of_their_own(bot: Bot, anna: Person, meet: Meet) -> None:
    other = await meet("swarmbridge")
    chat = bot.another(user_id=other.id, access_token=other.account.access_token)

    assert await chat.direct_room(user_ref(anna)) != await bot.chat.direct_room(user_ref(anna))


async def test_a_direct_room_with_somebody_else_in_it_is_not_used_for_whispers(
    bot: Bot, anna: Person, ben: Person
) -> None:
    async with bot.listening():
        room = await bot.enter(anna, name="", is_direct=True)
    await anna.invite(room, ben.id)
    await ben.join(room)

    assert (await bot.chat.direct_room(user_ref(anna))).id != room


async def test_a_form_is_refused_so_that_the_thread_asks(bot: Bot, anna: Person, room: str) -> None:
    form = Form(id="f", title="Outage", fields=(), submit="Declare", cancel="Cancel")

    with pytest.raises(ChatRefused) as refused:
        await bot.chat.ask(room_ref(room), user_ref(anna), form, "", once("a"))

    assert refused.value.code == "expired_trigger"


async def test_a_thread_is_read_back_as_it_reads_now(bot: Bot, anna: Person, ben: Person, room: str) -> None:
    await anna.invite(room, ben.id)
    await ben.join(room)
    root = await anna.say(room, "mail is slow")
    await anna.edit(room, root, "mail is down")
    thread = ThreadRef(room_ref(room), root)
    first = await ben.say(room, "restarting it", thread=root)
    gone = await ben.say(room, "never mind", thread=root)
    await ben.take_back(room, gone)
    own = await bot.chat.post(room_ref(room), card("Noted."), once("k"), thread=thread)

    read = await bot.chat.read_thread(thread)

    times = [message.at for message in read]
    assert times == sorted(times)
    assert [(m.message, m.by, m.by_name, m.text, m.from_bot) for m in read] == [
        (thread.message, user_ref(anna), "Anna", "mail is down", False),
        (MessageRef(room_ref(room), first), user_ref(ben), "Ben", "restarting it", False),
        (own, user_ref(bot.id), "Swarmbridge", "Noted.", True),
    ]
    assert all(isinstance(message, ThreadMessage) for message in read)


async def test_a_link_opens_the_message(bot: Bot) -> None:
    message = MessageRef(RoomRef(Platform.MATRIX, "!abc/?#x"), "$ev:ent")

    assert await bot.chat.link_to(message) == "https://matrix.to/#/!abc%2F%3F%23x/$ev:ent?via=matrix.test"


async def test_check_says_what_is_well_and_what_to_do_about_the_rest(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        fine = await bot.enter(anna, name="Support", power_level_content_override={"users_default": 50})
        secret = await bot.enter(anna, name="Secret", initial_state=[ENCRYPTION])
        silent = await bot.enter(anna, name="News", power_level_content_override={"events_default": 50})
        private_talk = await bot.enter(anna, name="Talk", initial_state=[ENCRYPTION])
    absent = await anna.open_room("Absent")
    rooms = [room_ref(room) for room in (fine, secret, silent, absent)]

    findings = await bot.watching(rooms).check()

    [versions, account, *told] = [(finding.ok, finding.what) for finding in findings]
    assert versions[0]
    assert account == (True, f"Logged in as {bot.id}, device {bot.account.device_id}")
    assert told == [
        (True, "The bot hears and writes in Support"),
        (False, "Secret is encrypted and cannot be read"),
        (False, "The bot may not write, react or take its own messages back in News"),
        (False, f"The bot cannot read {absent} (M_FORBIDDEN)"),
        (False, f"1 of the bot's rooms are encrypted and cannot be read: {private_talk}"),
    ]
    assert all(finding.ok or finding.advice for finding in findings)


ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
