"""What of a person stands in something that is stored, and the same without it. Pure functions over values."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.refs import Platform
from incidents.intake import without_names

GONE = "…"
SHORTEST = 12
"""Shorter texts of somebody are what anybody could have written."""
_NAMED = re.compile(r"(?:^|_)name$")
_OWN_WORDS = ("text", "words", "title", "values", "answers", "files")


class Traces:
    """The ids (of the person and of their accounts, as ``slack:U1``) and names that somebody is known by, and the texts
    they wrote, which cards repeat."""

    def __init__(self, ids: Collection[str], names: Collection[str], nobody: str, texts: Collection[str] = ()) -> None:
        self.ids = frozenset(ids)
        self.names = frozenset(name for name in names if name.strip() and name != GONE)
        self._instead = _nobodies(self.ids, nobody)
        accounts = [one.split(":", 1) for one in sorted(self.ids, key=len, reverse=True) if ":" in one]
        instead = {id_: self._instead[f"{network}:{id_}"].partition(":")[2] for network, id_ in accounts}
        self._accounts = [(_after(f"{network}:", id_), instead[id_]) for network, id_ in accounts]
        # Of several workspaces each names its people without itself: "slack:T024/home:U024BE7LH".
        inside = [id_.split("/", 1) for network, id_ in accounts if network == Platform.SLACK and "/" in id_]
        self._accounts += [
            (_after(f"slack:{before}/", id_), instead[f"{before}/{id_}"]) for before, id_ in inside
        ]  # fmt: skip
        # What can be no word of a language: "U024BE7LH", "@anna:example.org"; but not "anna".
        handles = [id_ for _, id_ in accounts if not id_.isalpha()]
        self._handles = re.compile(
            "|".join(
                [
                    *(rf"<@{re.escape(one)}>|(?<![\w@]){re.escape(one)}(?!\w)" for one in handles),
                    *(rf"<@{re.escape(one)}>|(?<![\w@/]){re.escape(one)}(?!\w)" for _, one in inside),
                ]
            )
            or r"(?!)"
        )

        whole = sorted({text for text in texts if len(text) >= SHORTEST}, key=len, reverse=True)
        self._texts = re.compile("|".join(map(re.escape, whole)) or r"(?!)")

    def without(self, value: Any) -> Any:
        """A value made of dictionaries, lists and texts, without them.

        What they said themselves is blanked; what others said keeps all but their name. Updates stay: everybody was
        told.
        """
        if isinstance(value, dict):
            return self._record(value)
        if isinstance(value, list):
            if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict):
                return [value[0], self.without(value[1])]  # the class of a value, and the value
            return [self.without(one) for one in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """A text without their ids and names."""
        if text in self.ids:
            return self._instead[text]
        if text in self.names:
            return GONE
        text = self._texts.sub(GONE, text)
        for account, nobody in self._accounts:
            text = account.sub(rf"\g<1>{nobody}", text)
        text = self._handles.sub(GONE, text)
        return without_names(text, self.names) if self._may_be_prose(text) else text

    def json(self, text: str) -> str:
        """The same for a text in JSON; what is none is taken as it stands."""
        try:
            read = json.loads(text)
        except ValueError:
            return self.text(text)
        new = self.without(read)
        return text if new == read else json.dumps(new, separators=(",", ":"))

    def are_of(self, account: object) -> bool:
        """Whether this is an id of theirs."""
        return isinstance(account, str) and account in self.ids

    def _record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        own = any(self.are_of(record.get(key)) for key in ("author", "opened_by", "asked")) or (
            "author" not in record and self.are_of(record.get("by"))
        )
        new = {}
        for key, value in record.items():
            if own and key in _OWN_WORDS:
                new[key] = _blank(value)
            elif key == "updates" and isinstance(value, list):
                new[key] = [self._told(one) for one in value]
            elif _NAMED.search(key) and isinstance(value, str):
                new[key] = GONE if value in self.names else value  # somebody else's name may share a part with theirs
            else:
                new[key] = self.without(value)
        return new

    def _told(self, update: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._record(update), "text": self.text(str(update.get("text", "")))}

    def _may_be_prose(self, text: str) -> bool:
        """Names are looked for where people write, and not in the short words that programs write."""
        return " " in text.strip() or any(text.strip(".,!?") == part for name in self.names for part in name.split())


def _after(beginning: str, id_: str) -> re.Pattern[str]:
    """An id somewhere in what begins with the name of its network."""
    return re.compile(rf"(\b{re.escape(beginning)}[^\s\"]*?)(?<![A-Za-z0-9_]){re.escape(id_)}(?![A-Za-z0-9_])")


def _nobodies(ids: Collection[str], nobody: str) -> dict[str, str]:
    """What stands in place of each id. Several accounts of one network stay several: rows are told apart by them."""
    networks = [one.partition(":")[0] if ":" in one else "" for one in sorted(ids)]
    numbers = [networks[:place].count(network) for place, network in enumerate(networks)]
    return {
        one: ":".join(filter(None, (network, f"{nobody}-{number}" if number else nobody)))
        for one, network, number in zip(sorted(ids), networks, numbers, strict=True)
    }


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(value, "")
    if isinstance(value, list):
        return []
    return "" if isinstance(value, str) else value


def names_in(value: Any, ids: Collection[str]) -> set[str]:
    """The names that stand beside these ids: in chat somebody may be called otherwise than in the catalogue."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, one in value.items():
            found |= names_in(one, ids)
            if isinstance(one, str) and one in ids:
                beside = ("name", "by_name") if key in ("person", "account", "by") else (f"{key}_name",)
                found |= {str(value[name]) for name in beside if value.get(name)}
    elif isinstance(value, list):
        for one in value:
            found |= names_in(one, ids)
    return found
