"""Whoever does not want to be disturbed is asked last, and only when nobody else comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.people import PersonId
from bot.refs import Platform, UserRef
from incidents.model import IncidentId
from swarming.model import WAIT_FOR_OTHERS, Seat, SeatState, Swarm, Why
from tests.incidents.office import MONDAY
from tests.swarming.quiet_office import EXPERTS, QuietOffice, quiet_office

MOMENT = timedelta(seconds=5)


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., QuietOffice]]:
    opened: list[QuietOffice] = []

    def open_one(**team: Any) -> QuietOffice:
        opened.append(quiet_office(tmp_path, **team))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def office(open_office: Callable[..., QuietOffice]) -> QuietOffice:
    return open_office()


def test_where_nothing_is_known_everybody_is_asked_at_once(office: QuietOffice) -> None:
    office.outage()

    assert office.invited() == office.let_in[1:] == [*EXPERTS]
    assert office.let_in[0] == "tom"


def test_whoever_wants_quiet_is_neither_asked_nor_let_in_while_others_are_there(office: QuietOffice) -> None:
    office.are_quiet("mehmet", "lena")

    office.outage()

    assert office.invited() == ["piet", "femke"]
    assert office.let_in == ["tom", "piet", "femke"]


@pytest.mark.parametrize(
    ("language", "said", "note"),
    [
        ("en", "member of Network – not asked: do not disturb until 16:00 CET",
         "Who does not want to be disturbed is asked if nobody else comes. To ask them now, invite them into this "
         "room."),
        ("de", "gehört zu Network – nicht gefragt: bitte nicht stören bis 16:00 MEZ",
         "Wer nicht gestört werden möchte, wird gefragt, wenn sonst niemand kommt. Um jemanden davon sofort zu fragen, "
         "lade die Person in diesen Raum ein."),
        ("nl", "hoort bij Network – niet gevraagd: niet storen tot 16:00 CET",
         "Wie niet gestoord wil worden, wordt gevraagd als er verder niemand komt. Wil je zo iemand nu al vragen, "
         "nodig diegene dan uit in deze ruimte."),
    ],
)  # fmt: skip
def test_the_charter_says_who_was_not_asked_and_how_to_ask_them_all_the_same(
    open_office: Callable[..., QuietOffice], language: str, said: str, note: str
) -> None:
    office = open_office(language=language)
    office.are_quiet("mehmet")

    office.outage()

    charter = office.charter().splitlines()
    assert f"Mehmet Tester: {said}" in charter
    assert note in charter


def test_whoever_is_on_duty_is_asked_also_in_the_middle_of_the_night(open_office: Callable[..., QuietOffice]) -> None:
    office = open_office(on_duty=["mehmet"])
    office.are_quiet("mehmet", "lena")

    office.outage()

    assert office.invited() == ["mehmet", "piet", "femke"]


def test_when_nobody_is_there_everybody_is_asked_at_once(office: QuietOffice) -> None:
    office.are_quiet("mehmet", "piet")
    office.are_away("femke", "lena")

    office.outage()

    assert office.invited() == ["femke", "lena", "mehmet", "piet"]
    assert "not asked" not in office.charter()


def test_whoever_is_away_is_asked_after_those_who_are_there_but_is_asked(office: QuietOffice) -> None:
    office.are_away("mehmet")

    office.outage()

    assert office.invited() == ["piet", "femke", "lena", "mehmet"]


def test_when_nobody_comes_within_minutes_the_others_are_asked_too_and_the_charter_shows_it(
    office: QuietOffice,
) -> None:
    office.are_quiet("mehmet")
    office.outage()

    office.passes(WAIT_FOR_OTHERS - MOMENT)
    assert office.invited() == ["piet", "femke", "lena"]
    office.passes(MOMENT)

    assert office.invited() == ["piet", "femke", "lena", "mehmet"]
    assert office.let_in[-1] == "mehmet"
    assert "Mehmet Tester: member of Network" in office.charter().splitlines()
    assert "disturb" not in office.charter()
    office.one("Can you help with INC-1", who="mehmet", button="I’m in")


def test_nobody_is_asked_twice_however_often_one_looks(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()

    for _ in range(5):
        office.passes(WAIT_FOR_OTHERS)

    assert office.invited().count("mehmet") == office.let_in.count("mehmet") == 1


def test_what_was_put_off_is_done_once_after_a_restart(office: QuietOffice, tmp_path: Path) -> None:
    office.are_quiet("mehmet")
    office.outage()
    office.close()

    later = quiet_office(tmp_path)
    later.now = MONDAY + WAIT_FOR_OTHERS
    later.passes(MOMENT)
    later.passes(WAIT_FOR_OTHERS)

    assert later.invited() == later.let_in == ["mehmet"]


def test_whoever_wants_quiet_is_left_alone_once_somebody_has_come(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()
    office.says("piet", "accept INC-1", room="direct")

    office.passes(WAIT_FOR_OTHERS * 3)

    assert "mehmet" not in office.invited()
    assert "not asked" in office.charter()


def test_somebody_who_looks_in_is_no_reason_not_to_ask_an_expert(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()
    office.says("nora", "join INC-1", room="direct")

    office.passes(WAIT_FOR_OTHERS)

    assert office.seats()["nora"] == SeatState.ACCEPTED
    assert "mehmet" in office.invited()


def test_they_are_asked_when_the_one_who_came_leaves_again(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()
    office.says("piet", "accept INC-1", room="direct")
    office.passes(WAIT_FOR_OTHERS)

    office.says("piet", "leave INC-1", room="direct")
    office.passes(MOMENT)

    assert office.invited()[-1] == "mehmet"


def test_they_are_asked_at_once_when_all_others_decline(office: QuietOffice) -> None:
    office.are_quiet("mehmet", "lena")
    office.outage()

    office.says("piet", "decline INC-1", room="direct")
    office.passes(MOMENT)
    assert office.invited() == ["piet", "femke"]
    office.says("femke", "decline INC-1", room="direct")
    office.passes(MOMENT)

    assert office.invited() == ["piet", "femke", "mehmet", "lena"]


def test_they_may_come_by_themselves(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()

    office.says("mehmet", "join INC-1", room="direct")
    office.passes(WAIT_FOR_OTHERS)

    assert office.let_in[-1] == "mehmet"
    assert office.seats()["mehmet"] == SeatState.ACCEPTED
    assert "mehmet" not in office.invited()
    assert "disturb" not in office.charter()


def test_whoever_is_given_the_lead_by_name_is_let_in_quiet_or_not(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()

    office.says("piet", "hand over INC-1 @mehmet", room="direct")

    assert office.let_in[-1] == "mehmet"
    assert office.seats()["mehmet"] == SeatState.ACCEPTED


def test_while_the_network_is_away_the_minutes_do_not_begin(office: QuietOffice) -> None:
    office.opens = False
    office.are_quiet("mehmet")
    office.outage()
    office.passes(WAIT_FOR_OTHERS * 3)
    assert office.invited() == []

    office.opens = True
    office.passes(timedelta(minutes=1))
    assert office.invited() == ["piet", "femke", "lena"]
    office.passes(WAIT_FOR_OTHERS)

    assert office.invited() == ["piet", "femke", "lena", "mehmet"]


def test_nobody_is_asked_into_what_is_over(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()

    office.says("piet", "resolve INC-1 restarted it", room="direct")
    office.passes(WAIT_FOR_OTHERS * 3)

    assert "mehmet" not in office.invited()


def test_quiet_that_is_over_or_has_not_begun_spares_nobody(office: QuietOffice) -> None:
    office.are_quiet("mehmet", until=MONDAY)

    office.outage()

    assert office.invited() == [*EXPERTS]


def test_in_a_new_round_it_is_judged_anew(office: QuietOffice) -> None:
    office.are_quiet("mehmet")
    office.outage()
    office.says("piet", "accept INC-1", room="direct")
    office.says("piet", "resolve INC-1 restarted it", room="direct")
    office.known.people.clear()

    office.says("piet", "reopen INC-1", room="direct")

    assert office.invited()[-1] == "mehmet"
    assert office.seats()["mehmet"] == SeatState.INVITED


def swarm(**seats: SeatState) -> Swarm:
    """A swarm that Tom declared, with these people in these states."""
    made = Swarm(incident=IncidentId(1), round=0, platform=Platform.LOCAL, room_name="x", private=False,
                 opened_at=MONDAY, asked_at=MONDAY)  # fmt: skip
    for name, state in {"tom": SeatState.ACCEPTED, **seats}.items():
        why = Why.DECLARED if name == "tom" else Why.MEMBER
        made.add(Seat(person=PersonId(name), name=name, account=UserRef(Platform.LOCAL, name), why=why, state=state,
                      asked_at=MONDAY))  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("others", "wait"),
    [
        ({"piet": SeatState.INVITED}, WAIT_FOR_OTHERS),
        ({"piet": SeatState.DECLINED}, timedelta()),
        ({"piet": SeatState.DECLINED, "lena": SeatState.INVITED}, WAIT_FOR_OTHERS),
        ({"piet": SeatState.ACCEPTED}, None),
        ({"piet": SeatState.LEFT}, timedelta()),
    ],
)
def test_the_time_to_ask_the_others_follows_from_who_answered(
    others: dict[str, SeatState], wait: timedelta | None
) -> None:
    assert swarm(**others).rest_due_at is None
    assert swarm(**others, mehmet=SeatState.SPARED).rest_due_at == (None if wait is None else MONDAY + wait)
