"""Remembers what stored texts mean, so that many aggregates can be read in every act."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 250


class Memory:
    """Reads a text once and then hands out copies: those who get one may change it. Callable from any thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[Any], str], Any] = {}
        self._before: dict[tuple[type[Any], str], Any] = {}

    def recall(self, text: str, shape: type[T], read: Callable[[str, type[T]], T]) -> T:
        """The value of that shape which the text stores, as ``read`` finds it."""
        known = self._known.get((shape, text))
        if known is None:
            known = self._before.get((shape, text)) or read(text, shape)
            self._keep(text, shape, known)
        return copied(known)

    def learn(self, text: str, shape: type[T], value: T) -> None:
        """The text was just made of this value: it need not be read to know what it stores."""
        self._keep(text, shape, copied(value))

    def _keep(self, text: str, shape: type[T], value: T) -> None:
        if len(self._known) >= MOST:  # what is not asked for again until the next time is forgotten
            self._known, self._before = {}, self._known
        self._known[shape, text] = value


def copied(value: T) -> T:
    """A copy that shares only what nobody can change. Frozen dataclasses hold nothing that can be changed."""
    kind: Any = type(value)
    copy: Any = value
    if names := _changeable(kind):
        copy = object.__new__(kind)
        for name in names:
            part = getattr(value, name)
            setattr(copy, name, part if type(part) in _FLAT else copied(part))
    elif kind in (list, set, tuple):
        copy = kind(map(copied, value))  # type: ignore[call-overload]
    elif kind is dict:
        copy = {key: copied(one) for key, one in value.items()}  # type: ignore[attr-defined]
    return copy  # type: ignore[no-any-return]


_FLAT = {str, int, bool, float, NoneType, datetime}


@cache
def _changeable(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass that is not frozen; nothing for any other class."""
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is None or parameters.frozen:
        return ()
    return tuple(field.name for field in dataclasses.fields(kind))
