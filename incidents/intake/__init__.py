"""Hearing: is this a request, is it one we have already, and whose names must go before others may read it.

Pure functions over texts; no state but remembered analyses.
"""

from incidents.intake.anonymous import anonymise, without_names
from incidents.intake.requests import Kind, Verdict, looks_like_request
from incidents.intake.similar import (
    LIKELY,
    LIKELY_ON_SAME_SERVICE,
    Alike,
    Rarity,
    analyse,
    most_similar,
    rarity,
    similarity,
)

__all__ = [
    "LIKELY",
    "LIKELY_ON_SAME_SERVICE",
    "Alike",
    "Kind",
    "Rarity",
    "Verdict",
    "analyse",
    "anonymise",
    "looks_like_request",
    "most_similar",
    "rarity",
    "similarity",
    "without_names",
]
