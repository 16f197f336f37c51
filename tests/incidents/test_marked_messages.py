"""🎫 and the shortcut on anybody's message, and what happens where they cannot do what they promise."""

from __future__ import annotations

from collections.abc import Callable

from bot.events import ActionTaken, ShortcutUsed
from bot.refs import MessageRef, ThreadRef
from tests.incidents.office import Office, account, catalogue, place


def use_shortcut(office: Office, message: str, text: str, *, room: str = "kitchen", **more: object) -> None:
    """Lena uses the shortcut on a message of Tom."""
    where = place(room)
    office.hears(ShortcutUsed(
        delivery=f"s {message} {len(office.said)}", at=office.now, by=account("lena"), by_name="Lena Tester",
        room=where, shortcut="report_message", message=MessageRef(where, message), text=text, author=account("tom"),
        author_name="Tom Tester", trigger="t", **more,  # type: ignore[arg-type]
    ))  # fmt: skip


def test_a_blank_or_deleted_message_is_said_to_be_so_to_who_marked_it(office: Office) -> None:
    deleted, blank = office.says("tom", "the door is stuck", room="kitchen"), office.says("tom", "  ", room="kitchen")
    office.deletes("tom", deleted, room="kitchen")

    for message in (deleted, blank):
        office.reacts("lena", message, "🎫", room="kitchen")

    assert [one.alone for one in office.told("it is empty or was deleted")] == ["lena", "lena"]
    assert not office.told("INC-")


def test_a_reply_in_a_registered_thread_is_asked_about_and_registered_apart(office: Office) -> None:
    # given a report, and a reply that tells of something else
    root = office.says("tom", "The VPN does not connect")
    reply = office.says("lena", "and my ERP shows no orders", under=root)

    # when somebody marks the reply, they alone are asked
    office.reacts("piet", reply, "🎫")
    asked = office.one("That conversation is INC-1 already", who="piet", button="Yes, register it")
    assert not office.told("INC-2")
    office.taps("piet", asked, "Yes, register it")

    # then it is registered for who wrote it, and answered in the thread
    receipt = office.one("INC-2 is registered for ERP", room="help")
    assert receipt.thread == f"local:help {root}"
    assert office.incident("INC-2").opened_by == "lena"


def test_marking_the_report_itself_again_changes_and_says_nothing(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect")
    before = dict(office.said)

    office.reacts("lena", root, "🎫")

    assert office.said == before


def test_who_reported_what_in_one_thread_settles_their_own(office: Office) -> None:
    # given two reports in one thread
    root = office.says("tom", "The VPN does not connect")
    office.says("lena", "@bot report my ERP shows no orders", under=root)
    assert office.incident("INC-2").opened_by == "lena"

    # when the first one withdraws theirs there
    office.says("tom", "not a request", under=root)

    # then it is that one
    assert [office.incident(ref).state for ref in ("INC-1", "INC-2")] == ["dismissed", "open"]


def test_a_message_where_the_bot_is_not_is_registered_and_who_marked_it_is_told_how_to_invite(office: Office) -> None:
    office.unreadable.add("kitchen")

    use_shortcut(office, "m7", "The VPN does not connect")

    assert office.incident("INC-1").opened_by == "tom"
    assert office.one("INC-1 is registered", "I am not in that conversation", "invite me there").alone == "lena"


def test_the_thread_of_a_shortcut_goes_into_the_timeline(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect", room="kitchen")
    office.says("tom", "error 619", room="kitchen", under=root)

    use_shortcut(office, root, "The VPN does not connect")

    assert [line.text for line in office.timeline("INC-1")] == ["The VPN does not connect", "error 619"]


def test_where_nothing_can_be_read_or_known_the_one_who_marked_it_hears_that(office: Office) -> None:
    office.unreadable.add("kitchen")
    note = office.says("tom", "The VPN does not connect", room="kitchen")

    office.reacts("lena", note, "🎫", room="kitchen")

    assert office.one("I cannot read that message", "invite me there").alone == "lena"
    assert not office.told("INC-")


def test_the_shortcut_says_why_it_registers_nothing(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect")

    use_shortcut(office, root, "The VPN does not connect", room="help")
    use_shortcut(office, "m8", " \u200b ")
    use_shortcut(office, "m9", "disk full on srv-4", author_is_bot=True)
    use_shortcut(office, "m10", "also here", room="help", thread=ThreadRef(place("help"), root))

    said = [one.text for one in office.told(who="lena")]
    assert [text.split(".")[0].split(":")[0] for text in said] == [
        "That is registered already, as INC-1", "I find no words in that message", "I only register what people write",
        "That conversation is INC-1 already",
    ]  # fmt: skip
    assert not office.told("INC-2")


def test_a_button_that_was_forged_registers_nothing(office: Office) -> None:
    office.hears(ActionTaken(
        delivery="f1", at=office.now, by=account("lena"), room=place("help"), action="register_apart", value="nonsense",
    ))  # fmt: skip

    assert office.one("no longer in use").alone == "lena"


def test_they_are_told_in_their_own_language(open_office: Callable[..., Office]) -> None:
    office = open_office(people=[{**one, "language": "de"} for one in catalogue()["people"]])
    office.unreadable.add("kitchen")

    use_shortcut(office, "m7", "Das VPN verbindet sich nicht")

    assert office.one("INC-1 ist aufgenommen", "lade mich dort ein").alone == "lena"
