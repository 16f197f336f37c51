"""What somebody sent to an encrypted room, and nobody could read yet, goes too when they are erased."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from adapters.matrix.vault import Vault
from tests.operating.test_command_line import swarmbridge

SECRET = "a secret of more than twenty characters"
ROW = "matrix:@bot:example.org waiting"
MATRIX = {
    "MATRIX_HOMESERVER": "https://matrix.example.org", "MATRIX_USER_ID": "@bot:example.org",
    "MATRIX_ACCESS_TOKEN": "token", "SWARMBRIDGE_MATRIX__STORE_KEY": SECRET,
}  # fmt: skip


def waiting(sender: str) -> dict[str, object]:
    event = {"event_id": f"$of {sender}", "sender": sender, "type": "m.room.encrypted", "content": {"ciphertext": "x"}}
    return {"room": "!room:example.org", "event": event, "since": 0.0}


def rows(folder: Path) -> dict[str, str]:
    """What the listeners keep, by name."""
    kept = sqlite3.connect(folder / "var" / "swarmbridge.db")
    try:
        return dict(kept.execute("SELECT name, value FROM cursors").fetchall())
    finally:
        kept.close()


def keep(folder: Path, **values: str) -> None:
    assert swarmbridge(folder, "migrate").returncode == 0
    kept = sqlite3.connect(folder / "var" / "swarmbridge.db")
    with kept:
        kept.executemany("INSERT INTO cursors (name, value) VALUES (?, ?)", list(values.items()))
    kept.close()


def test_messages_that_wait_for_a_key_go_with_who_sent_them(tmp_path: Path) -> None:
    # given one of Tom, from an account he linked, one of Lena, and what is known of his devices
    sealed = {f"$of {one}": waiting(one) for one in ("@tom:example.org", "@tommy:example.org", "@lena:example.org")}
    keep(tmp_path, **{
        ROW: Vault(SECRET).seal(ROW, sealed), "matrix:@bot:example.org devices @tom:example.org": "sealed",
        "matrix:@bot:example.org": "s1",
    })  # fmt: skip
    database = sqlite3.connect(tmp_path / "var" / "swarmbridge.db")
    with database:
        database.execute("INSERT INTO links (account, person) VALUES ('matrix:@tommy:example.org', 'tom')")
        database.execute("INSERT INTO links (account, person) VALUES ('matrix:@tom:example.org', 'tom')")
    database.close()

    done = swarmbridge(tmp_path, "erase", "tom", **MATRIX)

    assert done.returncode == 0, done.stderr
    left = rows(tmp_path)
    assert left.keys() == {ROW, "matrix:@bot:example.org"}
    assert Vault(SECRET).open(ROW, left[ROW]) == {"$of @lena:example.org": waiting("@lena:example.org")}


def test_without_the_key_nothing_is_erased_and_it_is_said_which_one_is_missing(tmp_path: Path) -> None:
    before = Vault(SECRET).seal(ROW, {"$e": waiting("@tom:example.org")})
    keep(tmp_path, **{ROW: before})

    other = {**MATRIX, "SWARMBRIDGE_MATRIX__STORE_KEY": "another secret of twenty characters"}
    done = swarmbridge(tmp_path, "erase", "matrix:@tom:example.org", **other)

    assert done.returncode == 2
    assert "matrix.store_key" in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(tmp_path) == {ROW: before}
