"""What the swarm writes to one person directly: invitations, and to the lead what a network would not do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Action, Actions, Block, Card, Facts, Note, Paragraph, Text, Tone, as_plain, plain
from bot.facts import WhyNot
from bot.refs import RoomRef, UserRef
from bot.texts import Voice
from incidents import wording
from incidents.model import Incident, State
from incidents.wording import Scene
from swarming.model import Seat, SeatState, Swarm
from swarming.views import line, noted, reason, room


def invitation(voice: Voice, swarm: Swarm, incident: Incident, seat: Seat, scene: Scene) -> Card:
    """To one expert: what it is, why they are asked, and one tap either way; once that is answered or over, how they
    stand and nothing to tap."""
    if not incident.open or swarm.closed_at is not None:
        return line(voice, over(voice, incident))
    if seat.state is SeatState.ACCEPTED:
        leave = voice.say("To leave, write “leave {ref}”.", ref=swarm.reference)
        return noted(voice, welcome(voice, swarm, seat.account), leave)
    if not seat.present:
        return line(voice, see_you(voice, swarm))
    first = voice.say(
        "Can you help with {ref}? {title}", ref=wording.reference(incident), title=_title(incident, scene)
    )
    why = voice.say("Why you are asked: {reason}.", reason=reason(voice, seat.why, seat.detail))
    blocks: list[Block] = [Paragraph(first), Paragraph(why)]
    if (there := _room_of(swarm, seat.account)) is not None:
        blocks.append(Paragraph(voice.say("The room: {room}", room=room(swarm, there))))
    ref = incident.reference
    blocks.append(
        Actions((
            Action("accept", voice.line("I’m in"), ref, voice.line("accept {ref}", ref=ref), Tone.PRIMARY),
            Action("decline", voice.line("Not this time"), ref, voice.line("decline {ref}", ref=ref)),
        ))
    )  # fmt: skip
    blocks.append(Note(voice.say("Declining is fine and is not counted.")))
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def welcome(voice: Voice, swarm: Swarm, account: UserRef) -> Text:
    """To somebody who comes: where it is."""
    there = swarm.room_on(account.platform)
    if there is None:
        return voice.say("Thank you. You are in the swarm of {ref}.", ref=swarm.reference)
    return voice.say("Thank you. You are in the swarm of {ref}: {room}", ref=swarm.reference, room=room(swarm, there))


def see_you(voice: Voice, swarm: Swarm) -> Text:
    """To somebody who declines or leaves."""
    return voice.say("That is fine. To come after all, write “join {ref}”.", ref=swarm.reference)


def still_leads(voice: Voice, swarm: Swarm) -> Text:
    """To somebody who leaves and leads."""
    return voice.say("You still lead it. To give the lead to somebody, write for example “hand over {ref} @anna”.",
                     ref=swarm.reference)  # fmt: skip


def goes_on(voice: Voice, swarm: Swarm, account: UserRef) -> Text:
    """To somebody who sat in the room before: it is open again, and where."""
    there = swarm.room_on(account.platform)
    if there is None:
        return voice.say("{ref} is open again.", ref=swarm.reference)
    return voice.say("{ref} is open again, in a new room: {room}", ref=swarm.reference, room=room(swarm, there))


def over(voice: Voice, incident: Incident) -> Text:
    """To somebody who was asked: nothing is left to do."""
    if incident.state is State.RESOLVED:
        return voice.say("{ref} is resolved. Nothing is left to do. Thank you.", ref=incident.reference)
    return voice.say("{ref} was withdrawn. Nothing is left to do. Thank you.", ref=incident.reference)


def not_let_in(voice: Voice, swarm: Swarm, missing: Sequence[tuple[str, WhyNot]]) -> Card:
    """To the lead: who could not be let into the room, why, and what to do."""
    title = voice.line("I could not invite everybody into the room of {ref}.", ref=swarm.reference)
    blocks: list[Block] = [Paragraph(plain(title)), Facts(tuple((name, why_not(voice, why)) for name, why in missing))]
    return Card(summary=title, blocks=(*blocks, _somebody_else(voice)), language=voice.language)


def nobody_let_in(voice: Voice, swarm: Swarm, code: str) -> Card:
    """To the lead: the network refused the invitation as a whole."""
    sentence = voice.say("I could not invite anybody into the room of {ref}: the chat refuses it ({code}). Invite them "
                         "yourself; whoever runs me finds it under “swarmbridge check”.",
                         ref=swarm.reference, code=code)  # fmt: skip
    return line(voice, sentence)


def no_room(voice: Voice, swarm: Swarm, code: str) -> Card:
    """To the lead: there is no room."""
    sentence = voice.say("I could not open a room for {ref}: the chat refuses it ({code}). I ask the experts all the "
                         "same; work together where you are, and write “update {ref} …” to me.",
                         ref=swarm.reference, code=code)  # fmt: skip
    return line(voice, sentence)


def no_outpost(voice: Voice, swarm: Swarm, network: str, code: str) -> Card:
    """To the lead: there is no room on another network for those who are only there."""
    sentence = voice.say(
        "I could not open a room for {ref} in {network}: the chat refuses it ({code}). Whoever is only there cannot "
        "take part in the swarm.", ref=swarm.reference, network=network, code=code,
    )  # fmt: skip
    return line(voice, sentence)


def not_asked(voice: Voice, swarm: Swarm, name: str, code: str) -> Card:
    """To the lead: somebody could not be written to."""
    sentence = voice.say("I could not write to {name} about {ref}: the chat refuses it ({code}).",
                         name=name, ref=swarm.reference, code=code)  # fmt: skip
    return Card(
        summary=as_plain(sentence), blocks=(Paragraph(sentence), _somebody_else(voice)), language=voice.language
    )


def leave_yourself(voice: Voice, swarm: Swarm, account: UserRef) -> Text:
    """To somebody who is out of the swarm but whom the bot may not take out of its room."""
    there = swarm.room_on(account.platform)
    if there is None:
        return see_you(voice, swarm)
    return voice.say(
        "I may not take people out of {room}. You can leave it yourself at any time.", room=room(swarm, there)
    )


def _room_of(swarm: Swarm, account: UserRef) -> RoomRef | None:
    """The room on their own network, else the first one."""
    return swarm.room_on(account.platform) or swarm.room


def why_not(voice: Voice, why: WhyNot) -> Text:
    """Why somebody could not be let in, and what to do about it."""
    match why:
        case WhyNot.UNKNOWN:
            return voice.say("The chat knows no such account. Have it corrected in the catalogue.")
        case WhyNot.GONE:
            return voice.say("The account was closed. Have it taken out of the catalogue.")
        case WhyNot.NOT_ALLOWED:
            return voice.say("The chat does not allow it, perhaps because they are a guest. Invite them yourself.")
        case WhyNot.AWAY:
            return voice.say("Their server does not answer. They can come later with “join”.")
        case WhyNot.FULL:
            return voice.say(
                "The room holds no more people. Somebody has to leave it first; then they can write “join”."
            )
        case WhyNot.ELSEWHERE:
            return voice.say("They are in another chat than this room. Write to them there.")


def _somebody_else(voice: Voice) -> Note:
    return Note(voice.say("To find somebody else, write for example “who can help with VPN”."))


def _title(incident: Incident, scene: Scene) -> str:
    return f"{scene.service}: {incident.title}" if scene.service else incident.title
