"""What people say to the bot about knowledge: searching, reading, publishing, and that an article solved it."""

from __future__ import annotations

from bot import words
from bot.act import Act
from bot.cards import Card
from bot.errors import Rejected
from bot.events import ActionTaken, MessagePosted
from bot.intents import Edit
from bot.plain import excerpt, is_blank
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access, boards, pages, steering
from incidents.conversation import which
from incidents.model import Incident, parse_reference
from incidents.ports import Incidents
from knowledge import access as knowledge_access
from knowledge import model, search, service, views
from knowledge.model import Article, Confidence
from knowledge.ports import Articles

router = Router()

LONGEST_QUOTE = 60
"""So much of what somebody typed is said back to them."""


@router.command(Verb.SEARCH)
def look_up(act: Act, command: Command) -> None:
    """``search …``."""
    if is_blank(command.rest):
        raise Rejected(phrase("What are you looking for? Write for example “search VPN does not connect”."))
    found = search.search(act.work, command.rest, act.person)
    alone = any(knowledge_access.confidential(act.work, one.article) for one in found)
    act.answer(views.results(act.voice, command.rest, found), alone=alone)


@router.command(Verb.ARTICLE)
def read(act: Act, command: Command) -> None:
    """``article KB-n``; ``article INC-n``, or ``article`` where that incident is spoken of: what came of it."""
    reference = command.reference or command.rest
    number = parse_reference(reference)
    incident = _incident(act, reference) if number is not None else which.here(act) if is_blank(reference) else None
    if incident is not None and access.may_see(act.work, incident, act.person.id):
        article = _of_incident(act, which.carried_on(act, incident))
    elif is_blank(reference):
        raise Rejected(phrase("Which article? Write for example “article KB-7”, or “search …” to find one."))
    else:
        article = _named(act, reference)
    mine = not article.published and knowledge_access.may_decide(act.work, article, act.person.id)
    card = views.draft(act.voice, article) if mine else views.whole(act.voice, article)
    act.answer(card, about=article.reference, alone=_quietly(act, article))


@router.preview
def preview(act: Act, address: str) -> Card | None:
    """Below the address of its page: an article that everybody may read, whoever wrote the address."""
    number = model.parse_reference(pages.named_by(act.work, address, "knowledge"))
    article = act.work.get(Articles).get(number) if number is not None else None
    if article is None or not article.published or knowledge_access.confidential(act.work, article):
        return None
    return views.whole(act.voice, article)


@router.action("publish")
def publish_by_tap(act: Act, event: ActionTaken) -> None:
    """One tap publishes what stands on the card."""
    _publish(act, _shown(act, event))


@router.command(Verb.PUBLISH)
def publish(act: Act, command: Command) -> None:
    """``publish KB-n``."""
    _publish(act, _named(act, command.reference or command.rest))


@router.action("discard")
def discard_by_tap(act: Act, event: ActionTaken) -> None:
    """One tap discards what stands on the card."""
    _discard(act, _shown(act, event))


@router.command(Verb.DISCARD)
def discard(act: Act, command: Command) -> None:
    """``discard KB-n``."""
    _discard(act, _named(act, command.reference or command.rest))


@router.action("solved_it")
def solved_by_tap(act: Act, event: ActionTaken) -> None:
    """“Solved it” under a suggested article."""
    incident, _, article = event.value.partition("|")
    _solved(act, _incident(act, incident), _named(act, article))


@router.command(Verb.SOLVED_IT)
def solved(act: Act, command: Command) -> None:
    """``solved it [KB-n]`` in the thread of the report; without a reference, the article suggested there."""
    incidents = act.work.get(Incidents)
    incident = incidents.by_thread(act.thread) if act.thread else None
    incident = incident or next((i for i in incidents.of_person(act.person.id) if i.open), None)
    if incident is None:
        raise Rejected(phrase("You have no open report that it could have solved."))
    reference = command.reference or _suggested(act, incident)
    if not reference.startswith("KB"):
        raise Rejected(phrase("Which article solved it? Write for example “solved it KB-7”."))
    _solved(act, incident, _named(act, reference))


@router.message
def hear_that_it_solved_it(act: Act, event: MessagePosted) -> bool:
    """“Solved it”, said alone by somebody affected in the thread of a report that an article was suggested for."""
    incident = act.work.get(Incidents).by_thread(event.thread) if event.thread else None
    if incident is None or not incident.open or incident.affected_person(act.person.id) is None:
        return False
    command = words.parse(event.text)
    if not isinstance(command, Command) or command.verb is not Verb.SOLVED_IT or command.rest:
        return False
    if not (command.reference or _suggested(act, incident)):
        return False
    solved(act, command)
    return True


def _suggested(act: Act, incident: Incident) -> str:
    found = boards.suggestion(act.work, incident, act.person, act.voice.language, alone=False)
    return found.reference if found is not None else ""


def _publish(act: Act, article: Article) -> None:
    service.publish(act.work, article, act.person)
    _show(act, article, views.published(act.voice, article))


def _discard(act: Act, article: Article) -> None:
    service.discard(act.work, article, act.person)
    _show(act, article, views.discarded(act.voice, article))


def _solved(act: Act, incident: Incident, article: Article) -> None:
    solution = f"{article.reference}: {article.title}"
    steering.solve_by_article(act.work, incident, act.person, act.event.by, article.reference, solution)
    service.count_reuse(act.work, article, incident)
    ref = incident.reference
    closed = act.voice.say("Good to hear! {ref} is closed.", ref=ref)
    act.tell(
        act.voice.say("Good to hear! {ref} goes on for the others.", ref=ref) if incident.open else closed, about=ref
    )


def _show(act: Act, article: Article, card: Card) -> None:
    """Replace the card that was tapped, or answer what was typed."""
    event = act.event
    if isinstance(event, ActionTaken) and event.message is not None and act.work.about(event.message):
        act.say(Edit(key=act.key(), place=event.room, about=article.reference, message=event.message, card=card))
    else:
        act.answer(card, about=article.reference, alone=_quietly(act, article))


def _quietly(act: Act, article: Article) -> bool:
    """Whether not everybody in a room may read it."""
    return knowledge_access.confidential(act.work, article) or not article.published


def _named(act: Act, reference: str) -> Article:
    number = model.parse_reference(reference)
    article = act.work.get(Articles).get(number) if number is not None else None
    if article is None or not _may_see(act, article):
        known = excerpt(reference.strip(), LONGEST_QUOTE)
        raise Rejected(phrase("I do not know the article “{ref}”. Write “search …” to find one.", ref=known))
    if article.confidence is Confidence.ARCHIVED:
        raise Rejected(phrase("{ref} was discarded.", ref=article.reference))
    return article


def _may_see(act: Act, article: Article) -> bool:
    if article.published:
        return knowledge_access.may_read(act.work, article, act.person.id)
    return knowledge_access.may_read_draft(act.work, article, act.person.id)


def _shown(act: Act, event: ActionTaken) -> Article:
    """The article of the card that was tapped, unless it says something else by now."""
    reference, _, drafted_at = event.value.partition("|")
    article = _named(act, reference)
    if drafted_at and drafted_at != article.drafted_at.isoformat():
        raise Rejected(phrase("{ref} was written anew since then. Write “article {ref}” to read what it says now.",
                              ref=article.reference))  # fmt: skip
    return article


def _of_incident(act: Act, incident: Incident) -> Article:
    """What came of an incident: the article drafted from it or from the outage it belongs to, or the one that solved
    it."""
    if incident.article:
        return _named(act, incident.article)
    articles = act.work.get(Articles)
    found = articles.drafted_from(incident.id)
    if found is None and incident.parent is not None:
        found = articles.drafted_from(incident.parent)
    if found is not None and found.confidence is not Confidence.ARCHIVED and _may_see(act, found):
        return found
    if incident.open:
        raise Rejected(phrase("There is no article of {ref} yet. I draft one when it is resolved with what solved it.",
                              ref=incident.reference))  # fmt: skip
    raise Rejected(phrase("There is no article of {ref}. Write “search …” to find another one.",
                          ref=incident.reference))  # fmt: skip


def _incident(act: Act, reference: str) -> Incident:
    number = parse_reference(reference)
    incident = act.work.get(Incidents).get(number) if number is not None else None
    if incident is None or not access.may_see(act.work, incident, act.person.id):
        raise Rejected(phrase("I do not know {ref}. Write “status” to see what is open.", ref=reference))
    return incident
