"""Cards for those who report and those who are affected: plain words, nothing internal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.cards import (
    Action,
    Actions,
    Block,
    Card,
    Facts,
    Heading,
    Note,
    Paragraph,
    Quote,
    Text,
    Tone,
    as_plain,
    plain,
)
from bot.texts import Voice
from incidents import wording
from incidents.model import Incident, State, Update
from incidents.ports import Suggestion
from incidents.wording import Scene


def receipt(
    voice: Voice,
    incident: Incident,
    scene: Scene,
    *,
    suggestion: Suggestion | None = None,
    same: Incident | None = None,
    alone: bool = False,
    apart: bool = False,
) -> Card:
    """The one reply to a report: reference, service, what happens next, and what can be done about it. ``alone``: only
    the reporter sees it, so nobody can say “me too” to it; ``apart``: what follows is told them directly, not here."""
    if incident.state is not State.OPEN:
        return _settled_receipt(voice, incident, scene)
    first = (
        voice.say("{ref} is registered for {service}.", ref=wording.reference(incident), service=scene.service)
        if scene.service
        else voice.say("{ref} is registered.", ref=wording.reference(incident))
    )
    next_step = _who_knows(voice, scene) if apart else _next_step(voice, incident, scene)
    first += plain(" ") + next_step if next_step else ()
    blocks: list[Block] = [Paragraph(first)]
    if scene.named:
        names = wording.listed(voice, scene.named)
        blocks.append(Note(voice.say("It may be about {services}; whoever takes care of it decides.", services=names)))
    if scene.affected > 1:
        blocks.append(Paragraph(wording.affected(voice, scene.affected)))
    if suggestion is not None:
        blocks += _suggested(voice, suggestion)
    if same is not None:
        blocks.append(Paragraph(_looks_like(voice, same)))
    blocks += _expected(voice, incident, scene)
    if actions := tuple(_receipt_actions(voice, incident, suggestion, same, alone=alone)):
        blocks.append(Actions(actions))
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def _receipt_actions(
    voice: Voice, incident: Incident, suggestion: Suggestion | None, same: Incident | None, *, alone: bool
) -> Iterator[Action]:
    ref = incident.reference
    if suggestion is not None:
        yield Action(
            "solved_it", voice.line("Solved it"), f"{ref}|{suggestion.reference}",
            voice.line("solved it {ref}", ref=suggestion.reference), Tone.PRIMARY,
        )  # fmt: skip
    if same is not None or not alone:
        yield wording.me_too(voice, same.reference if same else ref)
    if incident.parent is not None:
        yield wording.something_else(voice, ref)
    if not incident.outage:
        yield wording.not_a_request(voice, ref)


def _expected(voice: Voice, incident: Incident, scene: Scene) -> tuple[Block, ...]:
    """What was agreed; an outage tells when there is news instead."""
    expected = () if incident.outage or incident.parent is not None else wording.expectation(voice, scene)
    return (Note(expected),) if expected else ()


def _settled_receipt(voice: Voice, incident: Incident, scene: Scene) -> Card:
    ref = wording.reference(incident)
    actions: tuple[Action, ...] = ()
    match incident.state:
        case State.DISMISSED:
            sentence = voice.say("{ref} is withdrawn: not a request.", ref=ref)
            actions = (wording.undo(voice, incident.reference),)
        case State.JOINED:
            sentence = voice.say(
                "{ref} is now part of {other}. You will hear here how it goes.",
                ref=ref, other=f"INC-{incident.joined_to}",
            )  # fmt: skip
        case _ if incident.article:
            sentence = voice.say("{ref} is closed: {article} solved it.", ref=ref, article=incident.article)
        case _:
            sentence = voice.say("{ref} is resolved.", ref=ref)
    blocks: tuple[Block, ...] = (Paragraph(sentence), *((Actions(actions),) if actions else ()))
    return Card(summary=as_plain(sentence), blocks=blocks, language=voice.language)


def _next_step(voice: Voice, incident: Incident, scene: Scene) -> Text:
    """What happens next; of an outage the message below the receipt tells that."""
    if incident.outage:
        return ()
    if incident.parent is not None:
        return voice.say("It is part of {ref}.", ref=f"INC-{incident.parent}")
    if incident.lead_name:
        return voice.say("{name} takes care of it and answers here.", name=incident.lead_name)
    if scene.team and scene.opens_at is not None:
        return voice.say(
            "{team} is back from {time} and answers here then.", team=scene.team, time=voice.time(scene.opens_at)
        )
    if scene.team:
        return voice.say("{team} has been told and answers here.", team=scene.team)
    return voice.say("Somebody who can help has been told and answers here.")


def _who_knows(voice: Voice, scene: Scene) -> Text:
    """What happens next with something that was not said in a conversation of its own."""
    if scene.team and scene.opens_at is not None:
        time = voice.time(scene.opens_at)
        return voice.say(
            "{team} is back from {time}. I will write to you when there is news.", team=scene.team, time=time
        )
    if scene.team:
        return voice.say("{team} has been told. I will write to you when there is news.", team=scene.team)
    return voice.say("Somebody who can help has been told. I will write to you when there is news.")


def _suggested(voice: Voice, suggestion: Suggestion) -> list[Block]:
    return [
        Paragraph(
            voice.say("This may help right away – {ref}: {title}", ref=suggestion.reference, title=suggestion.title)
        ),
        Quote(suggestion.resolution),
        Note(voice.say("Why this suggestion: {why}.", why=suggestion.why)),
    ]


def _looks_like(voice: Voice, same: Incident) -> Text:
    return voice.plural(
        "It looks like {ref}, “{title}”, which one other person has. If it is the same, tap “Me too”.",
        "It looks like {ref}, “{title}”, which {n} other people have. If it is the same, tap “Me too”.",
        same.people,
        ref=wording.reference(same),
        title=same.title,
    )


def outage_told(voice: Voice, incident: Incident, scene: Scene) -> Card:
    """To the affected: others have it too, somebody works on it, and when they hear again."""
    what = scene.service or incident.title
    ref = wording.reference(incident)
    first = (
        voice.say(
            "{ref} is an outage: {what}. Several people are affected, and it is being worked on.", ref=ref, what=what
        )
        if scene.affected > 1
        else voice.say("{ref} is an outage: {what}. It is being worked on.", ref=ref, what=what)
    )
    blocks: list[Block] = [Paragraph(first)]
    if incident.next_update_at is not None:
        blocks.append(
            Paragraph(
                voice.say("You will hear more here by {time} at the latest.", time=voice.time(incident.next_update_at))
            )
        )
    return Card(summary=as_plain(first), blocks=(*blocks, *wording.page(voice, scene)), language=voice.language)


def update_told(voice: Voice, incident: Incident, update: Update, scene: Scene, *, alone: bool = False) -> Card:
    """To the affected: an update, in the words of who wrote it. ``alone``: told outside the thread of the report."""
    first = voice.say("News about {ref}:", ref=_about(incident, scene, alone=alone))
    blocks: list[Block] = [Paragraph(first), Quote(update.text)]
    if update.next_at is not None:
        blocks.append(Note(voice.say("Next update by {time}.", time=voice.time(update.next_at))))
    summary = f"{as_plain(first)} {update.text}"
    return Card(summary=summary, blocks=(*blocks, *wording.page(voice, scene)), language=voice.language)


def resolved_told(
    voice: Voice, incident: Incident, scene: Scene, *, follows: bool = False, alone: bool = False
) -> Card:
    """To the affected: it should work again; does it? Only whoever says so is asked how it went."""
    ref = incident.reference
    first = voice.say("{ref} should be solved.", ref=_about(incident, scene, alone=alone))
    blocks: list[Block] = [Paragraph(first)]
    if incident.solution:
        blocks.append(Quote(incident.solution))
    if follows:
        return Card(summary=as_plain(first), blocks=(*blocks, *wording.page(voice, scene)), language=voice.language)
    blocks.append(Paragraph(voice.say("Does it work for you again?")))
    blocks.append(Actions((wording.works_again(voice, ref), wording.still_broken(voice, ref))))
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def asked_too_early(voice: Voice, incident: Incident, scene: Scene, *, alone: bool = False) -> Card:
    """What is left of asking whether it works again once it is open again: nothing to tap."""
    first = voice.say("{ref} was thought to be solved.", ref=_about(incident, scene, alone=alone))
    return Card(summary=as_plain(first), blocks=(Paragraph(first),), language=voice.language)


def good_to_hear(voice: Voice, incident: Incident, *, rated: bool) -> Card:
    """To somebody for whom it works again; reporters who have not ``rated`` it yet are asked how it went."""
    first = voice.say("Good to hear, thank you.")
    if rated:
        return Card(summary=as_plain(first), blocks=(Paragraph(first),), language=voice.language)
    asked = first + plain(" ") + voice.say("How did it go for you?")
    actions = Actions(wording.ratings(voice, incident.reference))
    return Card(summary=as_plain(asked), blocks=(Paragraph(asked), actions), language=voice.language)


def how_was_it(voice: Voice, incident: Incident, scene: Scene, *, alone: bool = False) -> Card:
    """To a reporter who has said nothing since it was solved: how did it go?"""
    asked = voice.say("{ref} was solved, and nobody has said otherwise. How did it go for you?",
                      ref=_about(incident, scene, alone=alone))  # fmt: skip
    actions = Actions(wording.ratings(voice, incident.reference))
    return Card(summary=as_plain(asked), blocks=(Paragraph(asked), actions), language=voice.language)


def reopened_told(voice: Voice, incident: Incident, scene: Scene, *, alone: bool = False) -> Card:
    """To the affected: it is being worked on again."""
    first = voice.say("{ref} is open again: it is not solved for everybody yet.",
                      ref=_about(incident, scene, alone=alone))  # fmt: skip
    blocks = (Paragraph(first), *wording.page(voice, scene))
    return Card(summary=as_plain(first), blocks=blocks, language=voice.language)


def announcement(voice: Voice, incident: Incident, scene: Scene) -> Card:
    """The standing card in announcement rooms, edited as the state changes."""
    icon = "✅" if incident.state is State.RESOLVED else "⚠️"
    heading = f"{icon} {wording.headline(incident, scene)}"
    rows: list[tuple[str, Text]] = [
        (voice.line("State"), plain(wording.state(voice, incident))),
        (voice.line("Affected"), plain(str(scene.affected))),
        (voice.line("Since"), plain(voice.time(incident.declared_at or incident.opened_at))),
    ]
    if incident.open and incident.next_update_at is not None:
        rows.append((voice.line("Next update"), plain(voice.time(incident.next_update_at))))
    if incident.resolved_at is not None:
        rows.append((voice.line("Resolved"), plain(voice.time(incident.resolved_at))))
    blocks: list[Block] = [Heading(heading), Facts(tuple(rows))]
    blocks += _newest(incident)
    if incident.open:
        blocks.append(Actions((wording.me_too(voice, incident.reference),)))
    summary = f"{heading} – {wording.state(voice, incident)}"
    return Card(summary=summary, blocks=(*blocks, *wording.page(voice, scene)), language=voice.language)


def preview(voice: Voice, incident: Incident, scene: Scene) -> Card:
    """Below the address of its page: what everybody may read, and nothing to tap."""
    told = announcement(voice, incident, scene)
    return replace(told, blocks=tuple(block for block in told.blocks if not isinstance(block, Actions | Note)))


def status(voice: Voice, incident: Incident, scene: Scene) -> Card:
    """How an incident stands, for whoever asks."""
    rows: list[tuple[str, Text]] = [
        (voice.line("State"), plain(wording.state(voice, incident))),
        (voice.line("Affected"), plain(str(scene.affected))),
        (voice.line("Since"), plain(voice.time(incident.opened_at))),
    ]
    if incident.lead_name:
        rows.append((voice.line("Takes care of it"), plain(incident.lead_name)))
    if incident.open and incident.next_update_at is not None:
        rows.append((voice.line("Next update"), plain(voice.time(incident.next_update_at))))
    if scene.room and incident.open:
        rows.append((voice.line("Swarm"), scene.room))
    rows += [] if incident.confidential else wording.files(voice, scene)
    heading = wording.headline(incident, scene)
    blocks: list[Block] = [Heading(heading), Facts(tuple(rows)), *_newest(incident)]
    blocks += _expected(voice, incident, scene)
    if incident.open:
        blocks.append(Actions((wording.me_too(voice, incident.reference),)))
    summary = f"{heading} – {wording.state(voice, incident)}"
    return Card(summary=summary, blocks=(*blocks, *wording.page(voice, scene)), language=voice.language)


def my_incidents(
    voice: Voice,
    working: list[tuple[Incident, Scene]],
    mine: list[tuple[Incident, Scene]],
    outages: list[tuple[Incident, Scene]],
) -> Card:
    """What the asker takes care of or helps with, what affects them, and what is down for others."""
    blocks: list[Block] = []
    titles = voice.line("You work on"), voice.line("Yours"), voice.line("Outages")
    for title, some in zip(titles, (working, mine, outages), strict=True):
        if some:
            blocks.append(Heading(title))
            rows = tuple((wording.headline(i, s), wording.standing(voice, i, s)) for i, s in some)
            blocks.append(Facts(rows))
    if not blocks:
        nothing = voice.say("Nothing is open for you, and no outage is known.")
        return Card(summary=as_plain(nothing), blocks=(Paragraph(nothing),), language=voice.language)
    return Card(summary=voice.line("How things stand"), blocks=tuple(blocks), language=voice.language)


def _about(incident: Incident, scene: Scene, *, alone: bool) -> Text:
    return wording.named(incident, scene) if alone else wording.reference(incident)


def _newest(incident: Incident) -> list[Block]:
    """What was said last: what solved it, else the newest update."""
    if incident.state is State.RESOLVED and incident.solution:
        return [Quote(incident.solution)]
    return [Quote(incident.latest.text)] if incident.latest is not None else []
