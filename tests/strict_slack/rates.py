"""Slack's rate limits: so many calls a minute for each method and workspace, and a post a second for each channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Literal

PER_MINUTE: dict[str | None, int] = {
    "Tier1": 1,
    "Tier2": 20,
    "Tier3": 50,
    "Tier4": 100,
    "SpecialTier_auth_test": 600,
    "SpecialTier_chat_getPermalink": 600,
    "SpecialTier_chat_postMessage": 300,
    "SpecialTier_assistant_threads_setStatus": 60,
    None: 50,
}
"""Slack promises at least these; it may allow bursts above, so an app that stays below is safe."""

CONNECTIONS_PER_MINUTE = 20
"""apps.connections.open stands in tier 1, yet an app may open ten connections in a row; this much is let through."""

Mode = Literal["off", "realistic"]


@dataclass
class Rates:
    """Counts calls in a sliding minute. ``minute`` may be made shorter to let tests run faster."""

    mode: Mode = "off"
    minute: float = 60.0
    factor: float = 1.0
    posts_per_second: float = 1.0
    burst: int = 5
    overrides: dict[str, int] = field(default_factory=dict)
    most_objects: dict[str, int] = field(default_factory=dict)
    """Of how many things a page of a method is at most, where that is fewer than is documented for every app."""

    def __post_init__(self) -> None:
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._spare: dict[tuple[str, str], tuple[float, float]] = {}

    def refuse(self, method: str, tier: str | None, workspace: str, channel: str, now: float) -> int | None:
        """Seconds to wait when this call comes too early, else None; a refused call is not counted."""
        if self.mode == "off":
            return None
        window = self._calls[workspace, method]
        while window and window[0] <= now - self.minute:
            window.popleft()
        if len(window) >= self._allowed(method, tier):
            return max(1, math.ceil(window[0] + self.minute - now))
        if method == "chat.postMessage" and (wait := self._wait_for_channel(workspace, channel, now)):
            return max(1, math.ceil(wait))
        window.append(now)
        return None

    def _allowed(self, method: str, tier: str | None) -> int:
        if method in self.overrides:
            return self.overrides[method]
        base = CONNECTIONS_PER_MINUTE if method == "apps.connections.open" else PER_MINUTE[tier]
        return max(1, int(base * self.factor))

    def _wait_for_channel(self, workspace: str, channel: str, now: float) -> float | None:
        """A bucket of ``burst`` posts for each channel, refilled by one a second."""
        left, at = self._spare.get((workspace, channel), (float(self.burst), now))
        speed = self.posts_per_second * 60.0 / self.minute
        left = min(float(self.burst), left + (now - at) * speed)
        if left < 1:
            self._spare[workspace, channel] = (left, now)
            return (1 - left) / speed
        self._spare[workspace, channel] = (left - 1, now)
        return None
