"""Settings: ``swarmbridge.toml``, each key also as ``SWARMBRIDGE_SECTION__KEY``, and the names people already use."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from adapters.environment import Given, Unreadable, gathered, slips
from bot.refs import Platform

_KNOWN_NAMES = {
    "DATABASE_URL": ("database", "url"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_API_URL": ("slack", "api_url"),
    "MATRIX_HOMESERVER": ("matrix", "homeserver"),
    "MATRIX_USER_ID": ("matrix", "user_id"),
    "MATRIX_PASSWORD": ("matrix", "password"),
    "MATRIX_ACCESS_TOKEN": ("matrix", "access_token"),
    "SWARMBRIDGE_HTTP_HOST": ("http", "host"),
    "SWARMBRIDGE_HTTP_PORT": ("http", "port"),
}


class SettingsError(Exception):
    """The settings cannot be used; the text lists everything that is wrong, one line each."""


class Section(BaseModel):
    """A section of the file; a key that does not exist is an error, so that a slip of the pen is seen."""

    model_config = ConfigDict(extra="forbid")


class Database(Section):
    """Where everything is kept."""

    url: SecretStr = SecretStr("sqlite:///var/swarmbridge.db")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: SecretStr) -> SecretStr:
        scheme = url.get_secret_value().partition(":")[0].partition("+")[0]
        if scheme not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("write sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return url


class Slack(Section):
    """Slack: a bot token, and an app token (Socket Mode) or a signing secret (HTTP mode)."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    connections: int = Field(default=1, ge=1, le=10)

    @property
    def on(self) -> bool:
        """Whether Slack is to be connected."""
        return self.bot_token is not None

    @field_validator("bot_token")
    @classmethod
    def _a_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _beginning(token, "xox")

    @field_validator("app_token")
    @classmethod
    def _an_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _beginning(token, "xapp-")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.bot_token is None and (self.app_token or self.signing_secret):
            raise ValueError("bot_token is missing (SLACK_BOT_TOKEN, begins with xoxb-)")
        if self.bot_token is not None and not (self.app_token or self.signing_secret):
            raise ValueError(
                "set app_token (SLACK_APP_TOKEN, for Socket Mode) or signing_secret (SLACK_SIGNING_SECRET)"
            )
        return self


class Matrix(Section):
    """Matrix: a homeserver and an account on it."""

    homeserver: str = ""
    user_id: str = ""
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    allowed_servers: list[str] = Field(default_factory=list)
    store_path: Path = Path("var/matrix")
    store_key: SecretStr | None = None
    encrypt_new_rooms: Literal["private", "all", "none"] = "private"
    only_signed_devices: bool = False
    new_identity: bool = False
    space: bool = True
    command_prefix: str = "!swarm"

    @field_validator("allowed_servers", mode="before")
    @classmethod
    def _from_one_line(cls, servers: Any) -> Any:
        """In the environment they are one text: with commas between, or as JSON."""
        if not isinstance(servers, str):
            return servers
        if servers.lstrip().startswith("["):
            return json.loads(servers)
        return [one.strip() for one in servers.split(",") if one.strip()]

    @property
    def on(self) -> bool:
        """Whether Matrix is to be connected."""
        return bool(self.homeserver)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.homeserver:
            if self.user_id or self.password or self.access_token:
                raise ValueError("homeserver is missing (MATRIX_HOMESERVER, such as https://matrix.example.org)")
            return self
        if not self.homeserver.startswith(("http://", "https://")):
            raise ValueError("homeserver must begin with https:// (or http:// on a machine of your own)")
        if not (self.user_id.startswith("@") and ":" in self.user_id):
            raise ValueError("user_id must look like @swarmbridge:example.org (MATRIX_USER_ID)")
        if self.store_key is not None and len(self.store_key.get_secret_value()) < 20:
            raise ValueError("store_key must have at least 20 characters, such as `openssl rand -base64 32` prints")
        if (self.password is None) == (self.access_token is None):
            raise ValueError("set one of password (MATRIX_PASSWORD) and access_token (MATRIX_ACCESS_TOKEN)")
        return self


class Local(Section):
    """The chat in the browser. Without a choice it is on when neither Slack nor Matrix is set up."""

    enabled: bool | None = None
    store: Path = Path("var/local-chat.db")


class Http(Section):
    """The web pages. ``public_url`` is how people reach them; links in chat are only made when it is set."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return url.rstrip("/")


class CatalogueFile(Section):
    """Teams, people, services, items and channels. Without a path the sample organisation is used."""

    path: Path | None = None


class General(Section):
    """Everything else."""

    zone: str = "Europe/Berlin"
    update_within_minutes: int = Field(default=30, ge=1, le=1440)
    confidential_on: frozenset[Platform] = frozenset()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text", "auto"] = "auto"

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("must be an IANA time zone such as Europe/Berlin") from error
        return zone


class Settings(Section):
    """All settings, checked."""

    database: Database = Field(default_factory=Database)
    slack: Slack = Field(default_factory=Slack)
    matrix: Matrix = Field(default_factory=Matrix)
    local: Local = Field(default_factory=Local)
    http: Http = Field(default_factory=Http)
    catalogue: CatalogueFile = Field(default_factory=CatalogueFile)
    general: General = Field(default_factory=General)

    @property
    def local_on(self) -> bool:
        """Whether the chat in the browser is to be served."""
        return self.local.enabled if self.local.enabled is not None else not (self.slack.on or self.matrix.on)


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises ``SettingsError`` with the list of everything that is wrong."""
    try:
        given = gathered(environment, _KNOWN_NAMES)
    except Unreadable as error:
        raise SettingsError(str(error)) from None
    wrong = list(slips(environment, _KNOWN_NAMES, _places()))
    try:
        settings = Settings.model_validate(given.values)
    except ValidationError as error:
        wrong += _explained(error, given)
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def _beginning(token: SecretStr | None, with_: str) -> SecretStr | None:
    if token is not None and not token.get_secret_value().startswith(with_):
        raise ValueError(f"must begin with {with_}")
    return token


def _places() -> list[tuple[str, str]]:
    return [(section, key) for section in Settings.model_fields for key in _model((section,)).model_fields]


def _explained(error: ValidationError, given: Given) -> Iterator[str]:
    for one in error.errors(include_input=False, include_url=False):
        place = tuple(str(part) for part in one["loc"])
        what = str(one["msg"]).removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            what = "there is no such setting" + _nearest(place)
        elif one["type"] == "model_type":
            what = f"is a section; write [{'.'.join(place)}] and its keys below"
        names = sorted(name for known, name in given.names.items() if known[: len(place)] == place)
        came_from = f" (from {', '.join(names)})" if names else ""
        yield f"- {'.'.join(place) or 'settings'}{came_from}: {what}"


def _nearest(place: tuple[str, ...]) -> str:
    fields = _model(place[:-1]).model_fields
    near = difflib.get_close_matches(place[-1], fields, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(fields)}"


def _model(place: tuple[str, ...]) -> type[BaseModel]:
    """The model at this place: all settings, or one section."""
    if not place:
        return Settings
    section = Settings.model_fields[place[0]].annotation
    assert isinstance(section, type)
    assert issubclass(section, BaseModel)
    return section
