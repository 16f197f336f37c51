"""The Web API with the token of a whole Enterprise Grid organisation, which reaches all its workspaces.

Rooms and people have ids that hold in the whole organisation. What Slack keeps for each workspace (which rooms there
are, its people, its user groups) must name the workspace, so it is asked of each.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from adapters.slack.pace import Turn
from adapters.slack.web import Web
from bot.errors import ChatRefused

Json = dict[str, Any]

_KNOWN_FOR = 300.0


class OrganisationWeb(Web):
    """Names the workspace where Slack wants it named."""

    _teams: Sequence[str] = ()
    _asked_at = 0.0

    async def call(self, method: str, *, turn: Turn | None = None, **arguments: object) -> Json:
        """Call a method; what is kept for each workspace is asked of the one that is named, or of all."""
        if arguments.get("team_id") is not None:
            return await super().call(method, turn=turn, **arguments)
        match method:
            case "conversations.create" | "dnd.teamInfo":
                return await super().call(method, turn=turn, **arguments | {"team_id": (await self.teams())[0]})
            case "users.list":
                return {"ok": True, "members": [one async for one in self._people(turn, arguments)]}
            case "usergroups.users.list":
                return await self._first(method, turn, arguments, "no_such_subteam")
            case _:
                return await super().call(method, turn=turn, **arguments)

    async def pages(
        self, method: str, key: str, *, patient: bool = False, turn: Turn | None = None, **arguments: object
    ) -> AsyncIterator[Any]:
        """Every item on all pages of a listing, in all workspaces; what is in several of them comes once."""
        if method != "users.conversations":
            async for item in super().pages(method, key, patient=patient, turn=turn, **arguments):
                yield item
            return
        seen: set[str] = set()
        for team in await self.teams():
            async for item in super().pages(method, key, patient=patient, turn=turn, team_id=team, **arguments):
                if item["id"] not in seen:
                    seen.add(item["id"])
                    yield item

    async def teams(self) -> Sequence[str]:
        """The workspaces of the organisation that the app was added to; raises ``ChatRefused`` when there is none."""
        if not self._teams or time.monotonic() - self._asked_at > _KNOWN_FOR:
            self._teams = [str(team["id"]) async for team in super().pages("auth.teams.list", "teams")]
            self._asked_at = time.monotonic()
        if not self._teams:
            raise ChatRefused("no_workspaces", "add the app to workspaces in the organisation's settings")
        return self._teams

    async def team_near(self, user: str) -> str | None:
        """The workspace of a person, if it is one that the app was added to."""
        of = (await self.call("users.info", user=user)).get("user") or {}
        there = [of.get("team_id"), *((of.get("enterprise_user") or {}).get("teams") or [])]
        teams = await self.teams()
        return next((team for team in there if team in teams), None)

    async def _people(self, turn: Turn | None, arguments: dict[str, object]) -> AsyncIterator[Json]:
        for team in await self.teams():
            answer = await super().call("users.list", turn=turn, **arguments | {"team_id": team})
            for user in answer.get("members") or []:
                yield user

    async def _first(self, method: str, turn: Turn | None, arguments: dict[str, object], not_here: str) -> Json:
        """The answer of the first workspace that knows what is asked for."""
        unknown = ChatRefused(not_here)
        for team in await self.teams():
            try:
                return await super().call(method, turn=turn, **arguments | {"team_id": team})
            except ChatRefused as refused:
                if refused.code != not_here:
                    raise
                unknown = refused
        raise unknown
