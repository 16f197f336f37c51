"""The small organisation of the journeys, on whichever network: its catalogue as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PEOPLE = ("tom", "lena", "nils", "mehmet", "piet", "femke")
"""Tom and Lena report, Nils looks on, Mehmet and Piet are on duty for the network, Femke follows the VPN."""

ROOMS = ("help", "triage", "news")


def write(path: Path, platform: str, accounts: Mapping[str, str], rooms: Mapping[str, str], language: str) -> Path:
    """Write the catalogue for people and rooms of one network, everybody speaking one language."""
    purposes = {"help": "support", "triage": "triage", "news": "announcements"}
    catalogue: dict[str, Any] = {
        "organisation": {"name": "Journey", "timezone": "Europe/Berlin", "language": language},
        "teams": [{"id": "network", "name": "Network", "members": ["mehmet", "piet"], "on_duty": ["mehmet", "piet"]}],
        "people": [
            {
                "id": name, "name": f"{name.title()} Tester", "language": language, "timezone": "Europe/Berlin",
                "accounts": {platform: accounts[name]},
            }
            for name in PEOPLE
        ],
        "services": [
            {"id": "vpn", "name": "VPN", "team": "network", "keywords": ["vpn"], "followers": ["femke"]},
        ],
        "channels": [
            {"id": room, "purpose": purposes[room], platform: rooms[room], "language": language} for room in ROOMS
        ],
    }  # fmt: skip
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8")
    return path
