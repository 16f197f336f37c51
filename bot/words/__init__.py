"""What people type to the bot and what their reactions mean, in English, German and Dutch.

``parse`` turns what was typed after the bot's name into a ``Command``, ``parse_plainly_meant`` what was said to nobody;
``parse_update`` finds the time of the next update in a text; ``parse_fields`` reads ``key=value``; ``reaction_of``
reads an emoji, ``opinion_of`` a rating; ``example`` says how to say it.
"""

from bot.words.fields import parse_fields
from bot.words.opinions import Opinion, opinion_of
from bot.words.parse import Command, Unknown, parse, parse_plainly_meant
from bot.words.phrases import LANGUAGES, Verb, example
from bot.words.reactions import Reaction, digit_of, emoji_for, names_of, reaction_of
from bot.words.references import find as find_reference
from bot.words.update import Update, parse_update

__all__ = [
    "LANGUAGES",
    "Command",
    "Opinion",
    "Reaction",
    "Unknown",
    "Update",
    "Verb",
    "digit_of",
    "emoji_for",
    "example",
    "find_reference",
    "names_of",
    "opinion_of",
    "parse",
    "parse_fields",
    "parse_plainly_meant",
    "parse_update",
    "reaction_of",
]
