"""What the bot's home shows about incidents: cards that belong under one another."""

from __future__ import annotations

from collections.abc import Sequence

from bot import words
from bot.cards import Action, Actions, Block, Card, Facts, Heading, Note, Paragraph, Text, Tone
from bot.texts import Voice
from bot.words import Verb
from incidents import wording
from incidents.catalogue.records import Service
from incidents.model import Incident, State
from incidents.wording import Scene

Seen = Sequence[tuple[Incident, Scene]]

REPORT = "start_report"
FOLLOW, UNFOLLOW = "follow", "unfollow"
_MOST_SERVICES = 12


def welcome(voice: Voice) -> Card:
    """What can be done here."""
    typed = words.example(Verb.REPORT, voice.language)
    report = Action(REPORT, voice.line("Report a problem"), "", voice.line("report …"), Tone.PRIMARY)
    note = voice.say("Or write to me: “{example}”, “help”.", example=typed)
    title = voice.line("What does not work, or what do you need?")
    return Card(summary=title, blocks=(Heading(title), Actions((report,)), Note(note)), language=voice.language)


def reported(voice: Voice, mine: Seen) -> Card:
    """The person's own reports."""
    title = voice.line("Your reports")
    if not mine:
        return _card(voice, title, Paragraph(voice.say("You have no open report.")))
    return _card(voice, title, *(_one(voice, incident, scene, mine=True) for incident, scene in mine))


def affecting(voice: Voice, joined: Seen, outages: Seen) -> Card:
    """What hits the person beside their reports, and what is down for others."""
    title = voice.line("What affects you")
    if not joined and not outages:
        return _card(voice, title, Paragraph(voice.say("No outage is known.")))
    ones = [_one(voice, incident, scene, mine=True) for incident, scene in joined]
    return _card(voice, title, *ones, *(_one(voice, incident, scene, mine=False) for incident, scene in outages))


def services(voice: Voice, followed: Sequence[Service], others: Sequence[Service]) -> Card:
    """The services the person follows, and those they could."""
    title = voice.line("Services you follow")
    blocks: list[Block] = []
    if followed:
        blocks.append(Actions(tuple(_unfollow(voice, service) for service in followed[:_MOST_SERVICES])))
    else:
        blocks.append(Paragraph(voice.say("None yet. Whoever follows a service is told directly when it is down.")))
    if others:
        blocks.append(Actions(tuple(_follow(voice, service) for service in others[:_MOST_SERVICES])))
    if max(len(followed), len(others)) > _MOST_SERVICES:
        blocks.append(Note(voice.say("There are more services. Write “follow” to see all.")))
    return _card(voice, title, *blocks)


def board(voice: Voice, open_: Seen) -> Card:
    """What is open where the person can help."""
    title = voice.line("Open now, for you and your teams")
    if not open_:
        return _card(voice, title, Paragraph(voice.say("Nothing is open.")))
    rows: list[tuple[str, Text]] = [
        (wording.headline(one, scene), wording.standing(voice, one, scene)) for one, scene in open_
    ]
    return _card(voice, title, Facts(tuple(rows)))


def _card(voice: Voice, title: str, *blocks: Block | tuple[Block, ...]) -> Card:
    flat: list[Block] = [Heading(title)]
    for block in blocks:
        flat += block if isinstance(block, tuple) else (block,)
    return Card(summary=title, blocks=tuple(flat), language=voice.language)


def _one(voice: Voice, incident: Incident, scene: Scene, *, mine: bool) -> tuple[Block, ...]:
    row = Facts(((wording.headline(incident, scene), wording.standing(voice, incident, scene)),))
    ref = incident.reference
    if incident.state is State.RESOLVED:
        actions: tuple[Action, ...] = (wording.works_again(voice, ref), wording.still_broken(voice, ref))
    else:
        actions = () if mine else (wording.me_too(voice, ref),)
    return (row, Actions(actions)) if actions else (row,)


def _follow(voice: Voice, service: Service) -> Action:
    name = service.name(voice.language)
    return Action(FOLLOW, voice.line("Follow {service}", service=name), service.id,
                  voice.line("follow {service}", service=name))  # fmt: skip


def _unfollow(voice: Voice, service: Service) -> Action:
    name = service.name(voice.language)
    return Action(UNFOLLOW, voice.line("Unfollow {service}", service=name), service.id,
                  voice.line("unfollow {service}", service=name))  # fmt: skip
