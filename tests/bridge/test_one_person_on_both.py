"""Somebody who is on Slack and on Matrix is one person, once they say so with a code."""

from __future__ import annotations

import re

from bot.people import Directory
from bot.refs import Platform, UserRef
from tests.bridge.conftest import Both


def persons(both: Both, *accounts: UserRef) -> set[str]:
    """Who is behind these accounts, as the program sees it."""
    with both.program.storage.work() as work:
        return {work.get(Directory).person(account).id for account in accounts}


async def code_for(both: Both, who: str) -> str:
    await both.slack.says(who, "direct", "link accounts")
    line = await both.slack.sees(who, "link accounts", "ten minutes")
    found = re.search(r"\d{12}", line.text)
    assert found
    return found[0]


async def test_a_code_makes_a_stranger_on_matrix_the_person_known_from_slack(both: Both) -> None:
    lena = UserRef(Platform.SLACK, both.slack.accounts["lena"])
    stranger = UserRef(Platform.MATRIX, both.matrix.accounts["lena"])
    assert len(persons(both, lena, stranger)) == 2

    code = await code_for(both, "lena")
    await both.matrix.says("lena", "direct", f"link accounts {code}")

    await both.matrix.sees("lena", "both accounts are you", "Lena Tester (Slack)")
    await both.slack.sees("lena", "(Matrix)", "If that is not you")
    assert persons(both, lena, stranger) == {"lena"}

    await both.matrix.says("lena", "direct", "unlink accounts")
    await both.matrix.sees("lena", "on their own again")
    assert len(persons(both, lena, stranger)) == 2


async def test_linked_accounts_count_as_one_who_is_affected(both: Both) -> None:
    await both.matrix.says("lena", "direct", f"link accounts {await code_for(both, 'lena')}")
    await both.matrix.sees("lena", "both accounts are you")
    await both.slack.says("lena", "help", "The VPN drops every few minutes")
    await both.slack.sees("lena", "INC-1")

    await both.matrix.says("lena", "direct", "me too INC-1")

    await both.matrix.sees("lena", "INC-1")
    await both.slack.says("mehmet", "direct", "status INC-1")
    line = await both.slack.sees("mehmet", "INC-1")
    assert "2" not in line.text.split("INC-1")[1].split("affected")[0]


async def test_what_was_said_on_both_before_counts_as_one_afterwards(both: Both) -> None:
    # given Lena's report on Slack, which somebody on Matrix has too, and one from Matrix
    await both.slack.says("lena", "help", "The VPN drops every few minutes")
    await both.slack.sees("lena", "INC-1")
    await both.matrix.says("lena", "direct", "me too INC-1")
    await both.matrix.sees("lena", "INC-1", "2 people")
    await both.matrix.says("lena", "help", "The leased line is noisy since today")
    await both.matrix.sees("lena", "INC-2")

    # when it turns out that both are Lena
    await both.matrix.says("lena", "direct", f"link accounts {await code_for(both, 'lena')}")
    await both.matrix.sees("lena", "both accounts are you")

    # then she is one of those affected, and all of it is hers on Slack
    await both.slack.says("lena", "direct", "status")
    mine = await both.slack.sees("lena", "Yours", "INC-2")
    assert "INC-1" in mine.text
    await both.slack.says("mehmet", "direct", "resolve INC-1 the gateway was restarted")
    await both.slack.sees("mehmet", "1 person is being told")


async def test_a_code_works_once_and_never_for_two_people_of_the_catalogue(both: Both) -> None:
    code = await code_for(both, "tom")

    await both.matrix.says("piet", "direct", f"link accounts {code}")
    await both.matrix.sees("piet", "two people’s")
    await both.matrix.says("lena", "direct", "link accounts 00000000")
    await both.matrix.sees("lena", "not valid here")

    tom = UserRef(Platform.SLACK, both.slack.accounts["tom"])
    piet = UserRef(Platform.MATRIX, both.matrix.accounts["piet"])
    assert persons(both, tom, piet) == {"tom", "piet"}


async def test_people_of_another_organisation_who_say_that_they_are_one_stay_outside(both: Both) -> None:
    world, partner = both.slack, "T0PARTNER"
    world.rooms["help"].shared_with.append(partner)
    for name in ("paula", "otto"):
        world._people[name] = world.slack.person(name, team_id=partner)
        world.slack.channel("help", world._people[name])
    await world.says("tom", "direct", "report The printer on floor 3 smells of smoke")
    await world.sees("tom", "INC-1", "is registered")

    await world.says("otto", "help", "@swarmbridge link accounts")
    code = re.search(r"\d{12}", (await world.sees("otto", "ten minutes")).text)
    assert code
    await world.says("paula", "help", f"@swarmbridge link accounts {code[0]}")
    await world.sees("paula", "both accounts are you")

    for name in ("paula", "otto"):
        await world.says(name, "help", "@swarmbridge status INC-1")
        await world.sees(name, "I do not know INC-1")
