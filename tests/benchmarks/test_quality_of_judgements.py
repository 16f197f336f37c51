"""The bot judges a folder of data: what it says is written for a scorer, and the table tells how good it was."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality.__main__ import main
from benchmarks.quality.hearing import score
from incidents.intake import Kind, looks_like_request

TEXTS = [
    "hello everyone",
    "thanks!",
    "maybe",
    "printer thing",
    "lunch at noon, who joins?",
    "@anna did you see it",
    "the VPN drops every few minutes, can somebody have a look?",
    "Der Drucker geht nicht mehr",
    "```Traceback: error -1, +2, 3```",
    "",
]
THREADS = [
    {"id": "t1", "title": "VPN drops", "question": "The VPN drops every few minutes", "answers": "", "ts": 10},
    {"id": "t2", "title": "Paper", "question": "Where is the paper of the printer?", "answers": "", "ts": 10},
    {"id": "t9", "title": "VPN drops again", "question": "VPN drops every minute", "answers": "", "ts": 99},
]
PAGES = [
    {"id": "mail#en", "page": "mail", "lang": "en", "title": "Mail", "body": "Send and receive mail"},
    {"id": "mail#de", "page": "mail", "lang": "de", "title": "Post", "body": "Elektronische Post verschicken"},
    {"id": "wifi#en", "page": "wifi", "lang": "en", "title": "Wireless", "body": "Connect to a wireless network"},
]


def put(data: Path, name: str, *lines: dict[str, Any]) -> None:
    path = data / f"{name}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def judge(tmp_path: Path, *more: str) -> None:
    main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--train", "", *more])


def said(tmp_path: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "out" / f"{name}.pred.jsonl").read_text("utf-8").splitlines()]


def report(name: str, minute: float, text: str, incident: str, *, new: int) -> dict[str, Any]:
    return {"id": name, "minute": minute, "text": text, "incident": incident, "new": new}


def test_the_language_of_every_text_is_written_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(
        tmp_path, "langid/short",
        {"id": "a", "text": "Der Drucker geht nicht", "lang": "de"},
        {"id": "b", "text": "the printer does not work", "lang": "en"},
        {"id": "c", "text": "de printer doet het niet", "lang": "de"},
        {"id": "d", "text": "42", "lang": "en"},
    )  # fmt: skip

    judge(tmp_path, "--only", "langid")

    assert said(tmp_path, "langid/short") == [
        {"id": "a", "lang": "de"}, {"id": "b", "lang": "en"}, {"id": "c", "lang": "nl"}, {"id": "d", "lang": "en"},
    ]  # fmt: skip
    assert "accuracy 0.750  said unasked 0.750" in capsys.readouterr().out


@pytest.mark.parametrize("text", TEXTS)
def test_the_score_reaches_a_half_where_the_bot_would_register(text: str) -> None:
    assert (score(text) >= 0.5) == (looks_like_request(text, "en").kind is Kind.REQUEST)


def test_among_messages_that_the_bot_registers_the_clearer_one_scores_higher() -> None:
    clear, vague = "The VPN does not work, can somebody please help me?", "the report about the warehouse in Leipzig"

    assert score(clear) > score(vague) >= 0.5


def test_messages_of_flat_rooms_are_scored_alone_but_for_context_and_what_the_system_says(tmp_path: Path) -> None:
    line = {"file": "room", "text": "my screen is broken", "system": False, "annotated": True}
    put(
        tmp_path, "grouping/room.messages", {**line, "i": 1, "annotated": False}, {**line, "i": 2},
        {**line, "i": 3, "system": True}, {**line, "i": 4, "text": "thanks"},
    )  # fmt: skip
    put(tmp_path, "requests/openers_room.labels", {"file": "room", "i": 2, "label": 1, "answered": 0})

    judge(tmp_path, "--only", "requests")

    assert [(one["i"], one["score"] >= 0.5) for one in said(tmp_path, "requests/openers_room")] == [
        (2, True), (4, False),
    ]  # fmt: skip


def test_a_report_joins_the_open_incident_it_is_about_until_that_is_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        tmp_path, "metoo/stream",
        report("r1", 0, "The VPN drops every few minutes", "vpn", new=1),
        report("r2", 5, "printer on the third floor prints nothing", "printer", new=1),
        report("r3", 9, "vpn drops all the time", "vpn", new=0),
        report("r4", 260, "the VPN drops every few minutes", "vpn again", new=1),
    )  # fmt: skip

    judge(tmp_path, "--only", "metoo")

    assert [one["dup_of"] for one in said(tmp_path, "metoo/stream")] == [None, None, "r1", None]
    assert "P 1.000  R 1.000  F1 1.000  new kept new 1.000  accuracy 1.000" in capsys.readouterr().out


def test_only_threads_that_were_there_before_the_question_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "retrieval/chat.corpus", *THREADS)
    put(
        tmp_path, "retrieval/chat.queries",
        {"id": "q1", "title": "", "text": "my vpn drops every minute", "ts": 50, "relevant": ["t1"]},
    )  # fmt: skip

    judge(tmp_path, "--only", "retrieval")

    assert said(tmp_path, "retrieval/chat") == [{"id": "q1", "ranking": ["t1", "t2"]}]
    assert "hit@1 1.000" in capsys.readouterr().out


def test_given_candidates_are_put_in_order(tmp_path: Path) -> None:
    candidates = [
        {"id": "c1", "title": "Lunch", "text": "Where to eat?", "relevant": 0},
        {"id": "c2", "title": "Printer", "text": "It prints nothing", "relevant": 1},
    ]
    put(
        tmp_path,
        "retrieval/order",
        {"id": "q", "title": "Printers", "text": "mine prints no", "candidates": candidates},
    )

    judge(tmp_path, "--only", "retrieval")

    assert said(tmp_path, "retrieval/order") == [{"id": "q", "ranking": ["c2", "c1"]}]


def test_every_page_is_ranked_and_each_language_counted_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "knowledge/help.corpus", *PAGES)
    put(
        tmp_path, "knowledge/help.queries",
        {"id": "q1", "page": "wifi", "lang": "en", "text": "wireless network"},
        {"id": "q2", "page": "mail", "lang": "de", "text": "Post verschicken"},
    )  # fmt: skip

    judge(tmp_path, "--only", "knowledge")

    rankings = [one["ranking"] for one in said(tmp_path, "knowledge/help")]
    assert [ranking[0] for ranking in rankings] == ["wifi#en", "mail#de"]
    assert [sorted(ranking) for ranking in rankings] == [["mail#de", "mail#en", "wifi#en"]] * 2
    assert "de hit@1 1.000" in capsys.readouterr().out


def test_what_tells_no_answers_is_judged_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "langid/plain", {"id": "a", "text": "the printer does not work"})
    put(tmp_path, "requests/plain", {"id": "b", "first": "my screen is broken"})
    put(tmp_path, "metoo/plain", {"id": "c", "minute": 0, "text": "my screen is broken"})
    put(tmp_path, "retrieval/plain.corpus", *THREADS)
    put(tmp_path, "retrieval/plain.queries", {"id": "d", "title": "VPN", "text": "VPN drops", "ts": 50})

    judge(tmp_path)

    told = capsys.readouterr().out
    assert told.count("the set does not tell what is right") == 4
    assert "knowledge  no set of it in this folder" in told
    assert [len(said(tmp_path, f"{task}/plain")) for task in ("langid", "requests", "metoo", "retrieval")] == [1] * 4


def test_what_the_bot_cannot_do_is_said_and_sets_to_train_on_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "requests/rooms_train", {"id": "a", "first": "my screen is broken", "label": 1})

    judge(tmp_path)

    told = capsys.readouterr().out
    assert "grouping   not done: " in told
    assert "experts    not done: " in told
    assert not (tmp_path / "out").exists()


def test_only_so_many_of_each_set_are_judged_when_asked(tmp_path: Path) -> None:
    put(tmp_path, "langid/many", *({"id": str(n), "text": "the printer does not work"} for n in range(5)))

    judge(tmp_path, "--only", "langid", "--most", "2")

    assert len(said(tmp_path, "langid/many")) == 2


@pytest.mark.parametrize("folder", ["", "not there"])
def test_a_folder_that_is_not_there_is_said(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--data", folder, "--out", str(tmp_path)])

    assert "--data" in capsys.readouterr().err.splitlines()[-1]
