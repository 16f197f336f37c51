"""What the bot says, as people see it on each network."""

from __future__ import annotations

import re

import pytest

from bot.cards import Action, Actions, Card, Paragraph, Quote, Span, Style, plain
from bot.chat import Chat
from bot.refs import RoomRef, ThreadRef
from tests.port.ledger import covers
from tests.port.network import Network, card, once, unique

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = [
    "@room @channel @here @everyone <!channel> <!here> <!everyone> <!subteam^S0123ABCD>",
    "<b>bold</b> <script>alert(1)</script> <img src=x onerror=alert(1)> &lt;!channel&gt; &amp;",
    "[here](javascript:alert(1)) *stars* _lines_ ~waves~ `code` ```code``` > quote",
    "\u202eright to left\u202c and 🎫 :ticket: 1️⃣ \u0645\u0631\u062d\u0628\u0627",
]
CHOICE = Actions((Action("me_too", "Me too", "INC-4", "me too INC-4"), Action("undo", "Not a request", "INC-4")))


@covers("post")
async def test_a_card_is_seen_by_everybody_with_its_words_and_buttons(
    network: Network, chat: Chat, room: RoomRef
) -> None:
    asked = Card(summary="INC-4 is registered", blocks=(Paragraph(plain("INC-4 is registered.")), CHOICE))

    posted = await chat.post(room, asked, once())

    for who in ("anna", "ben"):
        [seen] = await network.sees(who, room)
        assert (seen.message, seen.by, seen.thread, seen.pings) == (posted, network.bot, None, frozenset())
        assert (seen.summary, seen.text.splitlines()[0]) == ("INC-4 is registered", "INC-4 is registered.")
        assert seen.buttons == ("Me too", "Not a request")


@covers("post")
async def test_a_card_is_posted_into_the_thread(network: Network, chat: Chat, room: RoomRef) -> None:
    report = await network.says("anna", room, "mail is down")

    posted = await chat.post(room, card("Registered."), once(), thread=ThreadRef.under(report))

    [said, answer] = await network.sees("ben", room)
    assert (said.message, said.thread) == (report, None)
    assert (answer.message, answer.thread, answer.text) == (posted, ThreadRef.under(report), "Registered.")


@covers("post")
@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_post_in_doubt_is_the_one_that_was_made(
    network: Network, chat: Chat, room: RoomRef, in_thread: bool
) -> None:
    thread = ThreadRef.under(await network.says("anna", room, "mail is down")) if in_thread else None
    key = unique("post")
    first = await chat.post(room, card("Registered."), once(key), thread=thread)
    other = await chat.post(room, card("Registered."), once(unique("post"), doubtful=True), thread=thread)

    again = await chat.post(room, card("Registered."), once(key, doubtful=True), thread=thread)

    assert again == first != other
    assert [seen.message for seen in await network.sees("anna", room) if seen.by == network.bot] == [first, other]


@covers("post")
@pytest.mark.parametrize("text", HOSTILE)
async def test_nothing_people_typed_is_markup_or_pings(network: Network, chat: Chat, room: RoomRef, text: str) -> None:
    ben = network.people["ben"]
    typed = f"{text} @ben {ben.id} <@{ben.id}> https://matrix.to/#/{ben.id}"
    said = Card(summary=typed, blocks=(Paragraph(plain(typed)), Quote(typed, by=typed[:60])))

    posted = await chat.post(room, said, once())

    seen = await network.one("ben", posted)
    assert seen.pings == frozenset()
    assert _letters(seen.text).count(_letters(typed)) >= 2


def _letters(text: str) -> str:
    """A text without what is never seen and without the kind of its gaps."""
    return re.sub("[\u202a-\u202e\u2060\ufe0f]", "", " ".join(text.split()))


@covers("post")
async def test_a_mention_pings_that_person_alone(network: Network, chat: Chat, room: RoomRef) -> None:
    ben = network.people["ben"]
    named = Paragraph((Span("Ben Bakker", Style.PERSON, str(ben)), Span(", not @anna, please look.")))

    posted = await chat.post(room, Card(summary="Ben, please look", blocks=(named,)), once())

    seen = await network.one("anna", posted)
    assert seen.pings == {str(ben)}
    assert seen.text.removeprefix("@") == "Ben Bakker, not @anna, please look."


@covers("post")
async def test_somebody_of_another_network_is_named_and_pings_nobody(
    network: Network, chat: Chat, room: RoomRef
) -> None:
    elsewhere = "slack:U0ELSE" if network.platform != "slack" else "matrix:@ben:elsewhere.test"
    named = Paragraph((Span("Ben", Style.PERSON, elsewhere), Span(" is on it.")))

    posted = await chat.post(room, Card(summary="Ben is on it", blocks=(named,)), once())

    seen = await network.one("anna", posted)
    assert seen.pings <= {elsewhere}, "where there is such a sign it is of nobody here"
    assert seen.text == "Ben is on it."


@covers("post", "edit")
@pytest.mark.parametrize("length", [3_001, 12_500, 100_000])
async def test_a_text_of_any_length_is_seen_from_its_beginning(
    network: Network, chat: Chat, room: RoomRef, length: int
) -> None:
    words = ("words and ümlauts, " * length)[:length]

    posted = await chat.post(room, card(words), once())
    await chat.edit(posted, card(f"Now: {words}"), once())

    seen = await network.one("anna", posted)
    assert seen.text.startswith(f"Now: {words[:150]}")
    assert seen.text.endswith("…") or seen.text == f"Now: {words}".strip()


@covers("post", "edit")
@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u2060\ufeff", "\u3164", "\x00\x1b"])
async def test_a_card_that_says_nothing_is_posted_all_the_same(
    network: Network, chat: Chat, room: RoomRef, text: str
) -> None:
    posted = await chat.post(room, Card(summary=text, blocks=(Paragraph(plain(text)), Quote(text))), once())
    await chat.edit(posted, Card(summary=text), once())

    assert [seen.message for seen in await network.sees("anna", room)] == [posted]
    network.pardon()


@covers("edit")
async def test_an_edit_replaces_the_whole_card(network: Network, chat: Chat, room: RoomRef) -> None:
    posted = await chat.post(room, Card(summary="INC-4", blocks=(Paragraph(plain("Is it you?")), CHOICE)), once())

    key = unique("edit")
    await chat.edit(posted, card("Solved."), once(key))
    await chat.edit(posted, card("Solved."), once(key, doubtful=True))

    [seen] = await network.sees("anna", room)
    assert (seen.message, seen.text, seen.summary, seen.buttons) == (posted, "Solved.", "Solved.", ())


@covers("retract")
async def test_a_message_is_taken_back_and_twice_is_fine(network: Network, chat: Chat, room: RoomRef) -> None:
    kept = await chat.post(room, card("stays"), once())
    gone = await chat.post(room, card("goes"), once())

    key = unique("retract")
    for act in (once(key), once(key, doubtful=True), once()):
        await chat.retract(gone, act)

    assert [seen.message for seen in await network.sees("anna", room)] == [kept]


@covers("react", "unreact")
@pytest.mark.parametrize("emoji", ["🎫", "👀", "1️⃣", "✅"])
async def test_a_reaction_is_put_and_taken_back_and_twice_is_fine(
    network: Network, chat: Chat, room: RoomRef, emoji: str
) -> None:
    said = await network.says("anna", room, "mail is down")

    await chat.unreact(said, emoji, once())
    for _ in range(2):
        await chat.react(said, emoji, once())
    shown = (await network.one("ben", said)).reactions
    for _ in range(2):
        await chat.unreact(said, emoji, once())

    assert {(_bare(one), by) for one, by in shown} == {(_bare(emoji), network.bot)}
    assert (await network.one("ben", said)).reactions == frozenset()


def _bare(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")


@covers("unreact")
async def test_only_the_bots_own_reaction_goes(network: Network, chat: Chat, room: RoomRef) -> None:
    said = await network.says("anna", room, "mail is down")
    await network.reacts("ben", said, "👀")
    await chat.react(said, "👀", once())

    await chat.unreact(said, "👀", once())

    assert (await network.one("anna", said)).reactions == {("👀", network.people["ben"])}


@covers("pin")
async def test_messages_are_pinned_beside_one_another_and_twice_is_fine(
    network: Network, chat: Chat, swarm: RoomRef
) -> None:
    charter = await chat.post(swarm, card("The charter"), once())
    other = await chat.post(swarm, card("Something else"), once())
    said = await network.says("anna", swarm, "the log says 42")

    for message in (charter, charter, said):
        await chat.pin(message, once())

    pinned = {seen.message: seen.pinned for seen in await network.sees("ben", swarm)}
    assert pinned == {charter: True, other: False, said: True}


@covers("answer")
@pytest.mark.parametrize("in_thread", [False, True])
async def test_only_that_person_sees_an_answer(network: Network, chat: Chat, room: RoomRef, in_thread: bool) -> None:
    said = await network.says("anna", room, "my salary")
    thread = ThreadRef.under(said) if in_thread else None
    if in_thread:
        said = await network.says("anna", room, "and more", under=said)
    words = unique("Only you see this")

    await chat.answer(room, network.people["anna"], card(words), once(), thread=thread, message=said)

    seen = (await network.alone("anna"))[-1]
    assert seen.text.splitlines()[0] == words
    assert not [one for who in ("ben", "carla") for one in await network.sees(who, room) if words in one.text]
    assert not [one for who in ("ben", "carla") for one in await network.alone(who) if words in one.text]


@covers("answer")
async def test_an_answer_in_the_conversation_with_somebody_stays_there(network: Network, chat: Chat) -> None:
    direct = await network.direct("ben")
    words = unique("Between us")

    await chat.answer(direct, network.people["ben"], card(words), once())

    seen = (await network.alone("ben"))[-1]
    assert (seen.text, seen.message.room) == (words, direct)


@covers("direct_room", "post")
async def test_the_direct_room_is_the_same_each_time_and_seen_by_nobody_else(network: Network, chat: Chat) -> None:
    carla = network.people["carla"]
    first = await chat.post(await chat.direct_room(carla), card(unique("Hello")), once())
    second = await chat.post(await chat.direct_room(carla), card(unique("Hello again")), once())

    assert first.room == second.room == await chat.direct_room(carla) == await network.direct("carla")
    assert [seen.message for seen in await network.alone("carla")][-2:] == [first, second]
    assert await chat.members(first.room) == [carla]
    assert await network.sees("anna", first.room) == []


@covers("link_to")
async def test_a_message_has_an_address_of_its_own(network: Network, chat: Chat, room: RoomRef) -> None:
    said = [await network.says("anna", room, "one"), await chat.post(room, card("two"), once())]

    links = [await chat.link_to(message) for message in said]

    assert all(re.fullmatch(r"https?://\S+", link) for link in links)
    assert len({*links}) == 2
    assert [await chat.link_to(message) for message in said] == links


@covers("check")
async def test_a_check_says_what_was_looked_at(network: Network, chat: Chat) -> None:
    findings = await chat.check()

    assert any(finding.ok for finding in findings)
    assert [finding for finding in findings if not finding.ok and not finding.advice] == []
