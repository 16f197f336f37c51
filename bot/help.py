"""Help: what can be said here and now, with an example to copy."""

from __future__ import annotations

from bot import words
from bot.act import Act
from bot.cards import Card, Facts, Heading, Note
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb

router = Router()

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


@router.command(Verb.HELP)
def help_here(act: Act, _command: Command) -> None:
    """``help``: what works in this room, what fits this thread, or else the common things."""
    voice = act.voice
    rows = tuple((words.example(verb, voice.language), voice.phrase(_MEANS[verb])) for verb in _fitting(act))
    title = voice.line("What you can say here")
    note = voice.say(
        "Or react to any message: 🎫 registers it, 🙋 me too, ✅ this answers it, 📌 keep it for the article."
    )
    act.whisper(Card(summary=title, blocks=(Heading(title), Facts(rows), Note(note)), language=voice.language))


def _fitting(act: Act) -> tuple[Verb, ...]:
    about = act.work.about(act.thread.message) if act.thread is not None else ""
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
