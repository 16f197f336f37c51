"""The registration of the bot as an application service: what an administrator gives to the homeserver."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from string import Template

from adapters.matrix import marks

_YAML = Template("""\
# Swarmbridge as an application service of $server. Keep it as secret as a password.
# Give it to the homeserver and restart that; in Synapse's homeserver.yaml:
#   app_service_config_files: [/path/to/this/file.yaml]
id: $id
# Where the homeserver reaches Swarmbridge:
url: $url
as_token: $as_token
hs_token: $hs_token
sender_localpart: $localpart
rate_limited: false
namespaces:
  users:
    - exclusive: true
      regex: $user
  aliases:
    - exclusive: false
      regex: $alias
  rooms: []
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What both sides must know alike. ``url`` is where the homeserver reaches the bot."""

    user_id: str
    url: str
    id: str
    as_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    hs_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def yaml(self) -> str:
        """The file. Every value is quoted: nothing in one can be read as something else."""
        localpart, _, server = self.user_id.removeprefix("@").partition(":")
        return _YAML.substitute(
            server=server, id=_quoted(self.id), url=_quoted(self.url), as_token=_quoted(self.as_token),
            hs_token=_quoted(self.hs_token), localpart=_quoted(localpart), user=_quoted(f"^{re.escape(self.user_id)}$"),
            alias=_quoted(f"^#{marks.ALIASES}.*:{re.escape(server)}$"),
        )  # fmt: skip


def _quoted(text: str) -> str:
    """Text as YAML takes it literally."""
    return "'" + text.replace("'", "''") + "'"
