"""Settings: ``swarmbridge.toml``, each key also as ``SWARMBRIDGE_SECTION__KEY``, and the names people already use."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from adapters.environment import Given, Unreadable, gathered, slips
from adapters.sealing import SHORTEST
from bot.refs import Platform

_KNOWN_NAMES = {
    "DATABASE_URL": ("database", "url"),
    "SLACK_BOT_TOKEN": ("slack", "bot_token"),
    "SLACK_APP_TOKEN": ("slack", "app_token"),
    "SLACK_SIGNING_SECRET": ("slack", "signing_secret"),
    "SLACK_API_URL": ("slack", "api_url"),
    "SLACK_CLIENT_ID": ("slack", "client_id"),
    "SLACK_CLIENT_SECRET": ("slack", "client_secret"),
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
    """Slack: a bot token, or the app's id and secret for several workspaces; and an app token (Socket Mode) or a
    signing secret (HTTP mode)."""

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    connections: int = Field(default=1, ge=1, le=10)
    client_id: str = ""
    client_secret: SecretStr | None = None
    allowed_workspaces: list[str] = Field(default_factory=list)
    store_path: Path = Path("var/slack")
    store_key: SecretStr | None = None

    @property
    def on(self) -> bool:
        """Whether Slack is to be connected."""
        return self.bot_token is not None or self.several

    @property
    def several(self) -> bool:
        """Whether the app is installed in workspaces from our own page."""
        return bool(self.client_id)

    @field_validator("allowed_workspaces", mode="before")
    @classmethod
    def _from_one_line(cls, workspaces: Any) -> Any:
        return _listed(workspaces)

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
        if self.several != (self.client_secret is not None):
            raise ValueError("set both client_id (SLACK_CLIENT_ID) and client_secret (SLACK_CLIENT_SECRET), or neither")
        if self.several and self.bot_token is not None:
            raise ValueError(
                "set bot_token (SLACK_BOT_TOKEN) for one workspace or client_id and client_secret for several; not both"
            )
        if not self.on and (self.app_token or self.signing_secret):
            raise ValueError("bot_token is missing (SLACK_BOT_TOKEN, begins with xoxb-)")
        if self.on and not (self.app_token or self.signing_secret):
            raise ValueError(
                "set app_token (SLACK_APP_TOKEN, for Socket Mode) or signing_secret (SLACK_SIGNING_SECRET)"
            )
        if any(not re.fullmatch(r"[TE][A-Z0-9]+", one) for one in self.allowed_workspaces):
            raise ValueError("allowed_workspaces are ids such as T024BE7LD, or E024BE7LD for a whole organisation")
        _check_store_key(self.store_key)
        return self


class Matrix(Section):
    """Matrix: a homeserver and an account on it."""

    homeserver: str = ""
    user_id: str = ""
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    allowed_servers: list[str] = Field(default_factory=list)
    own_servers: list[str] = Field(default_factory=list)
    store_path: Path = Path("var/matrix")
    store_key: SecretStr | None = None
    encrypt_new_rooms: Literal["private", "all", "none"] = "private"
    only_signed_devices: bool = False
    new_identity: bool = False
    space: bool = True
    command_prefix: str = "!swarm"
    appservice_as_token: SecretStr | None = None
    appservice_hs_token: SecretStr | None = None
    appservice_id: str = "swarmbridge"
    appservice_url: str = ""

    @field_validator("allowed_servers", "own_servers", mode="before")
    @classmethod
    def _from_one_line(cls, servers: Any) -> Any:
        return _listed(servers)

    @property
    def on(self) -> bool:
        """Whether Matrix is to be connected."""
        return bool(self.homeserver)

    @property
    def is_appservice(self) -> bool:
        """Whether the homeserver pushes what happens, instead of being asked by /sync."""
        return self.appservice_as_token is not None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.homeserver:
            if self.user_id or self.password or self.access_token or self.appservice_as_token:
                raise ValueError("homeserver is missing (MATRIX_HOMESERVER, such as https://matrix.example.org)")
            return self
        if not self.homeserver.startswith(("http://", "https://")):
            raise ValueError("homeserver must begin with https:// (or http:// on a machine of your own)")
        if not (self.user_id.startswith("@") and ":" in self.user_id):
            raise ValueError("user_id must look like @swarmbridge:example.org (MATRIX_USER_ID)")
        _check_store_key(self.store_key)
        if sum(one is not None for one in (self.password, self.access_token, self.appservice_as_token)) != 1:
            raise ValueError(
                "set one of password (MATRIX_PASSWORD) and access_token (MATRIX_ACCESS_TOKEN), or, as an application "
                "service, appservice_as_token"
            )
        self._check_appservice()
        return self

    def _check_appservice(self) -> None:
        tokens = [one.get_secret_value() for one in (self.appservice_as_token, self.appservice_hs_token) if one]
        if len(tokens) == 1:
            raise ValueError("set both appservice_as_token and appservice_hs_token, or neither")
        if any(len(token) < 20 for token in tokens) or (tokens and len(set(tokens)) == 1):
            raise ValueError(
                "appservice_as_token and appservice_hs_token must be two different ones of at least 20 characters, "
                "such as swarmbridge manifest matrix makes"
            )
        if self.appservice_url and not self.appservice_url.startswith(("http://", "https://")):
            raise ValueError("appservice_url must begin with https:// or http://")


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

    @model_validator(mode="after")
    def _can_be_installed(self) -> Self:
        if self.slack.several and not _is_safe(self.http.public_url):
            raise ValueError(
                "http.public_url (SWARMBRIDGE_HTTP__PUBLIC_URL) must begin with https://, as Slack brings people back "
                "to it when they installed the app (slack.client_id)"
            )
        return self

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


def _listed(value: Any) -> Any:
    """In the environment a list is one text: with commas between, or as JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [one.strip() for one in value.split(",") if one.strip()]


def _check_store_key(key: SecretStr | None) -> None:
    if key is not None and len(key.get_secret_value()) < SHORTEST:
        raise ValueError(
            f"store_key must have at least {SHORTEST} characters, such as `openssl rand -base64 32` prints"
        )


def _is_safe(url: str) -> bool:
    """Whether browsers send there what nobody else may read."""
    return url.startswith("https://") or urlsplit(url).hostname in ("localhost", "127.0.0.1")


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
