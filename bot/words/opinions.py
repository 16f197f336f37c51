"""What somebody says about how it went: a word, a number from 1 (poor) to 5 (good), or a face."""

import re
from enum import StrEnum

from bot.words import matching


class Opinion(StrEnum):
    """How it went, in one of three words."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_SAID = {
    Opinion.GOOD: (
        "good, great, fine, excellent, perfect, super, awesome, nice, well, happy, not bad, good job, well done, 4, 5, "
        "gut, prima, toll, klasse, bestens, perfekt, spitze, hervorragend, zufrieden, nicht schlecht, "
        "goed, fijn, geweldig, uitstekend, perfect, tevreden, netjes, top, prima, niet slecht, 🙂, 😀, 😊, 👍, 🎉, ❤"
    ),
    Opinion.FAIR: (
        "fair, all right, alright, ok, okay, so so, average, mediocre, not great, meh, 3, "
        "in ordnung, naja, na ja, geht so, ging so, mittel, mittelmäßig, mittelmaessig, durchwachsen, passt, "
        "redelijk, matig, gaat wel, ging wel, gemiddeld, niet geweldig, 😐, 🤷"
    ),
    Opinion.POOR: (
        "poor, bad, terrible, awful, horrible, slow, not good, unhappy, too slow, 1, 2, "
        "schlecht, mies, schlimm, furchtbar, ungenügend, ungenuegend, unzufrieden, nicht gut, gar nicht gut, "
        "zu langsam, slecht, beroerd, vreselijk, ontevreden, niet goed, te langzaam, 🙁, 😞, 😡, 👎"
    ),
}  # fmt: skip
_MORE = frozenset("very really quite pretty so sehr echt ganz wirklich richtig heel erg zeer best echt thanks danke "
                  "bedankt it was es war het".split())  # fmt: skip


def _key(text: str) -> str:
    words = [word.folded for word in matching.split(text)]
    return " ".join(words) or _SKIN_TONE.sub("", text.strip())


_MEANING = {_key(said): opinion for opinion, all_said in _SAID.items() for said in all_said.split(", ")}


def opinion_of(text: str) -> Opinion | None:
    """Returns what a short text says about how it went; None when it says something else."""
    said = _key(text[:80])
    if said in _MEANING:
        return _MEANING[said]
    words = said.split()
    of_five = len(words) in (2, 3, 4) and words[-1] == "5"  # 4/5, 4 out of 5
    kept = words[:1] if of_five else [word for word in words if word not in _MORE]
    return _MEANING.get(" ".join(kept))
