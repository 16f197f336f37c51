"""Builds adapters/text/language.tsv: what py3langid (BSD-3-Clause) knows of English, German and Dutch.

    python scripts/build_language_table.py adapters/text/language.tsv      # needs `pip install py3langid`

py3langid's own model knows some 140 languages and takes 95 MB and a second to load. Of its byte sequences this keeps
those that are small letters, spaces or apostrophes, and of those the ones that part the three languages best.
"""

import math
import sys
from collections import deque
from pathlib import Path

from py3langid import langid

LANGUAGES = ("en", "de", "nl")
KEPT = 12_000
STEP = 8  # weights are stored in eighths


def sequences(model: langid.LanguageIdentifier) -> dict[bytes, int]:
    """Every byte sequence the model's automaton ends on, with its feature number: the shortest way to each state."""
    names = {0: b""}
    waiting = deque([0])
    while waiting:
        state = waiting.popleft()
        for byte in range(256):
            following = int(model.tk_nextmove[model._rowbase[state] + byte])
            if following not in names:
                names[following] = names[state] + bytes([byte])
                waiting.append(following)
    return {name: int(model.tk_output[state]) for state, name in names.items() if model.tk_output[state] >= 0}


def readable(sequence: bytes) -> str | None:
    """The sequence as text if our tokens can hold it."""
    try:
        text = sequence.decode("utf-8")
    except UnicodeDecodeError:
        return None
    fits = text == text.lower() and all(letter.isalpha() or letter in " '" for letter in text) and "  " not in text
    return text if fits and text.strip() else None


def main(target: Path) -> None:
    """Writes the table."""
    model = langid._load_identifier()
    columns = [model.nb_classes.index(language) for language in LANGUAGES]
    rows = []
    for sequence, feature in sequences(model).items():
        text = readable(sequence)
        if text is None:
            continue
        weights = [float(model.nb_ptc[feature][column]) for column in columns]
        use = (max(weights) - min(weights)) * math.exp(max(weights) / 2)
        rows.append((use, text, [round((weight - max(weights)) * STEP) for weight in weights]))
    kept = sorted((text, weights) for use, text, weights in sorted(rows, reverse=True)[:KEPT] if any(weights))
    lines = ["\t".join([text.replace(" ", "_"), *map(str, weights)]) for text, weights in kept]
    head = [
        "# From the model of py3langid, Copyright (c) 2021 Adrien Barbaresi, (c) 2011 Marco Lui: see language.LICENSE.",
        "# Made by scripts/build_language_table.py: letters (_ is a space) and their weight for en, de, nl in eighths.",
    ]
    target.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
