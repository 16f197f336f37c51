"""After a day in the chat, somebody is erased: nothing in the database file speaks of them."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from adapters.sql.engine import open_database
from adapters.sql.erasing import erase
from tests.journey.conftest import running, settings_for
from tests.knowledge.conftest import House, house_of


async def test_a_day_later_nothing_speaks_of_somebody_who_was_erased(tmp_path: Path) -> None:
    # given a day with everything in it: a report, talk, an outage with a swarm, an article, a question half asked
    settings = settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings) as program:
        house: House = house_of(program)
        said = house.says("tom", "The VPN does not connect, call me, Tom Whitaker", "help")
        await house.sees("tom", "INC-1")
        house.says("lena", "Tom says it also happens at home", "help", under=said)
        house.says("tom", "outage INC-1")
        await house.sees("tom", "INC-1 is declared an outage")
        house.says("tom", "follow Email")
        await house.sees("tom", "You follow E-mail")
        house.says("mehmet", "resolve INC-1 Tom Whitaker restarted the gateway")
        await house.sees("mehmet", "KB-1")
        house.says("mehmet", "publish KB-1")
        await house.sees("mehmet", "KB-1", "gateway")
        house.says("tom", "report")
        await house.sees("tom", "What does not work")

    # when Tom is erased
    database = open_database(f"sqlite:///{tmp_path}/swarmbridge.db")
    assert erase(database, {"tom", "local:tom"}, {"Tom Whitaker"}) > 5
    database.close()

    # then no row of any table has him in it, but there still is an article
    kept = sqlite3.connect(tmp_path / "swarmbridge.db")
    rows = list(kept.iterdump())
    kept.close()
    assert [row for row in rows if re.search(r"\btom\b|whitaker", row, re.IGNORECASE)] == []
    assert any("restarted the gateway" in row for row in rows)
