"""A swarm with a room on Slack and one on a real homeserver: who is in either takes part in both."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bridge.conftest import Both
from tests.journey.worlds import Line, World


async def both_rooms(both: Both) -> tuple[str, str]:
    """Tom reports on Slack, Mehmet declares it there, Piet comes in from Matrix; the rooms on each."""
    said = await both.slack.says("tom", "help", "The VPN drops every few minutes since this morning")
    await both.slack.sees("tom", "INC-1")
    await both.slack.says("mehmet", "help", "@swarmbridge outage INC-1", under=said)
    here = await both.slack.room_opens("inc-1")
    await both.matrix.says("piet", "direct", "join INC-1")
    there = await both.matrix.room_opens("inc-1")
    await both.matrix.come_in("inc-1", {"piet"})
    room = next(line for line in await both.matrix.lines("piet") if line.pinned or there["pinned"] == line)
    return here["name"], room.room


async def shown(world: World, who: str, room: str) -> Sequence[Line]:
    return [line for line in await world.lines(who) if line.room == room]


async def test_who_joins_from_another_network_gets_a_room_there_with_the_same_charter(both: Both) -> None:
    here, there = await both_rooms(both)

    on_slack, on_matrix = await both.slack.room_opens("inc-1"), await both.matrix.room_opens("inc-1")
    assert set(on_slack["members"]) == {"mehmet"}
    assert set(on_matrix["members"]) == {"piet"}
    for one in (on_slack, on_matrix):
        await both.slack.sees("mehmet", "Piet Tester")
        assert "INC-1" in one["topic"]
        assert "goal" in one["pinned"].text.lower()
    assert here.startswith("inc-1")
    assert there.startswith("!")


async def test_whoever_is_on_duty_on_another_network_alone_is_asked_there_and_comes(both: Both) -> None:
    said = await both.slack.says("tom", "help", "The leased line is down since this morning")
    await both.slack.sees("tom", "INC-1")
    await both.slack.says("mehmet", "help", "@swarmbridge outage INC-1", under=said)

    asked = await both.matrix.sees("piet", "Can you help with INC-1?", "on duty for Carrier", button="I’m in")
    assert await both.matrix.room("inc-1") is None, "nobody there has said that they come"
    await both.matrix.taps("piet", asked, "I’m in")

    assert set((await both.matrix.room_opens("inc-1"))["members"]) == {"piet"}
    assert set((await both.slack.room_opens("inc-1"))["members"]) == {"mehmet"}
    await both.slack.sees("mehmet", "Piet Tester ✓", "on duty for Carrier")


async def test_messages_threads_edits_and_deletions_cross_once(both: Both) -> None:
    here, there = await both_rooms(both)

    first = await both.slack.says("mehmet", here, "the gateway is overloaded <!channel> @room")
    copy = await both.matrix.sees("piet", "Mehmet Tester (Slack)", "the gateway is overloaded")
    assert copy.room == there
    assert copy.text.count("the gateway is overloaded") == 1, "once in its plain words too"
    assert not copy.raw.get("m.mentions")

    answer = await both.matrix.says("piet", there, "we see 40 % loss on the line <!channel> @room", under=copy)
    back = await both.slack.sees("mehmet", "Piet Tester (Matrix)", "40 % loss")
    assert back.thread == first.id
    assert "'broadcast'" not in str(back.raw.blocks)
    assert "<!" not in back.raw.text

    await both.slack.says("mehmet", here, "which line is it", under=back)
    third = await both.matrix.sees("piet", "which line is it")
    assert third.thread == copy.id

    await both.matrix.edits("piet", answer, "we see 90 % loss on the line")
    await both.slack.sees("mehmet", "90 % loss")
    await both.slack.deletes("mehmet", first)
    await both.matrix.gone("piet", copy, "overloaded")

    for text in ("90 % loss", "which line is it"):
        for world, who, room in ((both.slack, "mehmet", here), (both.matrix, "piet", there)):
            assert len([line for line in await shown(world, who, room) if text in line.text]) == 1, text


async def test_reactions_cross_until_the_last_is_taken_back(both: Both) -> None:
    here, _ = await both_rooms(both)
    said = await both.slack.says("mehmet", here, "the fix is on its way")
    copy = await both.matrix.sees("piet", "the fix is on its way")

    await both.matrix.reacts("piet", copy, "🎉")

    strict = both.slack.slack
    await strict.wait_for(lambda: "tada" in said.raw.reactions)
    assert said.raw.reactions["tada"] == [strict.bot.id]

    await both.slack.reacts("mehmet", said, "📌")
    await both.matrix.shows_reaction("piet", copy, "📌", by_bot=True)
    await both.slack.unreacts("mehmet", said, "📌")
    await both.matrix.shows_reaction("piet", copy, "📌", by_bot=False)


async def test_files_cross_as_links(both: Both) -> None:
    here, _ = await both_rooms(both)
    address = "https://acme.slack.com/files/U1/F1/loss.png"
    file = {"id": "F1", "title": "loss.png", "permalink": address}

    await both.slack.shares("mehmet", here, "measured just now", [file])

    copy = await both.matrix.sees("piet", "measured just now", "loss.png")
    assert f'href="{address}"' in copy.raw["formatted_body"]


async def test_resolving_closes_both_rooms(both: Both) -> None:
    await both_rooms(both)

    await both.matrix.says("piet", "direct", "resolve INC-1 We replaced the line card")

    await both.slack.room_closes("inc-1")
    await both.matrix.room_closes("inc-1")
