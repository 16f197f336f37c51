"""Help: what can be said here and now, with an example to copy."""

from __future__ import annotations

from bot import words
from bot.act import Act
from bot.cards import Card, Facts, Heading, Note
from bot.events import MessagePosted
from bot.texts import phrase
from bot.words import Verb

_MEANS = {
    Verb.REPORT: phrase("Report a problem or a wish"),
    Verb.ME_TOO: phrase("Say that it hits you too"),
    Verb.STATUS: phrase("See how things stand"),
    Verb.SEARCH: phrase("Search what solved it before"),
    Verb.FOLLOW: phrase("Be told when a service is down"),
    Verb.WORKS_AGAIN: phrase("Say that it works again"),
    Verb.NOT_A_REQUEST: phrase("Take a report back"),
    Verb.OUTAGE: phrase("Declare an outage and open a swarm"),
    Verb.UPDATE: phrase("Tell the people affected what is new"),
    Verb.RESOLVE: phrase("Say what solved it"),
    Verb.REOPEN: phrase("Open it again"),
    Verb.HAND_OVER: phrase("Give the lead to somebody"),
    Verb.WHO_CAN_HELP: phrase("Find experts"),
    Verb.JOIN: phrase("Join a swarm"),
    Verb.LEAVE: phrase("Leave a swarm"),
    Verb.ARTICLE: phrase("Read an article"),
    Verb.PUBLISH: phrase("Publish a drafted article"),
    Verb.DISCARD: phrase("Discard a drafted article"),
}

_EVERYWHERE = (Verb.REPORT, Verb.STATUS, Verb.SEARCH, Verb.FOLLOW, Verb.OUTAGE, Verb.WHO_CAN_HELP)
_ABOUT_ONE = (Verb.ME_TOO, Verb.STATUS, Verb.WORKS_AGAIN, Verb.NOT_A_REQUEST, Verb.OUTAGE, Verb.RESOLVE)
_ABOUT_AN_ARTICLE = (Verb.ARTICLE, Verb.PUBLISH, Verb.DISCARD, Verb.SEARCH)
_IN_TRIAGE = (Verb.STATUS, Verb.HAND_OVER, Verb.OUTAGE, Verb.UPDATE, Verb.RESOLVE, Verb.REOPEN, Verb.WHO_CAN_HELP)
_IN_A_SWARM = (Verb.UPDATE, Verb.RESOLVE, Verb.HAND_OVER, Verb.WHO_CAN_HELP, Verb.LEAVE)


def show(act: Act, about: str = "") -> None:
    """Say what works in this room, what fits the incident or article it is ``about``, or else the common things."""
    voice = act.voice
    rows = tuple((_example(verb, voice.language, about), voice.phrase(_MEANS[verb])) for verb in _fitting(act, about))
    title = voice.line("What you can say here")
    note = voice.say(
        "Or react to any message: 🎫 registers it, 🙋 me too, ✅ this answers it, 📌 keep it for the article."
    )
    notes = [Note(note)]
    if isinstance(act.event, MessagePosted) and act.event.direct:
        notes.append(Note(voice.say("In a channel, say my name first, so that I know you mean me.")))
    act.whisper(Card(summary=title, blocks=(Heading(title), Facts(rows), *notes), language=voice.language))


def _example(verb: Verb, language: str, about: str) -> str:
    example = words.example(verb, language)
    known = words.find_reference(example)
    return example.replace(known, about) if known and known[:3] == about[:3] else example


def _fitting(act: Act, about: str) -> tuple[Verb, ...]:
    match act.room.purpose:
        case "triage":
            return _IN_TRIAGE
        case "swarm":
            return _IN_A_SWARM
        case _ if about.startswith("KB-"):
            return _ABOUT_AN_ARTICLE
        case _ if about:
            return _ABOUT_ONE
        case _:
            return _EVERYWHERE
