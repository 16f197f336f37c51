"""Cards of articles."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Action, Actions, Block, Card, Facts, Heading, Note, Paragraph, Quote, Text, Tone, as_plain, plain
from bot.plain import excerpt
from bot.texts import Voice
from knowledge.model import Article, Confidence
from knowledge.search import Found

LONGEST_QUOTE = 100
SHORT = 200


def draft(voice: Voice, article: Article, *, again: bool = False) -> Card:
    """To whoever solved it: the draft, and one tap to publish it; ``again``: what it said before did not hold."""
    ref = article.reference
    first = (
        voice.say("I wrote {ref} anew from what solved it this time, without names. Is it right?", ref=ref)
        if again
        else voice.say(
            "I drafted {ref} from what was reported and what solved it, without names. Is it right?", ref=ref
        )
    )
    shown = f"{ref}|{article.drafted_at.isoformat()}"
    actions = Actions((
        Action("publish", voice.line("Publish"), shown, voice.line("publish {ref}", ref=ref), Tone.PRIMARY),
        Action("discard", voice.line("Discard"), shown, voice.line("discard {ref}", ref=ref)),
    ))  # fmt: skip
    blocks: tuple[Block, ...] = (Paragraph(first), *_body(voice, article), actions)
    return Card(summary=as_plain(first), blocks=blocks, language=voice.language)


def published(voice: Voice, article: Article) -> Card:
    """The draft's card after publishing."""
    first = voice.say("{ref} is published: it now answers the next person.", ref=article.reference)
    return Card(summary=as_plain(first), blocks=(Paragraph(first), *_body(voice, article)), language=voice.language)


def discarded(voice: Voice, article: Article) -> Card:
    """The draft's card after discarding."""
    first = voice.say("{ref} is discarded.", ref=article.reference)
    return Card(summary=as_plain(first), blocks=(Paragraph(first),), language=voice.language)


def whole(voice: Voice, article: Article) -> Card:
    """The article, for whoever asks for it."""
    heading = f"{article.reference} · {article.title}"
    notes = []
    if article.reuses:
        notes.append(Note(voice.plural("It helped once.", "It helped {n} times.", article.reuses)))
    if article.confidence is Confidence.NOT_VALIDATED:
        notes.append(Note(voice.say("This did not help everybody. It is being looked at again.")))
    if article.confidence is Confidence.WIP:
        notes.append(Note(voice.say("This is a draft. It answers nobody until it is published.")))
    blocks = (Heading(heading), *_body(voice, article), *notes)
    return Card(summary=heading, blocks=blocks, language=voice.language)


def results(voice: Voice, what: str, found: Sequence[Found]) -> Card:
    """What a search found, best first."""
    what = excerpt(what, LONGEST_QUOTE)
    if not found:
        nothing = voice.say("I found nothing for “{what}”. Write “report …” and somebody helps.", what=what)
        return Card(summary=as_plain(nothing), blocks=(Paragraph(nothing),), language=voice.language)
    title = voice.line("Found for “{what}”", what=what)
    rows = tuple(
        (f"{one.article.reference} · {one.article.title}", plain(excerpt(one.article.resolution, SHORT)))
        for one in found
    )
    more = Note(voice.say("To read one, write for example “article {ref}”.", ref=found[0].article.reference))
    return Card(summary=title, blocks=(Heading(title), Facts(rows), more), language=voice.language)


def _body(voice: Voice, article: Article) -> tuple[Block, ...]:
    rows: list[tuple[str, Text]] = []
    if article.environment:
        rows.append((voice.line("Where"), plain(article.environment)))
    if article.cause:
        rows.append((voice.line("Cause"), plain(article.cause)))
    blocks: list[Block] = [Paragraph(voice.say("What people see:")), Quote(article.issue)]
    if rows:
        blocks.append(Facts(tuple(rows)))
    blocks += [Paragraph(voice.say("What solves it:")), Quote(article.resolution)]
    return tuple(blocks)
