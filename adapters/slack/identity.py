"""Who the bot is in its workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from bot.refs import Platform, RoomRef, UserRef

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own ids, as ``auth.test`` says them."""

    user: str
    bot: str
    team: str
    name: str
    enterprise: str = ""

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read the answer of ``auth.test``."""
        return cls(
            str(answer.get("user_id", "")), str(answer.get("bot_id", "")),
            str(answer.get("team_id", "")), str(answer.get("user", "")),
            str(answer.get("enterprise_id") or ""),
        )  # fmt: skip

    @property
    def is_whole(self) -> bool:
        """Whether the bot is in a whole organisation; its workspaces are not known to be of it by their names."""
        return bool(self.enterprise) and self.team == self.enterprise

    def is_home_of(self, team: str, enterprise: str) -> bool:
        """Whether whoever is of this workspace, or of this Enterprise Grid organisation, works here."""
        return team == self.team or bool(enterprise and enterprise == self.enterprise)

    def wrote(self, message: Json) -> bool:
        """Whether a message is the bot's own."""
        return message.get("user") == self.user or (bool(self.bot) and message.get("bot_id") == self.bot)


def user_ref(user: str) -> UserRef:
    """The reference to an account of this network."""
    return UserRef(Platform.SLACK, user)


def room_ref(channel: str) -> RoomRef:
    """The reference to a room of this network."""
    return RoomRef(Platform.SLACK, channel)
