"""A swarm's room is a known room too: its purpose, and the language and zone it is spoken to in."""

from __future__ import annotations

from bot.people import Directory, Person, PersonId, RoomProfile
from bot.refs import RoomRef, UserRef
from bot.uow import Work
from swarming.ports import Swarms

PURPOSE = "swarm"


class WithSwarmRooms:
    """A ``bot.people.Directory`` that knows the rooms of swarms beside those of another one."""

    def __init__(self, directory: Directory, work: Work) -> None:
        self._directory = directory
        self._work = work

    def person(self, account: UserRef, name: str = "") -> Person:
        """The person behind this account."""
        return self._directory.person(account, name)

    def person_by_id(self, person: PersonId) -> Person | None:
        """The person with this id."""
        return self._directory.person_by_id(person)

    def room(self, room: RoomRef) -> RoomProfile:
        """What is known of this room."""
        known = self._directory.room(room)
        if known.purpose:
            return known
        swarm = self._work.get(Swarms).by_room(room)
        return known if swarm is None else RoomProfile(
            room=room, purpose=PURPOSE, language=swarm.language, zone=swarm.zone
        )  # fmt: skip
