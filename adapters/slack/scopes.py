"""What the bot asks Slack for, and why."""

from __future__ import annotations

SCOPES = {
    "app_mentions:read": "hear when it is addressed",
    "bookmarks:read": "find the bookmarks it made, so that none is there twice",
    "bookmarks:write": "keep the charter and the status page at the head of a swarm channel",
    "channels:history": "hear reports in public channels, and find those that Slack did not deliver",
    "channels:manage": "open swarm channels, set their topic, invite experts, archive them at the end",
    "channels:read": "know which public channels it is in and who is there",
    "chat:write": "answer",
    "commands": "offer /swarm and “Report this”",
    "dnd:read": "ask those last who do not want to be disturbed",
    "groups:history": "hear reports in private channels it was invited to",
    "groups:read": "know which private channels it is in and who is there",
    "groups:write": "open private swarm channels for confidential incidents",
    "im:history": "hear direct messages to it",
    "im:read": "know its direct conversations",
    "im:write": "write to people directly",
    "links:read": "know that somebody wrote the address of one of its pages",
    "links:write": "show below it what the page says to everybody",
    "metadata.message:read": "recognise its own messages, so that nothing is said twice",
    "mpim:history": "hear group conversations it was added to",
    "mpim:read": "know its group conversations",
    "pins:write": "pin the charter of a swarm",
    "reactions:read": "hear 🎫, 🙋, ✅ and 📌",
    "reactions:write": "react",
    "usergroups:read": "call those who are on duty by a user group",
    "users:read": "know people's names, languages and time zones, and who is away",
    "users:read.email": "know that the same person speaks on both networks",
}
"""Bot scopes and what each is needed for."""

OPTIONAL = frozenset({"dnd:read"})
"""Scopes without which everything else goes on as it does where there is nothing to know."""

METHODS: dict[str, tuple[str, ...]] = {
    "apps.connections.open": (),
    "auth.revoke": (),
    "auth.teams.list": (),
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.unfurl": ("links:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": ("channels:manage", "groups:write"),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.kick": ("channels:manage", "groups:write"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.setPurpose": ("channels:manage", "groups:write"),
    "conversations.setTopic": ("channels:manage", "groups:write"),
    "dnd.teamInfo": ("dnd:read",),
    "oauth.v2.access": (),
    "pins.add": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.getPresence": ("users:read",),
    "users.list": ("users:read", "users:read.email"),
    "users.info": ("users:read", "users:read.email"),
    "views.open": (),
    "views.publish": (),
}
"""Every Web API method the adapter calls, with the scopes it needs for the rooms the bot is in."""

APP_SCOPE = "connections:write"
"""What the app-level token must have for Socket Mode."""
