"""Nothing in the whole database speaks of somebody who was erased; of everybody else it still does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from adapters.sql.engine import Database
from adapters.sql.erasing import erase
from adapters.sql.storage import SqlStorage
from adapters.sql.transfer import export
from bot.cards import Card, Paragraph, link, plain
from bot.dialogs import Dialog, Dialogs
from bot.events import File, HomeOpened, MemberJoined, MessagePosted
from bot.forms import Field, Form
from bot.intents import Direct, MessageOf, Post, Retract, RoomOf, Whisper
from bot.people import PersonId
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.uow import Due, Outcome, Work
from incidents.catalogue.records import ServiceId
from incidents.model import Affected, Board, BoardKind, Entry, EntryKind, Incident, IncidentId, Joined, Update
from incidents.ports import Follows, Incidents
from knowledge.model import Article, ArticleId
from knowledge.ports import Articles
from swarming.model import Seat, Swarm, Why
from swarming.ports import Swarms
from tests.sql.stand import MORNING, SetClock, post

TOM = UserRef(Platform.SLACK, "U024BE7LH")
TOM_ON_MATRIX = UserRef(Platform.MATRIX, "@tom:example.org")
LENA = UserRef(Platform.SLACK, "U0LENA")
HELP = RoomRef(Platform.SLACK, "C1")
IDS = {"tom", str(TOM), str(TOM_ON_MATRIX)}
TRACES = re.compile(r"\btom\b|m(ü|u\\u0308|\\u00fc)ller|U024BE7LH|hurry|cannot print|tommy", re.IGNORECASE)


def hit(person: str, account: UserRef, name: str) -> Affected:
    return Affected(person=PersonId(person), account=account, name=name, how=Joined.REPORT, since=MORNING,
                    language="en", thread=ThreadRef(HELP, "1.1"))  # fmt: skip


def said(kind: EntryKind, by: str, name: str, text: str, message: str) -> Entry:
    return Entry(at=MORNING, kind=kind, by=PersonId(by), by_name=name, text=text, message=MessageRef(HELP, message))


def an_incident_with_all_that_belongs_to_it(work: Work) -> None:
    direct = Board(kind=BoardKind.TRIAGE, key=f"INC-1:triage:{TOM}", place=Direct(TOM), language="en", alone=True)
    incident = Incident(
        id=IncidentId(1), title="Tom cannot print", words="I am Tom and cannot print", language="en",
        platform=Platform.SLACK, opened_at=MORNING, opened_by=PersonId("tom"), opened_by_name="Tom Müller",
        affected=[hit("tom", TOM, "tommy.m"), hit("lena", LENA, "Lena Müller-Schmidt")], boards=[direct],
        updates=[Update(at=MORNING, by=PersonId("tom"), by_name="Tom Müller", text="Paper is on its way, says Tom")],
        lead=PersonId("tom"), lead_name="Tom Müller", lead_account=TOM, solution="Tom Müller brought paper",
    )  # fmt: skip
    work.get(Incidents).add(incident)
    work.get(Incidents).note(incident.id, said(EntryKind.SAID, "tom", "Tom Müller", "please hurry", "1.2"))
    work.get(Incidents).note(
        incident.id, said(EntryKind.SAID, "lena", "Lena Müller-Schmidt", "Ask <@U024BE7LH>, Tom knows", "1.3")
    )
    swarm = Swarm(
        incident=incident.id, round=0, platform=Platform.SLACK, room_name="inc-1", private=False, opened_at=MORNING
    )
    swarm.add(Seat(person=PersonId("tom"), name="Tom Müller", account=TOM, why=Why.ON_DUTY, asked_at=MORNING))
    work.get(Swarms).add(swarm)


def what_is_known_and_asked(work: Work) -> None:
    article = Article(
        id=ArticleId(1), title="Printing", issue="The printer of Tom is empty", environment="Printing",
        resolution="Tom Müller has paper in his office (@tom:example.org)", cause="", language="en",
        drafted_at=MORNING, drafted_by=PersonId("tom"),
    )  # fmt: skip
    article.publish(PersonId("tom"), MORNING)
    work.get(Articles).add(article)
    work.get(Follows).follow(ServiceId("print"), PersonId("tom"), TOM, "en", "")
    form = Form(id="f", title="t", fields=(Field(id="what", label="What?"),), submit="ok", cancel="no")
    work.get(Dialogs).save(Dialog(TOM, HELP, ThreadRef(HELP, "1.1"), form, MORNING + timedelta(hours=1)))


def what_waits(storage: SqlStorage) -> None:
    heard = MessagePosted(delivery="d1", at=MORNING, by=TOM, by_name="Tommy", room=HELP, text="please hurry",
                          message=MessageRef(HELP, "9.1"))  # fmt: skip
    of_lena = MessagePosted(delivery="d2", at=MORNING, by=LENA, by_name="Lena", room=HELP,
                            text="Tom Müller told me to ask", message=MessageRef(HELP, "9.2"))  # fmt: skip
    storage.hear([heard, of_lena], [])
    card = Card(summary="Tom Müller takes care of it", blocks=(Paragraph(plain("Tom Müller takes care of it.")),))
    with storage.work() as work:
        work.say(Post(key=f"INC-1:told:{TOM}", place=Direct(TOM), about="INC-1", card=card))
        work.say(Whisper(key="w", place=HELP, about="INC-1", user=TOM, card=card))
        work.say(Post(key=f"INC-1:taken:{TOM}", place=HELP, about="INC-1", card=card))
        work.say(post("INC-2:told"))


def remember(storage: SqlStorage) -> None:
    """Tom is everywhere."""
    with storage.work() as work:
        an_incident_with_all_that_belongs_to_it(work)
        what_is_known_and_asked(work)
    what_waits(storage)


def test_nothing_in_the_whole_database_speaks_of_them_any_more(database: Database, storage: SqlStorage) -> None:
    remember(storage)
    assert len(TRACES.findall("\n".join(export(database)))) > 30

    assert erase(database, IDS, {"Tom Müller"}) > 8

    left = [line for line in export(database) if TRACES.search(line.replace("Lena Müller-Schmidt", ""))]
    assert left == []


def test_what_happened_and_what_others_said_stays(database: Database, storage: SqlStorage) -> None:
    remember(storage)
    erase(database, IDS, {"Tom Müller"})

    with storage.work() as work:
        incident = work.get(Incidents).get(IncidentId(1))
        assert incident is not None
        assert [one.name for one in incident.affected] == ["…", "Lena Müller-Schmidt"]
        assert incident.boards == []
        assert incident.updates[0].text == "Paper is on its way, says [name]"
        assert incident.solution == "[name] brought paper"
        lines = [line.text for line in work.get(Incidents).timeline(incident.id)]
        assert lines == ["", "Ask …, [name] knows"]
        article = work.get(Articles).get(ArticleId(1))
        assert article is not None
        assert article.resolution == "[name] has paper in his office (…)"
        assert [one.id for one in work.get(Articles).sharing({"prin", "rint"}, lambda _: True, 5).articles] == [1]
        incident.title = "still changes"
        work.get(Incidents).save(incident)


def test_what_waits_of_others_is_still_heard_and_told(database: Database, storage: SqlStorage, clock: SetClock) -> None:
    remember(storage)
    erase(database, IDS, {"Tom Müller"})
    heard: list[str] = []

    def act(_: Work, due: Due) -> None:
        assert isinstance(due, MessagePosted)
        heard.append(due.text)

    while storage.act(act):
        pass
    told = [one.intent for one in storage.claim(20, timedelta(minutes=3))]

    assert heard == ["[name] told me to ask"]
    assert {type(one) for one in told} == {Post}
    assert {str(one.card.summary) for one in told if isinstance(one, Post)} == {"[name] takes care of it", "INC-2:told"}
    assert len(told) == 2, "nothing is told to them alone"
    assert not any(isinstance(getattr(one, "message", None), MessageOf) for one in told)


def test_erasing_again_changes_nothing(database: Database, storage: SqlStorage) -> None:
    remember(storage)
    erase(database, IDS, {"Tom Müller"})
    before = list(export(database))

    assert erase(database, IDS, {"Tom Müller"}) == 0
    assert list(export(database)) == before


def test_of_several_workspaces_what_names_somebody_without_theirs_goes_too(
    database: Database, storage: SqlStorage
) -> None:
    tom, lena = UserRef(Platform.SLACK, "T024/U024BE7LH"), UserRef(Platform.SLACK, "T025/U024BE7LH")
    there = RoomRef(Platform.SLACK, "T024/C1")
    opened = HomeOpened(delivery="slack:T024/home:U024BE7LH:1.0", at=MORNING, by=tom, by_name="Tom", room=there)
    joined = MemberJoined(delivery="slack:T024/C1:joined:U024BE7LH:2.0", at=MORNING, by=tom, by_name="", room=there)
    asks = MessagePosted(delivery="slack:T024/C1:3.0", at=MORNING, by=UserRef(Platform.SLACK, "T024/U0LENA"),
                         room=there, text="Ask <@U024BE7LH>", message=MessageRef(there, "3.0"))  # fmt: skip
    elsewhere = replace(asks, delivery="slack:T025/C1:3.0", by=lena, text="Where?")
    storage.hear([opened, joined, asks, elsewhere], [])

    erase(database, {"tom", str(tom)}, {"Tom"})

    left = [line for line in export(database) if "U024BE7LH" in line.replace("T025/U024BE7LH", "")]
    assert left == []
    assert any("T025/U024BE7LH" in line for line in export(database)), "the same id elsewhere is somebody else's"


def copy_of_toms(number: str) -> str:
    return f"{MessageRef(HELP, number)} > matrix"


def carried(storage: SqlStorage, number: str, text: str) -> Post:
    """Something Tom said in the swarm's room on Slack, on its way to the one on Matrix."""
    place = RoomOf(Platform.MATRIX, "INC-1:swarm:0:room:matrix")
    card = Card(summary=f"Tom Müller: {text}", blocks=(Paragraph(plain(f"Tom Müller (Slack): {text}")),))
    post = Post(key=copy_of_toms(number), place=place, about="INC-1", card=card)
    with storage.work() as work:
        work.get(Incidents).note(IncidentId(1), said(EntryKind.SAID, "tom", "Tom Müller", text, number))
        work.say(post)
    return post


def test_what_was_carried_is_taken_back_what_was_not_is_dropped_and_doubt_is_settled(
    database: Database, storage: SqlStorage, clock: SetClock
) -> None:
    # given four messages: carried, refused, perhaps carried, and still to be carried
    ours = RoomRef(Platform.MATRIX, "!swarm:example.org")
    texts = {"5.1": "went over", "5.2": "no", "5.3": "on it", "5.4": "later"}
    posts = [carried(storage, number, text) for number, text in list(texts.items())[:3]]
    claimed = {one.intent.key: one.id for one in storage.claim(10, timedelta(minutes=3))}
    storage.settle([
        Outcome(id=claimed[posts[0].key], done=True, receipt=str(MessageRef(ours, "$1"))),
        Outcome(id=claimed[posts[1].key], parked="no_permission"),
        Outcome(id=claimed[posts[2].key], retry_in=timedelta(0), doubtful=True),
    ])  # fmt: skip
    carried(storage, "5.4", texts["5.4"])

    erase(database, IDS, {"Tom Müller"}, clock=clock)

    # then what is there is taken back, what may be there is looked for without a word of it first, and no more is said
    left = [one.intent for one in storage.claim(10, timedelta(minutes=3))]
    silent = Card(summary="…", blocks=(Paragraph(plain("…")),))
    assert sorted(left, key=lambda one: one.key) == [
        Retract(key=f"{posts[0].key} erased", place=ours, message=MessageRef(ours, "$1")),
        Post(key=posts[2].key, place=posts[2].place, about="INC-1", card=silent),
        Retract(key=f"{posts[2].key} erased", place=posts[2].place, message=MessageOf(posts[2].key)),
    ]
    assert storage.parked() == []
    rows = "\n".join(export(database))
    assert not [text for text in (*texts.values(), "Müller") if text in rows]
    assert erase(database, IDS, {"Tom Müller"}) == 0


def test_what_they_sent_along_goes_too(database: Database, storage: SqlStorage) -> None:
    shot = File("Tom’s desk.png", "https://acme.slack.com/files/U024BE7LH/F1/toms_desk.png", "image/png", 400)
    other = File("printer.png", "https://acme.slack.com/files/U0LENA/F2/printer.png")
    with storage.work() as work:
        for by, file, number in (("tom", shot, "6.1"), ("lena", other, "6.2")):
            line = replace(said(EntryKind.SAID, by, by.title(), "", number), files=(file,))
            work.get(Incidents).note(IncidentId(1), line)
        work.say(Whisper(key="shows", place=HELP, user=LENA, card=Card(
            summary="INC-1", blocks=(Paragraph((link(shot.name, shot.url), link(other.name, other.url))),),
        )))  # fmt: skip

    erase(database, IDS, {"Tom Müller"})

    with storage.work() as work:
        assert [line.files for line in work.get(Incidents).timeline(IncidentId(1))] == [(), (other,)]
    assert not re.search("desk|U024BE7LH", "\n".join(export(database)))


def test_whoever_has_two_accounts_on_a_network_is_nobody_twice(database: Database, storage: SqlStorage) -> None:
    # given two linked accounts, both affected by the same incident and told of it
    other = UserRef(Platform.SLACK, "U0TOMS2ND")
    with storage.work() as work:
        an_incident_with_all_that_belongs_to_it(work)
        incident = work.get(Incidents).get(IncidentId(1))
        assert incident is not None
        incident.affected += [hit(str(TOM), TOM, "tommy.m"), hit(str(other), other, "tommy.m")]
        work.get(Incidents).save(incident)
        for account in (TOM, other):
            card = Card(summary="INC-1", blocks=(Paragraph(plain("It is solved.")),))
            work.say(Post(key=f"INC-1:said:{account}", place=HELP, about="INC-1", card=card))

    erase(database, IDS | {str(other)}, {"Tom Müller"})

    with storage.work() as work:
        incident = work.get(Incidents).get(IncidentId(1))
    assert incident is not None
    assert len({one.person for one in incident.affected}) == 4
    assert [line for line in export(database) if "U0TOMS2ND" in line] == []
