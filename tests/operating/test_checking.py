"""What ``swarmbridge check`` says when something is wrong: what, why, what to do, each once; and how it ends."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters import checking
from adapters.slack.manifest import manifest
from adapters.slack.scopes import SCOPES
from bot.chat import Finding
from tests.strict_slack import StrictSlack

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int | None
    out: str
    err: str

    @property
    def bad(self) -> list[str]:
        return [line.removeprefix("BAD  ") for line in self.out.splitlines() if line.startswith("BAD")]

    @property
    def advice(self) -> list[str]:
        return [line.strip() for line in self.out.splitlines() if line.strip().startswith("→")]


async def swarmbridge(folder: Path, *words: str, **environment: str) -> Said:
    """Run the command in a folder with nothing but these settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters.cli", *words, cwd=folder, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    out, err = await process.communicate()
    return Said(process.returncode, out.decode(), err.decode())


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with StrictSlack(strict=True, manifest=manifest("socket")) as slack:
        yield slack


@pytest.fixture
async def environment(slack: StrictSlack, tmp_path: Path) -> dict[str, str]:
    """A bot on Slack that is set up well: a catalogue with a channel it is in, and a database."""
    room = slack.channel("it-help", slack.person("alice"))
    (tmp_path / "c.yaml").write_text(f"channels:\n  - {{id: help, purpose: support, slack: {room.id}}}\n")
    settings = {
        "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
        "SWARMBRIDGE_CATALOGUE__PATH": "c.yaml",
    }  # fmt: skip
    assert (await swarmbridge(tmp_path, "migrate", **settings)).code == 0
    return settings


async def test_nothing_configured_is_all_well_once_there_is_a_database(tmp_path: Path) -> None:
    before = await swarmbridge(tmp_path, "check")
    files = os.listdir(tmp_path)
    await swarmbridge(tmp_path, "migrate")
    after = await swarmbridge(tmp_path, "check")

    assert (before.code, before.bad) == (1, ["There is no database yet."])
    assert before.advice == ["→ swarmbridge migrate makes it, and so does swarmbridge run"]
    assert files == [], "a look leaves nothing behind"
    assert (after.code, after.bad) == (0, [])
    assert "Neither Slack (SLACK_BOT_TOKEN) nor Matrix (MATRIX_HOMESERVER) is set up." in after.out
    assert after.out.endswith("All is well.\n")


async def test_a_token_that_does_not_work_is_said_once_with_one_advice(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    said = await swarmbridge(tmp_path, "check", **{**environment, "SLACK_BOT_TOKEN": "xoxb-wrong"})

    assert said.code == 1
    assert said.bad == ["Slack: the bot token does not work: auth.test: invalid_auth"]
    assert len(said.advice) == 1
    assert said.out.count("SLACK_BOT_TOKEN") == 1
    assert "xoxb-wrong" not in said.out + said.err


async def test_missing_scopes_and_unknown_channels_are_each_named_and_their_advice_said_once(
    tmp_path: Path, environment: dict[str, str], slack: StrictSlack
) -> None:
    slack.grant(*(set(SCOPES) - {"pins:write", "reactions:read"}))
    with (tmp_path / "c.yaml").open("a") as file:
        file.writelines(f"  - {{id: x{n}, purpose: triage, slack: C0NOSUCH{n}}}\n" for n in range(3))

    said = await swarmbridge(tmp_path, "check", **environment)

    assert said.code == 1
    assert [line.split(";")[0] for line in said.bad] == [
        "Slack: the scope pins:write is missing",
        "Slack: the scope reactions:read is missing",
        *(f"Slack: the channel C0NOSUCH{n} cannot be reached: channel_not_found" for n in range(3)),
    ]
    assert [line[:35] for line in said.advice] == [
        "→ add pins:write, reactions:read un",
        "→ check the channel's id in the cat",
    ]
    assert said.out.endswith("5 to mend.\n")


async def test_a_lost_database_and_a_broken_catalogue_do_not_keep_slack_from_being_looked_at(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "c.yaml").write_text("teams:\n" + "".join(f"  - {{id: t{n}, members: [nobody]}}\n" for n in range(9)))
    away = {"DATABASE_URL": "postgresql://user:geheim@127.0.0.1:9/x"}

    said = await swarmbridge(tmp_path, "check", **{**environment, **away})

    assert said.code == 1
    assert [line.split(":")[0] for line in said.bad[:5]] == ["The catalogue c.yaml cannot be used"] * 5
    assert "more errors" in said.bad[5]
    assert said.bad[6].startswith("The database does not answer: ")
    assert "Connection refused" in said.bad[6]
    assert len(said.bad) == 7
    assert len(said.advice) == 2
    assert "Slack: the app token works (Socket Mode)" in said.out
    assert "geheim" not in said.out + said.err


@pytest.mark.parametrize("command", [["check"], ["run"], ["migrate"], ["export", "x.jsonl"]])
async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "text.db").write_text("This is a letter. " * 100)

    said = await swarmbridge(tmp_path, *command, DATABASE_URL="sqlite:///text.db")

    assert said.code == (1 if command == ["check"] else 2)
    assert "file is not a database" in said.out + said.err
    assert "Traceback" not in said.out + said.err


async def test_a_number_that_is_not_parked_is_said(tmp_path: Path) -> None:
    await swarmbridge(tmp_path, "migrate")

    said = await swarmbridge(tmp_path, "check", "--retry", "17")

    assert (said.code, said.bad) == (1, ["Nothing is parked under the number 17."])


def test_what_several_findings_need_is_said_once_below_them() -> None:
    found = [Finding(False, "a", "mend"), Finding(False, "b", "mend"), Finding(True, "c"), Finding(False, "d", "mend")]

    assert list(checking.lines(found)) == [
        "BAD  a", "BAD  b", "       → mend", "ok   c", "BAD  d", "       → mend", "\n3 to mend.",
    ]  # fmt: skip
