"""The Home tab and the global shortcut, with the whole program behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.slack.manifest import manifest
from bot.refs import Platform
from tests.journey.conftest import connected, running, settings_for
from tests.journey.organisation import PEOPLE, ROOMS, write
from tests.strict_slack import Person, Room, StrictSlack, reading
from tests.strict_slack.model import Message, View


@dataclass
class Office:
    """A small company in one Slack, and the program in it."""

    slack: StrictSlack
    people: dict[str, Person]
    rooms: dict[str, Room]

    def home(self, who: str) -> str:
        """What somebody reads in their Home tab; empty before they ever opened it."""
        view = self.people[who].home
        return reading.plain("", view.blocks, []) if view is not None else ""

    async def sees(self, who: str, *words: str, without: str = "") -> str:
        """What stands in somebody's Home tab as soon as all these words do."""

        def there() -> bool:
            shown = self.home(who)
            return all(word in shown for word in words) and (not without or without not in shown)

        await self.slack.wait_for(there, 25)
        return self.home(who)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with StrictSlack(strict=True, manifest=manifest("socket")) as slack:
        people = {name: slack.person(name, real_name=f"{name.title()} Tester") for name in PEOPLE}
        rooms = {name: slack.channel(name, *people.values()) for name in ROOMS}
        accounts = {name: person.id for name, person in people.items()}
        file = tmp_path / "catalogue.yaml"
        write(file, "slack", accounts, {name: room.id for name, room in rooms.items()}, "en")
        tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url}
        async with running(settings_for(tmp_path, catalogue={"path": file}, slack=tokens)) as program:
            await connected(program, Platform.SLACK)
            yield Office(slack, people, rooms)
        slack.assert_clean()


async def test_a_home_shows_what_concerns_its_owner_and_follows_as_it_changes(office: Office) -> None:
    tom, mehmet = office.people["tom"], office.people["mehmet"]
    await tom.opens_home()
    await office.sees("tom", "You have no open report.", "No outage is known.", "Services you follow")
    await mehmet.opens_home()
    await office.sees("mehmet", "Nothing is open.")

    await tom.says(office.rooms["help"], "The VPN does not connect from home")
    await office.sees("tom", "Your reports", "INC-1 · VPN", without="You have no open report.")
    await office.sees("mehmet", "Open now, for you and your teams", "INC-1 · VPN")
    assert "Open now" not in office.home("tom")

    await mehmet.direct("outage INC-1")
    await office.sees("tom", "Outage · ")
    worked_on = await office.sees("mehmet", "Your swarms", "Outage · Mehmet Tester · Next update by")
    assert "What affects you" not in worked_on, "an outage they work on is not offered to them as “Me too”"
    await office.people["lena"].opens_home()
    await office.sees("lena", "What affects you", "INC-1 · VPN")
    assert "Open now" not in office.home("lena")


async def test_the_buttons_of_a_home_do_what_can_be_typed_and_it_shows_at_once(office: Office) -> None:
    lena = office.people["lena"]

    def home() -> View:
        assert lena.home is not None
        return lena.home

    await lena.opens_home()
    await office.sees("lena", "Follow VPN")
    await lena.clicks(home(), "Follow VPN")
    await office.sees("lena", "Unfollow VPN")
    await lena.clicks(home(), "Unfollow VPN")
    await office.sees("lena", "Follow VPN", without="Unfollow VPN")

    await lena.clicks(home(), "Report a problem")
    await office.slack.wait_for(lambda: lena.views, 10)
    assert (await lena.submits(values={"text": "   "})).errors
    assert (await lena.submits(values={"text": "The VPN is down for everybody"})).ok
    await office.sees("lena", "INC-1 · VPN", without="You have no open report.")


async def test_what_is_typed_into_a_home_is_looked_for(office: Office) -> None:
    nils = office.people["nils"]
    await nils.opens_home()
    await office.sees("nils", "Search what solved it before")
    assert nils.home is not None
    await nils.chooses(nils.home, "-search", "vpn <!channel> connects")
    await office.sees("nils", "I found nothing for “vpn <!channel> connects”.")
    await nils.opens_home()
    await office.sees("nils", "Your reports", without="I found nothing")


async def test_the_messages_tab_shows_no_home_and_a_home_never_opened_is_not_shown(office: Office) -> None:
    await office.people["tom"].opens_messages_tab()
    await office.people["tom"].says(office.rooms["help"], "The VPN does not connect from home")
    await office.slack.wait_for_text(office.rooms["help"], "INC-1")
    await office.people["nils"].opens_home()
    await office.sees("nils", "Your reports")
    assert len(office.slack.called("views.publish")) == 1


async def test_the_global_shortcut_asks_what_is_wrong_and_registers_it(office: Office) -> None:
    tom = office.people["tom"]
    await tom.global_shortcut("report")
    await office.slack.wait_for(lambda: tom.views, 10)
    assert (await tom.submits(values={"text": "The VPN does not connect from home"})).ok
    await office.slack.wait_for(lambda: any("INC-1" in one.plain for one in heard_directly(tom)), 10)


async def test_a_shortcut_whose_form_came_too_late_says_how_to_go_on_by_typing(office: Office) -> None:
    tom = office.people["tom"]
    office.slack.faults.add("error", "views.open", code="expired_trigger_id")
    await tom.global_shortcut("report")
    asked = await office.slack.wait_for(lambda: [one for one in heard_directly(tom) if one.plain], 10)
    assert tom.views == []
    assert "?" in asked[0].plain
    await tom.direct("The VPN does not connect from home")
    await office.slack.wait_for(lambda: any("INC-1" in one.plain for one in heard_directly(tom)), 10)


def heard_directly(person: Person) -> list[Message]:
    """What the bot said to somebody in their direct conversation, also what only they see."""
    return [*(m for m in person.app_room.messages if m.user != person.id), *person.ephemerals]
