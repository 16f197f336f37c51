"""An article about a confidential service never leaves the service's audience."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx

from adapters.directory.reading import SAMPLE
from tests.journey.conftest import running, settings_for
from tests.knowledge.conftest import House, house_of

SECRET = "mediation"
CASE = "I want to report bullying in my team to HR, who can I talk to?"


async def pages_with(house: House, words: str) -> list[str]:
    """The public addresses where these words can be read, apart from the search field that repeats them."""
    found = []
    addresses = ("", "knowledge", f"knowledge?q={words}", "knowledge/KB-1", "feed.atom", "api/v1/status", "metrics",
                 "api/v1/incidents/INC-1", "api/v1/openapi.json")  # fmt: skip
    async with httpx.AsyncClient() as client:
        for address in addresses:
            text = (await client.get(f"{house.pages}/{address}")).text
            if words in text.replace(f'value="{words}"', ""):
                found.append(address)
    return found


async def test_an_hr_article_answers_hr_alone_and_never_in_a_room(house: House) -> None:
    # given an article about a case of HR, published by HR
    house.says("tom", CASE)
    await house.sees("tom", "INC-1")
    house.says("clara", f"resolve INC-1 We offer {SECRET} by somebody from outside")
    draft = await house.sees("clara", "KB-1", SECRET, button="Publish")
    house.taps("clara", draft, "Publish")
    await house.sees("clara", "KB-1 is published")

    # then nobody else is answered with it: not who searches, not who asks for it, not who has the same problem
    for who in ("sanne", "mehmet", "anna"):
        house.says(who, f"search bullying {SECRET}")
        house.says(who, "article KB-1")
        house.says(who, "article INC-1")
        house.says(who, "publish KB-1")
        house.says(who, "discard KB-1")
        house.says(who, "solved it KB-1")
        house.says(who, CASE)
        await house.sees(who, "INC-", "registered")
        assert not [one for one in house.shown(who) if "by somebody from outside" in one.text]
    assert await pages_with(house, SECRET) == []

    # and who may read it hears it alone, also when they ask in a room for everybody
    # (Lena is of the works council, which the catalogue names as audience)
    house.says("lena", "article KB-1")
    await house.sees("lena", "KB-1 · ", SECRET)
    house.says("femke", "@swarmbridge article KB-1", "help")
    shown = await house.sees("femke", "KB-1 · ", SECRET)
    house.says("femke", "@swarmbridge search bullying in my team", "help")
    await house.sees("femke", "Found for", SECRET)
    assert shown.message.room.id == "help"
    assert not [one for one in house.shown("sanne") if SECRET in one.text.replace(f"bullying {SECRET}", "")]


async def test_a_service_that_becomes_confidential_takes_its_articles_with_it(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.yaml"
    sample = re.sub(r"language: (de|nl)", "language: en", SAMPLE.read_text("utf-8"))
    catalogue.write_text(sample, "utf-8")
    settings = settings_for(
        tmp_path, local={"enabled": True, "store": tmp_path / "local.db"}, catalogue={"path": catalogue}
    )
    async with running(settings) as program:
        house = house_of(program)
        draft = await house.drafted("The VPN does not connect since this morning", f"Ask for a {SECRET} server")
        house.taps("mehmet", draft, "Publish")
        await house.sees("mehmet", "KB-1 is published")
        assert await pages_with(house, SECRET) == ["knowledge/KB-1"]

        # when the catalogue says so
        catalogue.write_text(sample.replace("  - id: vpn\n", "  - id: vpn\n    confidential: true\n"), "utf-8")
        for _ in range(60):
            if await pages_with(house, SECRET) == []:
                break
            await asyncio.sleep(0.5)
        house.says("lena", "article KB-1")

        await house.sees("lena", "I do not know the article “KB-1”")
        assert await pages_with(house, SECRET) == []
        house.says("piet", "article KB-1")
        await house.sees("piet", "KB-1 · ", SECRET)
