"""The message catalogues: every sentence said in the code exists in every language.

python scripts/catalogues.py check      # say what is missing, left over, doubtful or differs in placeholders
python scripts/catalogues.py update     # bring the .po files in line with the code, for translators to fill
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
# Of the adapters, those that say something to people in their language.
PACKAGES = (
    *("bot", "incidents", "swarming", "knowledge"),
    *("adapters/local", "adapters/matrix", "adapters/slack", "adapters/text", "adapters/web"),
)
LOCALES = Path("bot/locales")
LANGUAGES = ("de", "nl")
SENTENCES = {
    **dict.fromkeys(("say", "line", "phrase", "gettext", "_")),
    **dict.fromkeys(("plural", "ngettext"), (1, 2)),
}
FILES = [("**.py", "python"), ("**/templates/**.*", "jinja2")]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def main() -> int:
    if sys.argv[1:] == ["update"]:
        for language in LANGUAGES:
            update(language)
        return 0
    findings = [finding for language in LANGUAGES for finding in check(language)]
    for finding in findings:
        print(finding)
    print(f"{len(list(said()))} sentences in {1 + len(LANGUAGES)} languages, {len(findings)} findings")
    return 1 if findings else 0


def said() -> Catalog:
    """The sentences in the code, as English has them."""
    catalogue = Catalog(project="Swarmbridge", copyright_holder="The Swarmbridge authors")
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, method_map=FILES, keywords=SENTENCES)
        for file, line, sentence, comments, context in found:
            place = f"{package}/{file}"
            catalogue.add(sentence, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def file_of(language: str) -> Path:
    return ROOT / LOCALES / language / "LC_MESSAGES" / "swarmbridge.po"


def catalogue_of(language: str) -> Catalog:
    file = file_of(language)
    if not file.exists():
        return Catalog(locale=language, project="Swarmbridge", copyright_holder="The Swarmbridge authors")
    with file.open("rb") as opened:
        return read_po(opened, locale=language, abort_invalid=True)


def check(language: str) -> Iterator[str]:
    place = file_of(language).relative_to(ROOT)
    english, translated = said(), catalogue_of(language)
    for message in english:
        if not message.id:
            continue
        theirs = translated.get(english_of(message), message.context)
        if theirs is None or not all(texts(theirs.string)):
            yield f"{place}: missing: {english_of(message)!r} ({first_place(message)})"
        elif theirs.fuzzy:
            yield f"{place}: doubtful (marked fuzzy): {english_of(message)!r}"
        elif wrong := placeholders_that_differ(theirs):
            yield f"{place}: placeholders differ ({', '.join(sorted(wrong))}): {english_of(message)!r}"
    for message in translated:
        if message.id and english.get(english_of(message), message.context) is None:
            yield f"{place}: left over, nobody says it: {english_of(message)!r}"


def update(language: str) -> None:
    catalogue = catalogue_of(language)
    catalogue.update(said(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    file = file_of(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        # In the order of the English and without line numbers, so that moving code changes nothing here.
        write_po(opened, catalogue, width=120, include_lineno=False, sort_output=True, omit_header=False)


def placeholders_that_differ(message: Message) -> set[str]:
    """In each form the same ones; a plural may leave out the number, which its words can say."""
    wanted = {name for text in texts(message.id) for name in PLACEHOLDER.findall(text)}
    optional = {"n"} if isinstance(message.id, tuple) else set()
    named = [set(PLACEHOLDER.findall(text)) for text in texts(message.string)]
    return {name for names in named for name in names ^ wanted} - optional


def texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))


def english_of(message: Message) -> str:
    return texts(message.id)[0]


def first_place(message: Message) -> str:
    return ":".join(str(part) for part in message.locations[0]) if message.locations else "?"


if __name__ == "__main__":
    sys.exit(main())
