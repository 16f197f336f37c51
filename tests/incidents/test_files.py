"""What people send along is kept by name and address, follows its message, and shows where their words show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from adapters.public import PublicPages
from bot.cards import Facts, Style
from bot.events import File, MessagePosted, ShortcutUsed
from bot.refs import MessageRef
from tests.incidents.office import Heard, Office, account, catalogue, place

SHOT = File("error.png", "https://acme.slack.com/files/U1/F1/error.png", "image/png", 34_400)
LOG = File("vpn.log", "https://acme.slack.com/files/U1/F2/vpn.log", "text/plain", 2_600_000)


def shown(card: Heard) -> str:
    """What the row of files says; empty where there is none."""
    rows = {name: value for block in card.card.blocks if isinstance(block, Facts) for name, value in block.rows}
    return "".join(
        f"[{span.text}]({span.target})" if span.style is Style.LINK else span.text for span in rows.get("Files", ())
    )


def triage(office: Office, reference: str = "INC-1") -> Heard:
    return office.one(reference, room="triage")


def test_a_report_keeps_what_came_with_it_and_shows_it_where_its_words_show(office: Office) -> None:
    # when Tom reports with a picture, and sends a log into the thread
    root = office.says("tom", "The VPN does not connect", files=(SHOT,))
    office.says("tom", "vpn.log", under=root, files=(LOG,))

    # then both are in the timeline, without anything that he did not say
    assert [(line.text, line.files) for line in office.timeline("INC-1")] == [
        ("The VPN does not connect", (SHOT,)), ("", (LOG,)),
    ]  # fmt: skip
    # and those who help see them as links, as does whoever asks how it stands
    links = f"[error.png]({SHOT.url}) (34 KB), [vpn.log]({LOG.url}) (3 MB)"
    assert shown(triage(office)) == links
    office.says("lena", "@bot status INC-1")
    assert shown(office.told("Since:")[-1]) == links


def test_editing_and_deleting_take_files_away(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect", files=(SHOT, LOG))
    second = office.says("tom", "now it says this", under=root, files=(SHOT,))

    office.edits("tom", root, "The VPN does not connect", files=(LOG,))
    office.deletes("tom", second)

    assert [(line.text, line.files) for line in office.timeline("INC-1")] == [
        ("The VPN does not connect", (LOG,)), ("", ()),
    ]  # fmt: skip
    assert shown(triage(office)) == f"[vpn.log]({LOG.url}) (3 MB)"
    office.deletes("tom", root)
    assert shown(triage(office)) == ""


def test_a_picture_alone_is_a_report_by_its_name(office: Office) -> None:
    picture = office.says("tom", "error.png", files=(SHOT,))

    receipt = office.one("INC-1 is registered", room="help", button="Not a request")
    assert receipt.thread == f"local:help {picture}"
    assert (office.incident("INC-1").title, office.incident("INC-1").words) == ("error.png", "")
    assert shown(triage(office)) == f"[error.png]({SHOT.url}) (34 KB)"

    # and another one of the same name is no sign that it is the same
    office.says("lena", "error.png", files=(SHOT,))
    assert office.incident("INC-2").offered is None


def test_a_picture_after_the_words_belongs_to_them(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    said = set(office.said)
    office.passes(timedelta(seconds=30))

    office.says("tom", "error.png", files=(SHOT,))

    assert [(line.text, line.files) for line in office.timeline("INC-1")][1:] == [("", (SHOT,))]
    assert set(office.said) == said, "nothing more is said about it"
    # but not what somebody else sends, nor what comes later
    office.says("lena", "error.png", files=(SHOT,))
    office.passes(timedelta(minutes=10))
    office.says("tom", "vpn.log", files=(LOG,))
    assert [office.incident(ref).title for ref in ("INC-2", "INC-3")] == ["error.png", "vpn.log"]


def test_words_after_the_picture_say_what_it_is_about(office: Office) -> None:
    picture = office.says("tom", "error.png", files=(SHOT,))

    words = office.says("tom", "The VPN does not connect")

    incident = office.incident("INC-1")
    assert (incident.title, incident.words, incident.service) == ("The VPN does not connect",) * 2 + ("vpn",)
    receipts = office.told("is registered", room="help")
    assert [one.thread for one in receipts] == [f"local:help {picture}"], "one report has one receipt"
    assert "for VPN" in receipts[0].text
    assert shown(triage(office)) == f"[error.png]({SHOT.url}) (34 KB)"
    office.edits("tom", words, "The VPN drops")
    assert office.incident("INC-1").title == "The VPN drops"
    office.deletes("tom", picture)
    assert office.incident("INC-1").title == "The VPN drops"
    assert shown(triage(office)) == ""


def test_what_nobody_put_into_words_becomes_no_article(office: Office) -> None:
    office.says("tom", "error.png", files=(SHOT,))
    office.says("mehmet", "@bot resolve INC-1 restarted the laptop")

    assert office.told("INC-1 should be solved")
    assert not office.told("KB-1")


def test_the_command_with_a_picture_and_nothing_else_reports_the_picture(office: Office) -> None:
    office.says("tom", "@bot report", files=(SHOT,))

    assert office.incident("INC-1").title == "error.png"


def test_files_among_colleagues_and_chatter_are_none_of_ours(office: Office) -> None:
    office.says("tom", "cat.gif", room="kitchen", files=(File("cat.gif", "https://acme.slack.com/files/U1/F3"),))

    assert not office.said


def test_a_file_sent_to_the_bot_is_no_command(office: Office) -> None:
    office.says("tom", "status", room="direct", files=(File("status", "https://acme.slack.com/files/U1/F3"),))

    assert office.one("INC-1 is registered", who="tom").buttons.keys() == {"Not a request"}


def test_a_marked_message_brings_its_files(office: Office) -> None:
    picture = office.says("tom", "error.png", room="kitchen", files=(SHOT,))
    office.reacts("lena", picture, "🎫", room="kitchen")
    where = place("kitchen")
    office.hears(ShortcutUsed(
        delivery="s1", at=office.now, by=account("lena"), by_name="Lena Tester", room=where,
        shortcut="report_message", message=MessageRef(where, "m99"), text="", author=account("tom"),
        author_name="Tom Tester", trigger="t", files=(LOG,),
    ))  # fmt: skip

    assert [(office.incident(ref).title, office.incident(ref).opened_by) for ref in ("INC-1", "INC-2")] == [
        ("error.png", "tom"), ("vpn.log", "tom"),
    ]  # fmt: skip
    assert [line.files for ref in ("INC-1", "INC-2") for line in office.timeline(ref)] == [(SHOT,), (LOG,)]


def test_what_is_sent_to_the_bot_alone_and_into_the_swarm_stays_there(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect", room="direct")
    office.says("tom", "vpn.log", room="direct", under=root, files=(LOG,))
    office.says("mehmet", "@bot outage INC-1")

    assert [line.files for line in office.timeline("INC-1") if line.files] == [(LOG,)]
    assert shown(triage(office)) == ""


def test_files_of_a_confidential_report_show_only_to_its_audience_alone(
    open_office: Callable[..., Office],
) -> None:
    services = [*catalogue()["services"],
                {"id": "pay", "name": "Payroll", "team": "network", "keywords": ["payslip"],
                 "confidential": True}]  # fmt: skip
    office = open_office(services=services, channels=[{"id": "help", "purpose": "support", "local": "help"}])

    office.says("tom", "My payslip is wrong", files=(File("Payslip Tom.pdf", "https://acme.slack.com/F9"),))

    seen = [(one.alone, shown(one)) for one in office.said.values()]
    assert ("mehmet", "[Payslip Tom.pdf](https://acme.slack.com/F9)") in seen
    assert [who for who, files in seen if files and who != "mehmet"] == []
    office.says("tom", "@bot status INC-1")
    office.says("mehmet", "@bot status INC-1")
    assert not [one for one in office.told("Since:") if shown(one)]


def test_a_hostile_name_is_a_name(office: Office) -> None:
    name = "@room\n<!channel>\u202egnp.exe\x00 {{ 7*7 }}</a><script>" + "x" * 500
    office.says("tom", "The VPN does not connect", files=(File(name, "javascript:alert(1)"),))

    [file] = office.timeline("INC-1")[0].files
    assert file.name.startswith("@room <!channel>gnp.exe {{ 7*7 }}</a><script>xxx")
    assert (len(file.name), file.url) == (120, "")
    assert shown(triage(office)) == file.name


def test_a_size_beyond_all_measure_is_no_size(office: Office) -> None:
    office.says("tom", "The VPN does not connect", files=(File("vpn.log", LOG.url, size=10**400),))

    assert shown(triage(office)) == f"[vpn.log]({LOG.url})"


def test_the_swarm_is_told_how_many_there_are(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect", files=(SHOT,))
    office.says("mehmet", "@bot outage INC-1")
    assert "📎 1 file\n" in office.one("Who was asked, and why").text

    office.says("tom", "vpn.log", under=root, files=(LOG,))
    assert "📎 2 files\n" in office.one("Who was asked, and why").text


def test_the_public_page_counts_what_was_reported_and_names_nothing(office: Office) -> None:
    office.says("tom", "The VPN does not connect", files=(SHOT,))
    office.says("lena", "The VPN does not connect at home", files=(LOG,))
    office.says("mehmet", "@bot outage INC-1")

    page = PublicPages(office.storage).incident("INC-1", "en")

    assert page is not None
    assert page.files == 2, "those of the reports that it explains too"
    assert not [told for told in (SHOT.name, SHOT.url, LOG.name, LOG.url) if told in repr(page)]


def test_many_files_are_counted(office: Office) -> None:
    many = tuple(File(f"{number}.png", f"https://acme.slack.com/F{number}") for number in range(30))
    office.says("tom", "The VPN does not connect", files=many)

    assert len(office.timeline("INC-1")[0].files) == 20
    assert shown(triage(office)).endswith("[5.png](https://acme.slack.com/F5) and 14 more")


def test_what_is_heard_twice_is_kept_once(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect")
    again = MessagePosted(
        delivery="x", at=office.now, by=account("tom"), by_name="Tom Tester", room=place("help"),
        message=MessageRef(place("help"), root), text="The VPN does not connect", files=(SHOT,),
    )  # fmt: skip
    office.hears(again)

    assert len(office.timeline("INC-1")) == 1


def test_what_turns_out_to_be_confidential_shows_nothing_on_the_outage_it_belongs_to(
    open_office: Callable[..., Office],
) -> None:
    services = [*catalogue()["services"],
                {"id": "pay", "name": "Payroll", "team": "network", "keywords": ["payslip"],
                 "confidential": True}]  # fmt: skip
    office = open_office(services=services)
    office.says("tom", "The VPN does not connect")
    report = office.says("lena", "The VPN does not connect at home", files=(LOG,))
    office.says("mehmet", "@bot outage INC-1")
    office.says("femke", "@bot status INC-1")
    assert shown(office.told("Since:")[-1]), "so far it is one of the outage's files"

    payslip = File("Payslip Lena.pdf", "https://acme.slack.com/F9")
    office.edits("lena", report, "My payslip is wrong", files=(payslip,))
    assert office.incident("INC-2").confidential

    office.says("femke", "@bot status INC-1")
    assert shown(office.told("Since:")[-1]) == ""
