"""How people stand on a network: there or away, and whether they want not to be disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """One person now, and the next time they want quiet: from ``quiet_from`` until ``quiet_until``, which may both lie
    ahead. Away is only what a network noticed; quiet is what somebody asked for."""

    away: bool = False
    quiet_from: datetime | None = None
    quiet_until: datetime | None = None

    def is_quiet(self, at: datetime) -> bool:
        """Whether they do not want to be disturbed at this moment."""
        return self.quiet_from is not None and self.quiet_until is not None and self.quiet_from <= at < self.quiet_until
