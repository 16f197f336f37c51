"""The shortcut on a message in a channel that the bot is not in."""

from __future__ import annotations

from tests.journey.conftest import Enter
from tests.journey.worlds import SlackWorld


async def test_it_is_registered_and_who_asked_is_told_how_to_let_the_bot_in(enter: Enter) -> None:
    # given a channel without the bot
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    tom, lena = (world.slack.person(name) for name in ("tom", "lena"))
    kitchen = world.slack.channel("kitchen", tom, lena, bot=False)
    said = await lena.says(kitchen, "The VPN does not connect")

    # when somebody uses the shortcut on what somebody else wrote there
    await tom.shortcut("report_message", said)

    # then whoever wrote it hears directly, and who asked what to do
    receipt = await world.sees("lena", "INC-1 is registered for VPN")
    hint = await world.sees("tom", "INC-1 is registered. I am not in that conversation", "/invite @Swarmbridge")
    assert "kitchen" not in (receipt.room, hint.room)
    await world.sees("mehmet", "INC-1", button="Resolve")
