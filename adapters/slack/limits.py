"""Slack's documented rate limits: how many calls of a method a workspace takes within a minute."""

from __future__ import annotations

from urllib.parse import urlsplit

_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
POSTING = "chat.postMessage"
"""The one method with a limit for each channel as well."""
POSTS = 300
"""“Several hundred” messages a minute is all that is documented; this many have been seen to pass."""
POSTS_IN_A_ROW = 4
"""A channel takes one message a second and a short burst; this many in as many seconds."""

PER_MINUTE = {
    "auth.revoke": _TIER_3,
    "auth.teams.list": _TIER_2,
    "auth.test": 600,
    "bookmarks.add": _TIER_2,
    "bookmarks.list": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.getPermalink": 600,
    "chat.postEphemeral": _TIER_4,
    POSTING: POSTS,
    "chat.unfurl": _TIER_3,
    "chat.update": _TIER_3,
    "conversations.archive": _TIER_2,
    "conversations.create": _TIER_2,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.invite": _TIER_3,
    "conversations.kick": _TIER_3,
    "conversations.members": _TIER_4,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.setPurpose": _TIER_2,
    "conversations.setTopic": _TIER_2,
    "dnd.teamInfo": _TIER_2,
    "oauth.v2.access": _TIER_4,
    "pins.add": _TIER_2,
    "reactions.add": _TIER_3,
    "reactions.remove": _TIER_2,
    "usergroups.users.list": _TIER_2,
    "users.conversations": _TIER_2,
    "users.getPresence": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.update": _TIER_4,
}
"""Calls a minute by method; Slack promises at least these. Methods that are not here are not held back."""

_SLACKS_OWN = ("slack.com", "slack-gov.com")


def known_at(api_url: str) -> bool:
    """Whether Slack's documented limits hold at this address; what stands elsewhere may have others, or none."""
    host = urlsplit(api_url).hostname or ""
    return any(host == own or host.endswith(f".{own}") for own in _SLACKS_OWN)
