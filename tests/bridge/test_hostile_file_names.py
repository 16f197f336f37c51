"""A file may be called anything: on both networks its name is a name and its address a link."""

from __future__ import annotations

from tests.bad_input.test_hostile_texts import LIVE, pinged, sent_html
from tests.bridge.conftest import Both

NAME = "<!channel> @room <@U1> [a](javascript:x) {{ 7*7 }} </a><script>alert(1)</script> *b*\u202egnp.exe"
SHOWN = "{{ 7*7 }}"


async def test_a_hostile_name_pings_nobody_and_breaks_nothing_wherever_it_shows(both: Both) -> None:
    # given a report with such a file, and another one in the swarm's room
    address = "https://acme.slack.com/files/U1/F1/x.exe"
    file = {"id": "F1", "name": NAME, "permalink": address, "mimetype": "image/png", "size": 4_000}
    await both.slack.shares("tom", "help", "The VPN drops every few minutes since this morning", [file])
    await both.slack.sees("tom", "INC-1")
    await both.slack.says("mehmet", "direct", "outage INC-1")
    here = (await both.slack.room_opens("inc-1"))["name"]
    await both.matrix.says("piet", "direct", "join INC-1")
    await both.matrix.come_in("inc-1", {"piet"})
    await both.slack.shares("mehmet", here, "", [file])

    # when it is carried over, and somebody on each network asks how it stands
    await both.matrix.sees("piet", "Mehmet Tester (Slack)", SHOWN)
    await both.matrix.says("piet", "direct", "status INC-1")
    on_matrix = await both.matrix.sees("piet", "Files", SHOWN)
    await both.slack.says("mehmet", "direct", "status INC-1")
    on_slack = await both.slack.sees("mehmet", "Files", SHOWN)

    # then it is a link under its name, and nobody is pinged
    assert address in str(on_slack.raw.blocks)
    assert f'href="{address}"' in sent_html(on_matrix)
    for line in (*await both.matrix.bot_lines("piet"), *await both.slack.bot_lines("mehmet")):
        assert pinged(line) == [], line.text
        assert not [live for live in LIVE if live in sent_html(line)], line.text
        assert "\u202e" not in line.text
