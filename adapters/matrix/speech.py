"""From a message's content to what its author typed: fallbacks taken off, mentions readable, the bot's name removed."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from adapters.matrix.reading import mapping, string, strings

MOST_PILLS = 50

_PERSON_LINK = r"https://matrix\.to/#/((?:@|%40)[^\"'\s<>()?]{1,255})(?:\?[^\"'\s<>()]*)?"
_PILL = re.compile(rf"<a\b[^>]{{0,200}}?href=[\"']{_PERSON_LINK}[\"'][^>]{{0,200}}>(.{{1,300}}?)</a>", re.IGNORECASE)
_WRITTEN_PILL = re.compile(rf"\[([^\[\]\n]{{1,255}})\]\(<?{_PERSON_LINK}>?\)", re.IGNORECASE)
_REPLY_FALLBACK = re.compile(r"> (?:\* )?<@[^>\n]+>")
_AFTER_NAME = re.compile(r"[\s:,;]*")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Self:
    """The bot as people see it: its user id, what it is called, and the word that begins a command."""

    user_id: str
    names: tuple[str, ...] = ()
    prefix: str = "!swarm"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed. ``mentions`` are user ids, the bot left out."""

    text: str
    addressed: bool
    mentions: tuple[str, ...]


def read(content: Mapping[str, Any], me: Self) -> Said | None:
    """What the content of a message says; None for a notice."""
    body = _typed(content)
    if not body:
        return None
    if "m.in_reply_to" in mapping(content.get("m.relates_to")):
        body = _without_reply_fallback(body)
    pills = _pills(string(content.get("formatted_body")), body)
    named = (*strings(mapping(content.get("m.mentions")).get("user_ids")), *(user for user, _ in pills))
    body = _with_readable_mentions(body, pills, me)
    addressed, text = _address(body, me, was_named=me.user_id in named)
    return Said(text.strip(), addressed, tuple(dict.fromkeys(user for user in named if user != me.user_id)))


def _typed(content: Mapping[str, Any]) -> str:
    body = string(content.get("body"))
    if content.get("msgtype") in ("m.text", "m.emote"):
        return body
    # A file's body is its caption, or only its name.
    named = string(content.get("filename"))
    is_file = content.get("msgtype") in ("m.image", "m.file", "m.video", "m.audio")
    return body or named if is_file else ""


def _without_reply_fallback(body: str) -> str:
    if not _REPLY_FALLBACK.match(body):
        return body
    lines = body.split("\n")
    own = next((n for n, line in enumerate(lines) if not line.startswith("> ") and line != ">"), len(lines))
    return "\n".join(lines[own:]).lstrip("\n")


def _pills(formatted: str, body: str) -> tuple[tuple[str, str], ...]:
    """The people linked in the HTML and in the text: user id and the words of the link."""
    in_html = ((m[1], html.unescape(re.sub(r"<[^>]*>", "", m[2]))) for m in _PILL.finditer(formatted))
    in_text = ((m[2], m[1]) for m in _WRITTEN_PILL.finditer(body))
    found = itertools.islice(itertools.chain(in_html, in_text), MOST_PILLS)
    return tuple((unquote(user), label.strip()) for user, label in found)


def _with_readable_mentions(body: str, pills: Iterable[tuple[str, str]], me: Self) -> str:
    body = _WRITTEN_PILL.sub(lambda m: "@" + m[1].removeprefix("@"), body)
    for user, label in pills:
        if user != me.user_id and label and not label.startswith("@"):
            found = re.search(rf"(?<![\w@]){re.escape(label)}(?!\w)", body)
            body = f"{body[: found.start()]}@{body[found.start() :]}" if found else body
    return body


def _address(body: str, me: Self, *, was_named: bool) -> tuple[bool, str]:
    """Whether the text begins with the command word or the bot's name, and the rest of it."""
    text = body.lstrip()
    if _begins(text, me.prefix):
        return True, _after(text, me.prefix)
    localpart = me.user_id.partition(":")[0]
    calls = {me.user_id, localpart, localpart.removeprefix("@"), *me.names, *(f"@{name}" for name in me.names)}
    for call in sorted(filter(None, calls), key=len, reverse=True):
        if _begins(text, call):
            # Without a mention by the client, "swarm is slow" is about something; "swarm: help" and "@swarm help" call.
            calls_it = was_named or call.startswith("@") or text[len(call) :].lstrip()[:1] in (":", ",")
            return (True, _after(text, call)) if calls_it else (False, body)
    return False, body


def _begins(text: str, word: str) -> bool:
    return bool(word) and text[: len(word)].casefold() == word.casefold() and not _WORD.match(text[len(word) :][:1])


def _after(text: str, word: str) -> str:
    rest = text[len(word) :]
    found = _AFTER_NAME.match(rest)
    return rest[found.end() :] if found else rest
