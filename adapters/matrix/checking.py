"""Whether the account, the homeserver and the rooms are as they must be, each with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix import pushed, reasons, signing
from adapters.matrix.devices import signer_of
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.powers import Act, Room
from adapters.matrix.reading import mapping, string, strings
from adapters.matrix.settings import AppService, MatrixSettings
from adapters.matrix.space import Space
from bot.chat import Finding
from bot.errors import ChatRefused, ChatUnavailable

UNSIGNED = (
    "Set MATRIX_PASSWORD instead of MATRIX_ACCESS_TOKEN for one start; where another program made the account's "
    "identity, or it was lost with a database, set matrix.new_identity = true for that start, too."
)
NOT_REACHED = (
    "Start the bot, and see that the url in the registration leads to it and both know the same tokens: "
    "swarmbridge manifest matrix prints it."
)
_NEEDED = (Act.WRITE, Act.REACT, Act.TAKE_BACK)
_WELCOME = (Act.PIN, Act.SET_TOPIC, Act.INVITE, Act.REMOVE)
OLDEST_VERSION = (1, 4)
"""Threads came with version 1.4 of the specification."""


async def findings(homeserver: Homeserver, settings: MatrixSettings, rooms: Sequence[str]) -> list[Finding]:
    """Everything worth telling an operator."""
    try:
        told = [await _versions(homeserver), await _account(homeserver, settings)]
        told += [await _pushes(homeserver, settings.appservice)] if settings.appservice else []
        told += [await _room(homeserver, settings, room) for room in rooms]
        if settings.encrypts:
            return [*told, await _device(homeserver, settings)]
        return [*told, *await _encrypted(homeserver, settings, rooms)]
    except ChatUnavailable as away:
        advice = "Look at the homeserver's address and at whether it runs; the bot goes on trying by itself."
        return [Finding(False, f"Matrix {settings.homeserver}: {away}", advice)]
    except ChatRefused as refused:
        return [Finding(False, f"The homeserver refuses the bot ({refused.code})", refused.advice)]


async def space(of: Space) -> list[Finding]:
    """Where the space is, so that people can be told."""
    try:
        address = await of.address()
    except (ChatRefused, ChatUnavailable):
        return []  # what is wrong is among the other findings
    return [Finding(True, f"The rooms of swarms are in the space {address}")] if address else []


async def _versions(homeserver: Homeserver) -> Finding:
    known = strings((await homeserver.get(path("versions", root="/_matrix/client"))).get("versions"))
    newest = max((version for version in map(_version, known) if version), default=(0, 0))
    what = f"The homeserver speaks Matrix {newest[0]}.{newest[1]}"
    return Finding(newest >= OLDEST_VERSION, what, "" if newest >= OLDEST_VERSION else "Upgrade it: threads need 1.4.")


async def _account(homeserver: Homeserver, settings: MatrixSettings) -> Finding:
    try:
        me = await homeserver.get(path("account", "whoami"))
    except ChatRefused as refused:
        return Finding(False, f"The bot's account cannot be used ({refused.code})", refused.advice)
    user, device = string(me.get("user_id")), string(me.get("device_id"))
    if user != settings.user_id:
        advice = "Set the user id to the one the token belongs to, or take a token of the right account."
        return Finding(False, f"The access token belongs to {user}, not to {settings.user_id}", advice)
    return Finding(True, f"Logged in as {user}" + (f", device {device}" if device else ""))


async def _pushes(homeserver: Homeserver, service: AppService) -> Finding:
    """Whether the homeserver reaches the bot; the one that runs answers it."""
    try:
        asked = await pushed.ping(homeserver, service)
    except ChatRefused as refused:
        what = f"The homeserver does not reach the bot ({refused.code})"
        return Finding(False, what, f"{refused.advice} {NOT_REACHED}")
    return Finding(True, "The homeserver reaches the bot" if asked else "The homeserver is too old to tell "
                   "whether it reaches the bot")  # fmt: skip


async def _room(homeserver: Homeserver, settings: MatrixSettings, room: str) -> Finding:
    try:
        events = await homeserver.state(room)
    except ChatRefused as refused:
        advice = f"Invite {settings.user_id} into the room."
        return Finding(False, f"The bot cannot read {room} ({refused.code})", advice)
    state = Room(events)
    mine = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == settings.user_id]
    if why := reasons.removed(room, settings.user_id, mine[0] if mine else {}):
        return Finding(False, f"The bot is not in {state.name or room} any more", why)
    name = state.name or room
    if state.has("m.room.tombstone"):
        new = string(state.content("m.room.tombstone").get("replacement_room"))
        advice = f"The bot follows it. Write {new} into the catalogue in place of {room}."
        return Finding(False, f"{name} ({room}) was upgraded", advice)
    if state.has("m.room.encryption") and not settings.encrypts:
        return Finding(False, f"{name} is encrypted and cannot be read", settings.why_not_encrypted)
    lacking = [act for act in _NEEDED if not state.may(settings.user_id, act)]
    if lacking:
        what = f"The bot may not {_either(lacking)} in {name}"
        return Finding(False, what, reasons.how_to_grant(state, settings.user_id, lacking))
    missing = [act for act in _WELCOME if not state.may(settings.user_id, act)]
    what = f"The bot hears and writes in {name}"
    if missing:
        what += f"; to {_either(missing)} there it would need power level {max(map(state.needed, missing))}"
    return Finding(True, what)


def _either(acts: Sequence[Act]) -> str:
    words = list(dict.fromkeys(act.words for act in acts))
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


async def _encrypted(homeserver: Homeserver, settings: MatrixSettings, known: Sequence[str]) -> list[Finding]:
    """One finding for all other rooms the bot is in and cannot read."""
    joined = strings((await homeserver.get(path("joined_rooms"))).get("joined_rooms"))
    others = [room for room in joined if room not in known]
    closed = [room for room in others if await homeserver.find(path("rooms", room, "state", "m.room.encryption", ""))]
    if not closed:
        return []
    what = f"{len(closed)} of the bot's rooms are encrypted and cannot be read: {', '.join(closed[:5])}"
    return [Finding(False, what, f"People there get no answer. {settings.why_not_encrypted}")]


async def _device(homeserver: Homeserver, settings: MatrixSettings) -> Finding:
    """Whether others can see that the bot's device is its own."""
    user, id_ = settings.user_id, string((await homeserver.get(path("account", "whoami"))).get("device_id"))
    answer = await homeserver.post(path("keys", "query"), {"device_keys": {user: []}})
    device = mapping(mapping(mapping(answer.get("device_keys")).get(user)).get(id_))
    if not device:
        return Finding(True, "The bot makes the keys of its device when it first runs")
    signer = signer_of(user, answer)
    if signer and signing.is_signed(device, user, f"ed25519:{signer}", signer):
        return Finding(True, f"The bot's device is signed by its owner; its fingerprint is {fingerprint(device, id_)}")
    return Finding(False, "The bot's device is not signed by its owner: strict clients refuse what it says", UNSIGNED)


def fingerprint(device: Mapping[str, Any], id_: str) -> str:
    """The key of a device as clients show it: in groups of four."""
    key = string(mapping(device.get("keys")).get(f"ed25519:{id_}"))
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _version(text: str) -> tuple[int, int] | None:
    major, _, minor = text.removeprefix("v").partition(".")
    return (int(major), int(minor)) if text.startswith("v") and major.isdecimal() and minor.isdecimal() else None
