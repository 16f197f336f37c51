"""Walking along what depends on what; circles are walked once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def reachable(start: Node, following: Callable[[Node], Iterable[Node]]) -> tuple[Node, ...]:
    """All that can be reached from `start`, the nearest first, without `start` itself."""
    seen: dict[Node, None] = {start: None}
    waiting = deque([start])
    while waiting:
        for node in following(waiting.popleft()):
            if node not in seen:
                seen[node] = None
                waiting.append(node)
    return tuple(seen)[1:]


def turned_round(arrows: Mapping[Node, Iterable[Node]]) -> dict[Node, tuple[Node, ...]]:
    """The same arrows seen from their heads."""
    tails: dict[Node, list[Node]] = {}
    for tail, heads in arrows.items():
        for head in heads:
            tails.setdefault(head, []).append(tail)
    return {head: tuple(found) for head, found in tails.items()}
