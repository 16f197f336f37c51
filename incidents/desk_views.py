"""Cards and forms for those who work on incidents."""

from __future__ import annotations

from bot.cards import Actions, Block, Card, Facts, Heading, Note, Paragraph, Quote, Text, as_plain, plain
from bot.forms import Field, FieldKind, Form
from bot.texts import Voice
from incidents import wording
from incidents.model import Incident
from incidents.wording import Scene


def triage(voice: Voice, incident: Incident, scene: Scene, *, alone: bool = False) -> Card:
    """The standing card in a team's triage room: what came in, and the likely next steps. What is confidential shows
    its words only to somebody of its audience ``alone``."""
    ref = incident.reference
    heading = wording.headline(incident, scene)
    carried_on = incident.parent is not None or incident.joined_to is not None
    rows: list[tuple[str, Text]] = [(voice.line("State"), plain(wording.state(voice, incident)))]
    if scene.named:
        rows.append((voice.line("Service"), plain(wording.listed(voice, scene.named))))
    if not carried_on:
        rows += [
            (voice.line("Affected"), plain(str(scene.affected))),
            (voice.line("Takes care of it"), wording.leader(voice, incident)),
            *wording.urgent(voice, scene),
        ]
    blocks: list[Block] = [Heading(heading)]
    if alone or not incident.confidential:
        rows.insert(0, (voice.line("Reported by"), plain(incident.opened_by_name)))
        if incident.words not in ("", "" if incident.confidential else incident.title):
            blocks.append(Quote(incident.words))
        rows += wording.files(voice, scene)
    blocks.append(Facts(tuple(rows)))
    if incident.open and incident.parent is not None:
        blocks.append(Actions((wording.something_else(voice, ref),)))
    elif incident.open:
        actions = [wording.take(voice, ref)] if incident.lead is None else []
        actions += [] if incident.outage else [wording.declare(voice, ref)]
        blocks.append(Actions((*actions, wording.resolve(voice, ref))))
    summary = f"{heading} – {wording.state(voice, incident)}"
    return Card(summary=summary, blocks=tuple(blocks), language=voice.language)


def overdue(voice: Voice, incident: Incident, scene: Scene) -> Card:
    """To the lead: people were promised to hear by now."""
    first = voice.plural(
        "{n} person is waiting to hear about {ref}. Even “nothing new yet” helps them.",
        "{n} people are waiting to hear about {ref}. Even “nothing new yet” helps them.",
        scene.affected, ref=wording.reference(incident),
    )  # fmt: skip
    return Card(
        summary=as_plain(first),
        blocks=(Paragraph(first), Actions((wording.update(voice, incident.reference),))),
        language=voice.language,
    )


def still_broken(voice: Voice, incident: Incident, name: str) -> Card:
    """To the lead: somebody says it is not solved."""
    first = voice.say(
        "{name} says it is still broken, so {ref} is open again.", name=name, ref=wording.reference(incident)
    )
    return Card(summary=as_plain(first), blocks=(Paragraph(first),), language=voice.language)


def handed_over(voice: Voice, incident: Incident, scene: Scene, by_name: str) -> Card:
    """To whoever was given the lead: by whom, of what, where, and what they can do now."""
    ref = incident.reference
    first = voice.say("{name} handed {ref} over to you. You take care of it now.",
                      name=by_name, ref=wording.reference(incident))  # fmt: skip
    blocks: list[Block] = [Paragraph(first)]
    if not incident.confidential:
        blocks.append(Quote(incident.title))
    if scene.room:
        blocks.append(Facts(((voice.line("Swarm"), scene.room),)))
    actions = (wording.update(voice, ref), wording.resolve(voice, ref))
    return Card(summary=as_plain(first), blocks=(*blocks, Actions(actions)), language=voice.language)


def told(voice: Voice, people: int) -> Card:
    """To whoever wrote an update or resolved: how many hear of it."""
    first = (
        voice.plural("Done. {n} person is being told.", "Done. {n} people are being told.", people)
        if people
        else voice.say("Done. Nobody else is waiting to hear of it.")
    )
    return Card(summary=as_plain(first), blocks=(Paragraph(first),), language=voice.language)


def declared(voice: Voice, incident: Incident, children: int) -> Card:
    """To whoever declared an outage: what follows from it."""
    first = voice.say("{ref} is declared an outage.", ref=wording.reference(incident))
    second = voice.say("A room is being opened and the experts are asked in. Write “update {ref} …” there to tell the "
                       "people affected what is new.", ref=incident.reference)  # fmt: skip
    blocks: list[Block] = [Paragraph(first), Paragraph(second)]
    if children:
        blocks.append(
            Paragraph(
                voice.plural(
                    "{n} open report is the same and was added.",
                    "{n} open reports are the same and were added.",
                    children,
                )
            )
        )
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def resolve_form(voice: Voice, incident: Incident) -> Form:
    """What solved it? The answer goes to the people affected and into the article."""
    return Form(
        id="resolve",
        title=voice.line("Resolve {ref}", ref=incident.reference),
        fields=(
            Field(
                id="solution", label=voice.line("What solved it?"), kind=FieldKind.LONG, max_length=2500,
                hint=voice.line("The people affected read this, and it helps the next person."),
            ),
            Field(
                id="cause", label=voice.line("What was the cause?"), kind=FieldKind.LONG, required=False,
                max_length=2500, hint=voice.line("Only if it is known. It goes into the article."),
            ),
        ),
        submit=voice.line("Resolve"),
        cancel=voice.line("Cancel"),
        context=incident.reference,
        language=voice.language,
    )  # fmt: skip


def update_form(voice: Voice, incident: Incident, minutes: int) -> Form:
    """What shall the affected be told, and when do they hear again?"""
    return Form(
        id="update",
        title=voice.line("Update {ref}", ref=incident.reference),
        fields=(
            Field(id="text", label=voice.line("What should people know?"), kind=FieldKind.LONG, max_length=2500),
            Field(
                id="next", label=voice.line("Next update in how many minutes?"), required=False, max_length=10,
                initial=str(minutes),
            ),
        ),
        submit=voice.line("Tell them"),
        cancel=voice.line("Cancel"),
        context=incident.reference,
        language=voice.language,
    )  # fmt: skip


def note(voice: Voice, sentence: Text, small: Text = ()) -> Card:
    """One sentence, perhaps with small print."""
    blocks: tuple[Block, ...] = (Paragraph(sentence), Note(small)) if small else (Paragraph(sentence),)
    return Card(summary=as_plain(sentence), blocks=blocks, language=voice.language)
