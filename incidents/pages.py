"""Addresses of our own public pages, as people write them into messages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.uow import Work
from incidents.ports import Settings

_REFERENCE = re.compile(r"[A-Za-z]+-\d+")


def named_by(work: Work, address: str, folder: str) -> str:
    """The reference (``INC-42``) that the address of a page in this folder ends in; empty for any other address."""
    base = work.get(Settings).public_url
    try:
        ours, theirs = urlsplit(base), urlsplit(address)
    except ValueError:
        return ""
    within, _, reference = theirs.path.rstrip("/").rpartition("/")
    same = ours.netloc.lower() == theirs.netloc.lower() and within == f"{ours.path}/{folder}"
    return reference if base and same and _REFERENCE.fullmatch(reference) else ""
