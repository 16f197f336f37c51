"""Rooms the bot opens: found again by the key in their purpose, so that one act never opens two."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Any

from adapters.slack import mrkdwn
from adapters.slack.identity import Me
from adapters.slack.web import Web
from bot.chat import Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import WhyNot
from bot.plain import cut, slug

Json = dict[str, Any]

log = logging.getLogger(__name__)

_NAME = 80
_TOPIC = 250
_MOST_NAMES = 20
_AT_ONCE = 100
SLACK_OF_CLOCKS = timedelta(minutes=1)
"""How far Slack's clock and ours may be apart."""
_IN_ALREADY = {"already_in_channel", "cant_invite_self"}
_NOT_OF_PEOPLE = {
    "channel_not_found", "not_in_channel", "is_archived", "method_not_supported_for_channel_type", "missing_scope",
    "no_permission", "access_denied", "restricted_action", "invalid_arguments",
}  # fmt: skip
"""Whom a refusal with any other code concerns is found out; Slack has more of them than it documents."""
_WHY_NOT = {
    "user_not_found": WhyNot.UNKNOWN, "no_user": WhyNot.UNKNOWN, "user_not_visible": WhyNot.UNKNOWN,
    "cant_invite": WhyNot.GONE, "user_disabled": WhyNot.GONE,
    "user_is_restricted": WhyNot.NOT_ALLOWED, "ura_max_channels": WhyNot.NOT_ALLOWED,
    "org_user_not_in_team": WhyNot.NOT_ALLOWED, "invitee_cant_see_channel": WhyNot.NOT_ALLOWED,
    "app_cannot_join_channel": WhyNot.NOT_ALLOWED, "no_external_invite_permission": WhyNot.NOT_ALLOWED,
    "too_many_members": WhyNot.FULL,
}  # fmt: skip
_OUT_ALREADY = {"not_in_channel", "user_not_found", "is_archived"}
_MAY_NOT_KICK = {"restricted_action", "cant_kick_from_general", "cant_kick_self", "not_supported"}
"""By default only admins may remove people from a public channel; from a private one everybody in it may."""


async def open_room(
    web: Web, me: Me, name: str, topic: str, once: Once, *, private: bool, team: str | None = None
) -> str:
    """Open a channel and return its id. Its purpose carries the act's key; the topic is set. ``team`` is the workspace
    of an organisation that it is opened in."""
    wanted = slug(name, _NAME - 4)
    known = await _opened_before(web, me, wanted, once) if once.doubtful else None
    room = known or await _create(web, wanted, once, private, team)
    channel = str(room["id"])
    try:
        # What an earlier try has done is left out: where every few calls fail, each try must come further.
        if _said(room, "purpose") != purpose(once.key):
            await web.call("conversations.setPurpose", channel=channel, purpose=purpose(once.key))
        if _said(room, "topic") != _fitting(topic):
            await set_topic(web, channel, topic)
    except ChatUnavailable as away:
        # The room is there; without the doubt the next try would open another.
        raise ChatUnavailable(str(away), retry_after=away.retry_after, doubtful=True) from None
    except ChatRefused as refused:
        log.warning("a new room keeps no topic", extra={"room": channel, "code": refused.code})
    return channel


async def set_topic(web: Web, channel: str, topic: str) -> None:
    """Change the topic, as plain text."""
    await web.call("conversations.setTopic", channel=channel, topic=_fitting(topic))


async def bookmark(web: Web, channel: str, title: str, address: str, once: Once) -> None:
    """Keep an address among a channel's bookmarks. Slack takes the same twice, so it is looked for when in doubt."""
    if once.doubtful:
        kept = (await web.call("bookmarks.list", channel_id=channel)).get("bookmarks") or []
        if any(one.get("link") == address for one in kept):
            return
    await web.call("bookmarks.add", channel_id=channel, type="link", title=title, link=address)


def _fitting(topic: str) -> str:
    limit = _TOPIC
    while len(escaped := mrkdwn.escape(cut(topic, limit))) > _TOPIC:
        limit -= max(1, (len(escaped) - _TOPIC) // 5)
    return escaped


def purpose(key: str) -> str:
    """The purpose of the room an act opens. People see it, so it says who opened the room and no more than a digest."""
    return f"Swarmbridge {hashlib.sha256(key.encode()).hexdigest()[:16]}"


async def _create(web: Web, wanted: str, once: Once, private: bool, team: str | None) -> Json:
    for name in _names(wanted):
        try:
            made = await web.call("conversations.create", name=name, is_private=private, team_id=team)
            room: Json = made["channel"]
            return room
        except ChatRefused as refused:
            if refused.code != "name_taken":
                raise
            if name == wanted and (ours := await _with_purpose(web, purpose(once.key))):
                return ours
    raise ChatRefused("name_taken", f"all names from {wanted} to {wanted}-{_MOST_NAMES} are taken; archive old rooms")


def _names(wanted: str) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{n}" for n in range(2, _MOST_NAMES + 1))


async def _opened_before(web: Web, me: Me, wanted: str, once: Once) -> Json | None:
    """The room of an earlier try: by its purpose, or one with such a name that we made since and never came to mark."""
    names, since = set(_names(wanted)), (once.since - SLACK_OF_CLOCKS).timestamp()
    unmarked = None
    async for room in _ours(web):
        if _said(room, "purpose") == purpose(once.key):
            return room
        made = room.get("creator") == me.user and room.get("created", 0) >= since
        if made and not _said(room, "purpose") and room.get("name") in names:
            unmarked = room
    return unmarked


async def _with_purpose(web: Web, said: str) -> Json | None:
    async for room in _ours(web):
        if _said(room, "purpose") == said:
            return room
    return None


def _said(room: Json, what: str) -> str:
    return str((room.get(what) or {}).get("value") or "")


def _ours(web: Web) -> AsyncIterator[Json]:
    """The open channels the bot is in, which those it made are."""
    kinds = "public_channel,private_channel"
    return web.pages("users.conversations", "channels", types=kinds, exclude_archived=True, patient=True)


async def invite(web: Web, channel: str, users: Sequence[str]) -> dict[str, WhyNot]:
    """Invite people and return whom Slack refused, and why. One bad id fails a whole call, so a failed one is halved; a
    limit in between is waited for, as the next try would begin with the whole again."""
    refused: dict[str, WhyNot] = {}
    for start in range(0, len(users), _AT_ONCE):
        refused |= await _invite(web, channel, users[start : start + _AT_ONCE])
    return refused


async def _invite(web: Web, channel: str, users: Sequence[str]) -> dict[str, WhyNot]:
    try:
        await web.patiently("conversations.invite", channel=channel, users=",".join(users))
    except ChatRefused as why:
        if why.code in _NOT_OF_PEOPLE:
            raise
        if len(users) == 1:
            return {} if why.code in _IN_ALREADY else {users[0]: _WHY_NOT.get(why.code, WhyNot.NOT_ALLOWED)}
        half = len(users) // 2
        return {**await _invite(web, channel, users[:half]), **await _invite(web, channel, users[half:])}
    return {}


async def remove(web: Web, channel: str, user: str) -> bool:
    """Take somebody out of a channel; False where Slack does not let the bot do that."""
    try:
        await web.call("conversations.kick", channel=channel, user=user)
    except ChatRefused as why:
        if why.code not in _OUT_ALREADY | _MAY_NOT_KICK:
            raise
        return why.code in _OUT_ALREADY
    return True
