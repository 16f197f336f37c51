"""What people report during a benchmark: sentences of many kinds, each one a little different."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

_SENTENCES = (
    "The VPN does not connect from {place} since this morning",
    "The printer in {place} is out of paper and shows error {number}",
    "I cannot log in to the webshop, it says error {number}",
    "Outlook crashes every time I open a mail with an attachment from {place}",
    "The heating in {place} does not work, it is very cold at desk {number}",
    "My payslip for last month is missing, can somebody look at case {number}?",
    "Der Drucker in {place} funktioniert nicht, Fehler {number}",
    "Ich komme nicht ins WLAN, im Raum {number} in {place} geht gar nichts",
    "De wifi in {place} doet het niet, kamer {number}",
    "I need access to the shared folder of order {number} in {place}, please",
    "The screen at desk {number} in {place} flickers and turns off",
    "The warehouse scanner {number} in {place} is broken",
)
_PLACES = ("Leipzig", "Utrecht", "London", "the workshop", "the showroom", "building C")


def reports() -> Iterator[str]:
    """Reports without end; no two are the same."""
    for number in itertools.count(101):
        sentence = _SENTENCES[number % len(_SENTENCES)]
        yield sentence.format(place=_PLACES[number % len(_PLACES)], number=number)
