"""Which language a reader gets: the one asked for in the address, else what their browser prefers."""

from __future__ import annotations

from starlette.requests import Request

from bot.texts import LANGUAGES


def chosen(request: Request) -> str:
    """The language named in the address, or empty."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else ""


def of(request: Request) -> str:
    """The language to answer in."""
    return chosen(request) or preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The best of our languages for an ``Accept-Language`` header (RFC 9110, 12.5.4); English when none fits."""
    best, weight = LANGUAGES[0], 0.0
    for part in header.split(",")[:20]:
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower()[:2]
        quality = _quality(parameters)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
