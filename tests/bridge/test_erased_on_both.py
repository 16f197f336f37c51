"""Somebody who is erased is gone from the whole database, and from the room on the other network as well."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from adapters.sql.engine import open_database
from adapters.sql.erasing import erase
from tests.bridge.conftest import Both
from tests.bridge.test_one_swarm_on_both import both_rooms, shown

SECRET = re.compile(r"\bmehmet\b|overloaded|rebooting|routes\.png|files/U1", re.IGNORECASE)
"""What Mehmet is called, what he said, long and short, and what he sent along."""


def everything(file: Path) -> Sequence[str]:
    """Every row of every table."""
    kept = sqlite3.connect(file)
    try:
        return list(kept.iterdump())
    finally:
        kept.close()


async def test_what_was_carried_for_them_is_taken_back_and_no_row_speaks_of_them(both: Both, tmp_path: Path) -> None:
    # given what Mehmet said in the room on Slack, a picture, and an answer from Matrix
    here, there = await both_rooms(both)
    await both.slack.says("mehmet", here, "the gateway is overloaded")
    await both.slack.says("mehmet", here, "rebooting")
    picture = {"id": "F77", "name": "routes.png", "permalink": "https://acme.slack.com/files/U1/F77/routes.png"}
    await both.slack.shares("mehmet", here, "", [picture])
    copies = [await both.matrix.sees("piet", text) for text in ("overloaded", "rebooting", "routes.png")]
    await both.matrix.says("piet", there, "the line is fine")
    await both.slack.sees("mehmet", "the line is fine")
    await both.end()
    file = tmp_path / "swarmbridge.db"
    account = f"slack:{both.slack.accounts['mehmet']}"

    # when he is erased
    database = open_database(f"sqlite:///{file}")
    assert erase(database, {"mehmet", account}, {"Mehmet Tester"}) > 5
    database.close()

    # then no row speaks of him
    theirs = re.compile(SECRET.pattern + "|" + re.escape(both.slack.accounts["mehmet"]), re.IGNORECASE)
    assert [row for row in everything(file) if theirs.search(row)] == []

    # and what the bot said for him on Matrix is taken back; what Piet said stays
    await both.begin()
    for copy, text in zip(copies, ("overloaded", "rebooting", "routes.png"), strict=True):
        await both.matrix.gone("piet", copy, text)
    left = [line.text for line in await shown(both.matrix, "piet", there)]
    assert any("the line is fine" in text for text in left)
    assert not [text for text in left if "Mehmet Tester (Slack)" in text]
    assert both.program.storage.parked() == []
