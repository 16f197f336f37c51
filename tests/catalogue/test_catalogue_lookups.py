"""What follows from the records of the sample organisation together."""

from datetime import UTC, datetime

import pytest

from adapters.directory import reading
from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.catalogue.experts import Reason, ReasonKind
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import CataloguePerson, ChannelId, ItemId, Purpose, Service, ServiceId, Team, TeamId


@pytest.fixture(scope="module")
def lindenhof() -> Catalogue:
    catalogue = reading.read_file(reading.SAMPLE).catalogue
    assert catalogue is not None
    return catalogue


def local(name: str) -> RoomRef:
    return RoomRef(Platform.LOCAL, name)


def test_a_person_is_found_by_their_account(lindenhof: Catalogue) -> None:
    piet = lindenhof.person_by_account(UserRef(Platform.LOCAL, "piet"))
    assert piet is not None
    assert (piet.id, piet.name, piet.language, piet.zone) == ("piet", "Piet de Vries", "nl", "Europe/Amsterdam")
    assert piet.account_on(Platform.LOCAL) == UserRef(Platform.LOCAL, "piet")
    assert piet.account_on(Platform.SLACK) is None
    assert lindenhof.person_by_account(UserRef(Platform.SLACK, "piet")) is None


def test_experts_are_on_duty_then_the_team_then_whoever_has_the_skills(lindenhof: Catalogue) -> None:
    found = [(expert.person.id, expert.reason) for expert in lindenhof.experts(ServiceId("erp"))]
    kestrel = TeamId("kestrel")
    assert found == [
        ("ruth", Reason(ReasonKind.ON_DUTY, kestrel, ("erp", "databases"))),
        ("oliver", Reason(ReasonKind.MEMBER, kestrel, ("erp",))),
        ("priya", Reason(ReasonKind.SKILL, None, ("erp", "databases"))),
    ]


def test_among_equals_the_one_with_the_skill_comes_first() -> None:
    ann = CataloguePerson(id=PersonId("ann"), name="Ann")
    bob = CataloguePerson(id=PersonId("bob"), name="Bob", skills=("Printing",))
    team = Team(id=TeamId("it"), name="IT", members=(ann.id, bob.id))
    printing = Service(id=ServiceId("p"), names={"": "P"}, team=team.id, skills=("printing",))
    catalogue = Catalogue(teams=[team], people=[ann, bob], services=[printing])
    assert [expert.person.id for expert in catalogue.experts(printing.id)] == ["bob", "ann"]


def test_followers_are_people_and_a_team_stands_for_its_own(lindenhof: Catalogue) -> None:
    assert lindenhof.followers(ServiceId("internet")) == ("mehmet", "piet", "anna")
    assert lindenhof.followers(ServiceId("printing")) == ()


def test_the_audience_of_a_confidential_service_is_its_team_and_whoever_is_named(lindenhof: Catalogue) -> None:
    assert lindenhof.confidential(ServiceId("hr-case"))
    assert lindenhof.audience(ServiceId("hr-case")) == {"clara", "femke", "lena"}
    assert not lindenhof.confidential(ServiceId("vpn"))
    assert not lindenhof.confidential(ServiceId("no-such-service"))


def test_what_a_service_stands_on_and_what_stands_on_it_is_found_through_others(lindenhof: Catalogue) -> None:
    assert lindenhof.upstream(ServiceId("website")) == ("erp", "internet")
    assert set(lindenhof.downstream(ServiceId("erp"))) == {"website", "payroll"}
    assert lindenhof.downstream(ServiceId("meeting-rooms")) == ()


def test_services_that_depend_on_each_other_are_walked_once() -> None:
    circle = {"a": "b", "b": "c", "c": "a"}
    catalogue = Catalogue(
        services=[
            Service(id=ServiceId(one), names={"": one}, team=TeamId("it"), depends_on=(ServiceId(other),))
            for one, other in circle.items()
        ]
    )
    assert catalogue.upstream(ServiceId("a")) == ("b", "c")
    assert catalogue.downstream(ServiceId("a")) == ("c", "b")


def test_an_item_takes_with_it_the_services_of_what_runs_on_it(lindenhof: Catalogue) -> None:
    lost = {service.id for service in lindenhof.services_on(ItemId("vm-host"))}
    assert lost == {"wifi", "email", "printing", "website"}
    assert [service.id for service in lindenhof.services_on(ItemId("line-leipzig"))] == ["internet"]


def test_a_channel_is_found_by_its_room_and_knows_its_team(lindenhof: Catalogue) -> None:
    hulp = lindenhof.channel_by_room(local("hulp"))
    assert hulp is not None
    assert (hulp.id, hulp.purpose, hulp.language) == ("hulp", Purpose.SUPPORT, "nl")
    team = lindenhof.team_of_channel(hulp.id)
    assert team is not None
    assert team.id == "workplace"
    assert lindenhof.team_of_channel(ChannelId("announcements")) is None
    assert lindenhof.channel_by_room(local("elsewhere")) is None


def test_rooms_for_a_purpose_are_the_teams_and_everybodys(lindenhof: Catalogue) -> None:
    assert lindenhof.rooms_for(Purpose.SUPPORT, TeamId("hr")) == (local("hr-help"),)
    assert lindenhof.rooms_for(Purpose.ANNOUNCEMENTS, TeamId("hr")) == (local("announcements"),)
    assert lindenhof.rooms_for(Purpose.ANNOUNCEMENTS, platform=Platform.SLACK) == ()
    assert len(lindenhof.rooms_for(Purpose.SUPPORT)) == 5


def test_a_team_without_a_channel_for_it_uses_those_of_the_others(lindenhof: Catalogue) -> None:
    assert lindenhof.rooms_for(Purpose.TRIAGE, TeamId("kestrel")) == (local("triage"),)


def test_a_person_without_hours_works_when_their_team_does(lindenhof: Catalogue) -> None:
    friday_afternoon = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
    anna, piet, lena = (lindenhof.hours_of(PersonId(name)) for name in ("anna", "piet", "lena"))
    assert anna is not None
    assert not anna.open_at(friday_afternoon)
    assert piet is not None
    assert not piet.open_at(friday_afternoon)
    assert lena is None


def test_a_service_is_named_in_the_readers_language_or_the_nearest_there_is(lindenhof: Catalogue) -> None:
    wifi = lindenhof.service(ServiceId("wifi"))
    assert wifi is not None
    assert [wifi.name(language) for language in ("de-AT", "nl", "fr", "")] == ["WLAN", "Wifi", "Wi-Fi", "Wi-Fi"]
    vpn = lindenhof.service(ServiceId("vpn"))
    assert vpn is not None
    assert vpn.name("nl") == "VPN"


def test_teams_and_services_know_each_other(lindenhof: Catalogue) -> None:
    owner = lindenhof.owner(ServiceId("payroll"))
    assert owner is not None
    assert owner.id == "hr"
    assert {service.id for service in lindenhof.services_of(owner.id)} == {"onboarding", "payroll", "hr-case"}
    assert [team.id for team in lindenhof.teams_of(PersonId("joost"))] == ["workplace", "applications"]
