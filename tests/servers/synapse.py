"""A real Matrix homeserver on loopback, for tests, benchmarks and trying things out.

with SynapseServer() as synapse:
    alice = synapse.register("alice")
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.servers.kept import KeptServer, ToolMissing, http_answers

ROOT = Path(__file__).resolve().parents[2]
UNLIMITED = {"per_second": 10_000, "burst_count": 10_000}


@dataclass(frozen=True)
class Account:
    """One user of the homeserver, logged in."""

    user_id: str
    access_token: str
    device_id: str
    password: str


class SynapseServer(KeptServer):
    """Synapse with no limits, no federation and nothing that calls out.

    `application_services` are registration files (YAML or JSON). `config` is laid over the
    configuration, key by key at the top level. `database_url` is a PostgreSQL database with
    collation C; without it Synapse keeps SQLite in its folder.
    """

    name = "synapse"

    def __init__(
        self,
        *,
        server_name: str = "matrix.test",
        application_services: Sequence[Path] = (),
        config: Mapping[str, Any] | None = None,
        database_url: str | None = None,
    ) -> None:
        self.python = python()
        super().__init__()
        self.server_name = server_name
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._secret = secrets.token_hex(16)
        self._taken: Counter[str] = Counter()
        self._write_configuration(application_services, config or {}, database_url)

    def command(self) -> Sequence[str | Path]:
        return [self.python, "-m", "synapse.app.homeserver", "-c", self.folder / "homeserver.yaml"]

    def answers(self) -> bool:
        return http_answers(f"{self.base_url}/_matrix/client/versions")

    def register(self, name: str, *, admin: bool = False) -> Account:
        """A new user, by the admin API. A name asked for twice gets a number: alice, alice2."""
        self._taken[name] += 1
        number = self._taken[name]
        localpart = name if number == 1 else f"{name}{number}"
        password = secrets.token_hex(8)
        nonce = self._admin_register()["nonce"]
        signed = "\0".join([nonce, localpart, password, "admin" if admin else "notadmin"])
        answer = self._admin_register(
            {
                "nonce": nonce,
                "username": localpart,
                "displayname": name.title(),
                "password": password,
                "admin": admin,
                "mac": hmac.new(self._secret.encode(), signed.encode(), hashlib.sha1).hexdigest(),
            }
        )
        return Account(answer["user_id"], answer["access_token"], answer["device_id"], password)

    def _admin_register(self, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.base_url}/_synapse/admin/v1/register",
            data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def _write_configuration(
        self, application_services: Sequence[Path], config: Mapping[str, Any], database_url: str | None
    ) -> None:
        folder = self.folder
        seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {seed}\n")
        (folder / "logging.yaml").write_text(json.dumps(logging_configuration(folder / "homeserver.log")))
        whole = {
            "server_name": self.server_name,
            "public_baseurl": f"{self.base_url}/",
            "pid_file": str(folder / "homeserver.pid"),
            "listeners": [
                {
                    "bind_addresses": ["127.0.0.1"],
                    "port": self.port,
                    "type": "http",
                    "tls": False,
                    "resources": [{"names": ["client"], "compress": False}],
                }
            ],
            "database": database_configuration(folder, database_url),
            "log_config": str(folder / "logging.yaml"),
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "app_service_config_files": [str(path) for path in application_services],
            **QUIET,
            **limits(),
            **config,
        }
        # JSON is YAML.
        (folder / "homeserver.yaml").write_text(json.dumps(whole, indent=1))


QUIET: Mapping[str, Any] = {
    "report_stats": False,
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "federation_domain_whitelist": [],
    "enable_registration": False,
    "url_preview_enabled": False,
    "allow_public_rooms_over_federation": False,
    "push": {"enabled": False},
    # The default costs a third of a second for each user.
    "bcrypt_rounds": 4,
}


def limits() -> dict[str, Any]:
    """Every rate limit out of the way; a test that wants one sets it by `config`."""
    plain = (
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_admin_redaction",
        "rc_joins_per_room",
        "rc_3pid_validation",
        "rc_room_creation",
        "rc_media_create",
        "rc_reports",
        "rc_delayed_event_mgmt",
        "rc_user_directory",
        "rc_third_party_invite",
        "rc_key_requests",
    )
    return {
        **dict.fromkeys(plain, UNLIMITED),
        "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), UNLIMITED),
        "rc_joins": dict.fromkeys(("local", "remote"), UNLIMITED),
        "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), UNLIMITED),
        "rc_presence": {"per_user": UNLIMITED},
    }


def database_configuration(folder: Path, url: str | None) -> dict[str, Any]:
    if url is None:
        return {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}}
    parts = urlsplit(url)
    return {
        "name": "psycopg2",
        "args": {
            "user": parts.username,
            "password": parts.password,
            "host": parts.hostname,
            "port": parts.port,
            "dbname": parts.path.lstrip("/"),
            "cp_min": 2,
            "cp_max": 10,
        },
    }


def logging_configuration(log: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "formatter": "plain", "filename": str(log)}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }


def python() -> Path:
    """The Python that has Synapse: SYNAPSE_PYTHON, else the environment `make test` makes."""
    found = Path(os.environ.get("SYNAPSE_PYTHON", ROOT / ".venv-synapse" / "bin" / "python"))
    if not found.exists():
        raise ToolMissing(f"Synapse is not installed ({found} does not exist). Run: make environment-synapse")
    return found
