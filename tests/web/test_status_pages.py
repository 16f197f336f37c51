"""What people and machines read, asked over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient
from jsonschema import Draft202012Validator

from adapters.web.languages import preferred
from adapters.web.ports import Part, PublicUpdate
from tests.web.one_bad_day import ARTICLE, NOON, PRINTING, VPN, OneBadDay, Parts

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</p><script>alert(1)</script> {{ 7*7 }} {% raw %} \x0b\x1b & \"'"


async def test_the_status_page_says_first_what_is_affected_now(client: AsyncClient) -> None:
    page = (await client.get("/")).text

    assert "2 services have a problem" in page
    assert "The VPN drops everybody" in page
    assert "12 people affected" in page
    assert "Next update by:" in page
    assert page.index("What is affected now") < page.index('id="services"') < page.index("Solved lately")


async def test_when_all_is_well_the_page_says_so(client: AsyncClient, source: OneBadDay) -> None:
    source.all_is_well()

    page = (await client.get("/")).text

    assert "Everything works" in page
    assert "What is affected now" not in page


async def test_an_update_that_is_overdue_is_said_to_be(client: AsyncClient, source: OneBadDay) -> None:
    source.status = replace(source.status, at=NOON + timedelta(hours=1))

    assert "Next update was due by:" in (await client.get("/")).text

    source.status = replace(source.status, current=(replace(VPN, at=NOON + timedelta(hours=1)),))
    assert "Next update was due by:" in (await client.get("/incidents/INC-42")).text


async def test_an_incident_of_no_service_is_called_a_problem_and_a_service_is_named_once(
    client: AsyncClient, source: OneBadDay
) -> None:
    source.status = replace(source.status, current=(replace(VPN, title="", services=()),))
    for path in ("/", "/incidents/INC-42"):
        assert "A problem" in (await client.get(path)).text

    source.status = replace(source.status, current=(replace(VPN, title="VPN", services=("VPN",)),))
    assert 'class="chips"' not in (await client.get("/incidents/INC-42")).text


async def test_an_incident_has_a_page_with_everything_that_was_told(client: AsyncClient) -> None:
    answer = await client.get("/incidents/inc-42")

    assert answer.status_code == 200
    assert "We are looking at it." in answer.text
    assert answer.text.index("We found the cause.") < answer.text.index("We are looking at it.")


@pytest.mark.parametrize("path", ["/incidents/INC-99", "/knowledge/KB-99", "/nowhere", "/incidents/%00%ff"])
async def test_what_is_not_there_is_said_kindly(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


async def test_articles_are_listed_searched_and_read(client: AsyncClient) -> None:
    assert ARTICLE.title in (await client.get("/knowledge")).text
    assert ARTICLE.title in (await client.get("/knowledge?q=vpn")).text
    assert "Nothing was found" in (await client.get("/knowledge?q=coffee")).text
    assert "Renew the certificate" in (await client.get("/knowledge/KB-3")).text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH, en;q=0.8", "de"),
        ("fr, nl;q=0.5, en;q=0.3", "nl"),
        ("en;q=0.1, nl;q=0.9", "nl"),
        ("de;q=0, en", "en"),
        ("xx", "en"),
        ("", "en"),
        ("de;q=much", "en"),
    ],
)
def test_the_reader_gets_the_language_they_prefer(header: str, language: str) -> None:
    assert preferred(header) == language


async def test_a_language_in_the_address_wins_and_stays(client: AsyncClient) -> None:
    page = (await client.get("/?lang=nl", headers={"accept-language": "de"})).text

    assert '<html lang="nl">' in page
    assert 'href="/knowledge?lang=nl"' in page
    assert '<html lang="de">' in (await client.get("/?lang=xx", headers={"accept-language": "de"})).text


async def test_the_feed_is_atom_with_one_entry_for_each_thing_told(client: AsyncClient) -> None:
    answer = await client.get("/feed.atom")

    feed = ET.fromstring(answer.content)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)) == 3 + 3
    assert ids[0] == "https://status.example.org/incidents/INC-42#update-2"
    for entry in [feed, *entries]:
        assert entry.findtext(f"{ATOM}updated")
        assert entry.findtext(f"{ATOM}title")


@pytest.mark.parametrize("path", ["/feed.atom", "/", "/api/v1/status", "/knowledge"])
async def test_a_reader_who_has_it_already_is_not_sent_it_again(
    client: AsyncClient, source: OneBadDay, path: str
) -> None:
    first = await client.get(path)

    again = await client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_the_feed_is_sent_again_when_something_was_told(client: AsyncClient, source: OneBadDay) -> None:
    first = await client.get("/feed.atom")
    since = {"if-modified-since": first.headers["last-modified"]}
    assert (await client.get("/feed.atom", headers=since)).status_code == 304
    news = PublicUpdate(at=NOON, text="It works again.")
    source.status = replace(source.status, current=(replace(VPN, updates=(news, *VPN.updates)),))

    assert (await client.get("/feed.atom", headers={"if-none-match": first.headers["etag"]})).status_code == 200
    assert "It works again." in (await client.get("/feed.atom", headers=since)).text


async def test_whatever_people_wrote_is_shown_as_text(client: AsyncClient, source: OneBadDay) -> None:
    hostile = replace(VPN, title=HOSTILE, updates=(PublicUpdate(at=NOON, text=HOSTILE),), services=(HOSTILE,))
    source.status = replace(source.status, current=(hostile,))
    source.known = [replace(ARTICLE, title=HOSTILE, issue=HOSTILE, resolution=HOSTILE, service=HOSTILE)]

    for path in ("/", "/incidents/INC-42", "/knowledge", "/knowledge/KB-3", "/knowledge?q=%3Cscript%3E"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page or "q=" in path
    feed = ET.fromstring((await client.get("/feed.atom")).content)
    assert "<script>alert(1)</script>" in (feed.findtext(f"{ATOM}entry/{ATOM}content") or "")


async def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(client: AsyncClient) -> None:
    for path in ("/", "/nowhere", "/healthz", "/static/web.css", "/api/v1/status"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_nothing_can_be_changed_here(client: AsyncClient) -> None:
    for path in ("/", "/incidents/INC-42", "/knowledge", "/feed.atom", "/api/v1/status", "/healthz", "/metrics"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert (await client.request(method, path)).status_code == 405


async def test_when_the_database_is_away_the_last_known_status_is_shown_as_such(
    client: AsyncClient, source: OneBadDay
) -> None:
    await client.get("/")
    source.away = True

    page = await client.get("/")

    assert page.status_code == 200
    assert "We cannot read anything newer right now" in page.text
    assert "The VPN drops everybody" in page.text


@pytest.mark.parametrize("path", ["/", "/knowledge", "/api/v1/status"])
async def test_when_nothing_can_be_read_it_says_so_without_inner_words(
    client: AsyncClient, source: OneBadDay, path: str
) -> None:
    source.away = True

    answer = await client.get(path)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "secret" not in answer.text
    assert "x-content-type-options" in answer.headers


async def test_alive_needs_no_database_and_ready_tells_what_is_missing(
    client: AsyncClient, source: OneBadDay, parts: Parts
) -> None:
    source.away = True
    assert (await client.get("/readyz")).json() == {
        "ready": True,
        "parts": {"database": {"ready": True}, "slack": {"ready": True}},
    }
    parts.slack = Part("slack", False, "not connected since 11:58")

    ready = await client.get("/readyz")

    assert ready.status_code == 503
    assert ready.json()["parts"]["slack"] == {"ready": False, "reason": "not connected since 11:58"}
    assert (await client.get("/healthz")).text == "ok\n"


async def test_the_figures_are_given_for_prometheus(client: AsyncClient) -> None:
    answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")


async def test_the_json_is_what_its_description_says(client: AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()

    def fits(schema: str, content: object) -> None:
        whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
        Draft202012Validator(whole).validate(content)

    status = (await client.get("/api/v1/status")).json()
    fits("Status", status)
    fits("Incident", (await client.get(f"/api/v1/incidents/{PRINTING.ref}")).json())
    fits("Failure", (await client.get("/api/v1/incidents/INC-99")).json())
    assert status["current"][0]["affected"] == 12
    assert json.dumps(document)
