"""What an operator chooses: from where it is read, what wins, and that no slip of the pen goes unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from adapters import settings
from adapters.settings import SettingsError

ROOT = Path(__file__).parents[2]
OPERATING = (ROOT / "docs" / "operating.md").read_text()
README = (ROOT / "README.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
KEYS = [
    f"{section}.{key}"
    for section, field in settings.Settings.model_fields.items()
    for key in field.annotation.model_fields  # type: ignore[union-attr]
]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings file lies about but what a test writes."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        settings.load(environment)
    return str(refusal.value).splitlines()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SWARMBRIDGE_SLAKC__BOT_TOKEN", "xoxb-1", "did you mean slack?"),
        ("SWARMBRIDGE_SLACK__BTO_TOKEN", "xoxb-1", "did you mean bot_token?"),
        ("SWARMBRIDGE_SLACK__BOT__TOKEN", "xoxb-1", "did you mean bot_token?"),
        ("SWARMBRIDGE_SLACK_BOT_TOKEN", "xoxb-1", "did you mean SWARMBRIDGE_SLACK__BOT_TOKEN?"),
        ("SWARMBRIDGE_SLACK", "{}", "did you mean SWARMBRIDGE_SLACK__KEY?"),
        ("SWARMBRIDGE_HTTP_PROT", "80", "did you mean SWARMBRIDGE_HTTP_PORT?"),
        ("SWARMBRIDGE_CONIFG", "x.toml", "did you mean SWARMBRIDGE_CONFIG?"),
        ("swarmbridge_general__zoen", "Europe/Berlin", "did you mean zone?"),
    ],
)
def test_a_misspelt_name_in_the_environment_stops_the_start(name: str, value: str, said: str) -> None:
    (line,) = refused({name: value})

    assert name in line
    assert line.endswith(f"there is no such setting; {said}")
    assert "xoxb" not in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[slakc]\nbot_token = 'xoxb-1'", "- slakc: there is no such setting; did you mean slack?"),
        ("[slack]\nbto_token = 'xoxb-1'", "- slack.bto_token: there is no such setting; did you mean bot_token?"),
        ("prot = 8080", "- prot: there is no such setting; there are: database,"),
        ("http = 8080", "- http: is a section; write [http] and its keys below"),
    ],
)
def test_a_misspelt_name_in_the_file_stops_the_start(empty_folder: Path, text: str, said: str) -> None:
    (empty_folder / "swarmbridge.toml").write_text(text)

    (line,) = refused({})

    assert line.startswith(said)


def test_everything_that_is_wrong_stands_in_one_list(empty_folder: Path) -> None:
    (empty_folder / "swarmbridge.toml").write_text("[genral]\nzone = 'Europe/Berlin'\n[http]\nport = 99999\n")

    said = "\n".join(
        refused({
            "SWARMBRIDGE_SLAKC__BOT_TOKEN": "xoxb-1", "SWARMBRIDGE_MATRIX_USER": "@a:b", "SWARMBRIDGE_HTTP_HSOT": "::1",
            "SWARMBRIDGE_GENERAL__ZONE": "Mars/Olympus", "DATABASE_URL": "mysql://db",
        })
    )  # fmt: skip

    for wrong in ("genral", "http.port", "slakc", "HTTP_HSOT", "general.zone", "database.url"):
        assert wrong in said


def test_what_kubernetes_and_others_put_into_the_environment_does_not_disturb() -> None:
    others = {
        "SWARMBRIDGE_SERVICE_HOST": "10.0.0.1", "SWARMBRIDGE_SERVICE_PORT": "8080",
        "SWARMBRIDGE_PORT": "tcp://10.0.0.1:8080", "SWARMBRIDGE_PORT_8080_TCP_ADDR": "10.0.0.1",
        "SWARMBRIDGE_WEB_SERVICE_HOST": "10.0.0.1", "SWARMBRIDGE_BACKUP_BUCKET": "s3", "SLACK_WEBHOOK": "x",
    }  # fmt: skip

    assert settings.load(others) == settings.load({})


def test_only_the_environment_that_is_handed_in_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMBRIDGE_HTTP__PORT", "9999")
    monkeypatch.setenv("SWARMBRIDGE_HTTP_HOST", "0.0.0.0")
    monkeypatch.setenv("SWARMBRIDGE_CONFIG", "nowhere.toml")

    chosen = settings.load({})

    assert (chosen.http.port, chosen.http.host) == (8080, "127.0.0.1")


def test_the_short_name_wins_over_the_long_one_and_that_over_the_file(empty_folder: Path) -> None:
    (empty_folder / "mine.toml").write_text("[http]\nport = 1\nhost = '::1'\npublic_url = 'https://a.example'\n")
    environment = {
        "SWARMBRIDGE_CONFIG": "mine.toml", "SWARMBRIDGE_HTTP__PORT": "2", "SWARMBRIDGE_HTTP__HOST": "127.0.0.2",
        "SWARMBRIDGE_HTTP_PORT": "3", "SWARMBRIDGE_HTTP_HOST": "", "SWARMBRIDGE_HTTP__PUBLIC_URL": "",
    }  # fmt: skip

    chosen = settings.load(environment).http

    assert (chosen.port, chosen.host, chosen.public_url) == (3, "127.0.0.2", "https://a.example")


@pytest.mark.parametrize("text", ["a.example, b.example", '["a.example", "b.example"]'])
def test_a_list_is_written_with_commas_in_the_environment(text: str) -> None:
    chosen = settings.load({"SWARMBRIDGE_MATRIX__ALLOWED_SERVERS": text})

    assert chosen.matrix.allowed_servers == ["a.example", "b.example"]


def test_a_list_that_is_no_json_is_said_to_be_wrong() -> None:
    (line,) = refused({"SWARMBRIDGE_MATRIX__ALLOWED_SERVERS": '["a.example"'})

    assert "matrix.allowed_servers (from SWARMBRIDGE_MATRIX__ALLOWED_SERVERS)" in line


def test_the_table_of_settings_says_all_there_are_and_no_other() -> None:
    section, told = "", []
    for first, second in re.findall(r"^\| (?:`(\w+)`)? ?\| (`\w+`(?:, `\w+`)*) \|", README, flags=re.MULTILINE):
        section = first or section
        told += [f"{section}.{key}" for key in re.findall(r"`(\w+)`", second)]

    assert sorted(told) == sorted(KEYS)


def test_every_setting_that_operators_are_told_of_exists() -> None:
    told = {f"{section}.{key}".lower() for section, key in re.findall(r"SWARMBRIDGE_([A-Z]+)__([A-Z_]+)", OPERATING)}
    prefixes = "DATABASE|SLACK|MATRIX|SWARMBRIDGE_HTTP"
    short = set(re.findall(rf"\b(?<!__)((?:{prefixes})_[A-Z_]+)(?:=|`|\")", OPERATING))
    short = {name for name in short if "__" not in name}

    assert told - {*KEYS, "section.key"} == set()
    assert told
    assert short - settings._KNOWN_NAMES.keys() == set()
    assert short


def test_compose_hands_on_every_short_name_and_what_has_none_but_is_needed_there() -> None:
    handed = {one.partition("=")[0] for one in COMPOSE["services"]["swarmbridge"]["environment"]}
    set_by_the_image = {"SWARMBRIDGE_HTTP_HOST", "SWARMBRIDGE_HTTP_PORT"}

    assert settings._KNOWN_NAMES.keys() - set_by_the_image - handed == set()
    assert {"SWARMBRIDGE_CATALOGUE__PATH", "SWARMBRIDGE_HTTP__PUBLIC_URL"} <= handed
    for name in handed - {"SWARMBRIDGE_CONFIG"}:
        settings.load({name: _good_value(name)} | _complete(name))


def _good_value(name: str) -> str:
    values = {"DATABASE_URL": "sqlite:///x.db", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    values |= {"MATRIX_HOMESERVER": "https://m.example", "MATRIX_USER_ID": "@a:m.example"}
    values |= {"SWARMBRIDGE_GENERAL__ZONE": "Europe/Amsterdam"}
    return values.get(name, "https://x.example" if name.endswith("URL") else "x")


def _complete(name: str) -> dict[str, str]:
    """What must stand beside a name for the whole to be usable."""
    if name.startswith("SLACK_CLIENT"):
        return {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_APP_TOKEN": "xapp-1",
                "SWARMBRIDGE_HTTP__PUBLIC_URL": "https://x.example"}  # fmt: skip
    if name.startswith("SLACK"):
        return {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    if name.startswith("MATRIX"):
        account = {"MATRIX_HOMESERVER": "https://m.example", "MATRIX_USER_ID": "@a:m.example"}
        return account if name.endswith(("PASSWORD", "TOKEN")) else account | {"MATRIX_PASSWORD": "x"}
    return {}
