"""The page, played by several people in one real browser, with a bot that answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, Route, expect
from starlette.applications import Starlette

from adapters.local.access import Door
from adapters.local.people import Player
from adapters.local.platform import LocalChat
from adapters.local.server import Stage, routes
from adapters.web.server import serving
from bot.events import FormSubmitted
from tests.local.conftest import listening
from tests.local.echo import EchoBot
from tests.servers.chromium import hindrances

STAGE = Stage(("anna", "ben", "carla"), "help", "news", "VPN")

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> {{7*7}} \u202eesrever'


@pytest.fixture
async def bot(chat: LocalChat) -> AsyncIterator[EchoBot]:
    bot = EchoBot(chat)
    async with listening(chat, bot):
        yield bot


@pytest.fixture
async def address(chat: LocalChat, bot: EchoBot) -> AsyncIterator[str]:
    async with serving(Starlette(routes=routes(chat.store, Door("key"), {"en": STAGE})), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/chat/"


@pytest.fixture
async def desk(address: str, page: Page) -> Page:
    await page.set_viewport_size({"width": 1500, "height": 900})
    await page.goto(address)
    await expect(page.locator(".column")).to_have_count(3)
    return page


def of(page: Page, name: str) -> Locator:
    return page.locator(f'.column[aria-label^="{name}"]')


async def writes(column: Locator, text: str) -> None:
    box = column.locator(".composer textarea")
    await box.fill(text)
    await box.press("Enter")
    await expect(box).to_have_value("")


async def test_two_people_talk_and_the_bot_answers_in_the_thread(desk: Page) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")

    await expect(of(desk, "Carla").locator(".text", has_text="The VPN is down").first).to_be_visible()
    card = of(desk, "Carla").locator(".thread .card")
    await expect(card).to_contain_text("INC-1 is registered")
    await card.get_by_role("button", name="Me too").click()
    await expect(of(desk, "Ben").locator(".thread")).to_contain_text("Carla Cox chose me_too")


async def test_a_form_is_filled_in_while_others_go_on_talking(desk: Page, bot: EchoBot) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")
    await of(desk, "Ben").get_by_role("button", name="Resolve").click()
    dialog = of(desk, "Ben").get_by_role("dialog")
    await expect(dialog.get_by_label("What solved it")).to_be_focused()
    await expect(of(desk, "Anna").get_by_role("dialog")).to_have_count(0)

    await dialog.get_by_label("What solved it").fill("A restart")
    await dialog.get_by_label("How sure are you?").select_option(label="Sure")
    await writes(of(desk, "Carla"), "Is anybody there?")
    await expect(dialog.get_by_label("What solved it")).to_have_value("A restart")
    await dialog.get_by_role("button", name="Save").click()

    await expect(dialog).to_have_count(0)
    await expect(of(desk, "Anna").locator(".thread")).to_contain_text("Ben Bakker solved it: A restart")
    (submitted,) = [event for event in bot.events if isinstance(event, FormSubmitted)]
    assert submitted.values == {"how": "A restart", "cause": "", "sure": "sure"}


async def test_a_form_closes_with_escape_and_nobody_hears(desk: Page, bot: EchoBot) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")
    await of(desk, "Ben").get_by_role("button", name="Resolve").click()
    dialog = of(desk, "Ben").get_by_role("dialog")
    await dialog.get_by_label("What solved it").press("Escape")

    await expect(dialog).to_have_count(0)
    assert not [event for event in bot.events if isinstance(event, FormSubmitted)]


async def test_a_whisper_is_seen_by_one_and_can_be_put_away(desk: Page) -> None:
    await writes(of(desk, "Carla"), "this is a secret")

    whisper = of(desk, "Carla").locator(".whisper")
    await expect(whisper).to_contain_text("Only you see this")
    await expect(of(desk, "Anna").locator(".text", has_text="secret")).to_be_visible()
    await expect(of(desk, "Anna").locator(".whisper")).to_have_count(0)
    await whisper.get_by_role("button", name="Hide").click()
    await expect(whisper).to_have_count(0)


async def test_answering_in_a_thread_editing_reacting_and_deleting(desk: Page) -> None:
    carla, ben = of(desk, "Carla"), of(desk, "Ben")
    await writes(carla, "The printer is on fire")
    await ben.get_by_role("button", name="Meer bij dit bericht").click()
    await ben.get_by_role("button", name="Antwoorden").click()
    await writes(ben, "Which one?")
    await expect(carla.locator(".thread .text")).to_have_text("Which one?")

    await carla.get_by_role("button", name="More for this message").first.click()
    await carla.get_by_role("button", name="Edit").click()
    await carla.get_by_role("textbox", name="Edit").fill("The printer is hot")
    await carla.get_by_role("textbox", name="Edit").press("Enter")
    await expect(ben.locator(".text").first).to_have_text("The printer is hot")
    await expect(ben.locator(".head").first).to_contain_text("bewerkt")

    await ben.get_by_role("button", name="Meer bij dit bericht").first.click()
    await ben.get_by_role("button", name="🙋 ik ook").click()
    await expect(carla.locator(".chip")).to_have_text("🙋 1")

    await carla.get_by_role("button", name="More for this message").first.click()
    await carla.get_by_role("button", name="Delete").click()
    await carla.get_by_role("button", name="Really delete?").click()
    await expect(ben.get_by_text("Dit bericht is verwijderd.")).to_be_visible()
    await expect(ben.locator(".thread .text")).to_have_text("Which one?")


async def test_a_dot_says_where_something_is_new(desk: Page, ben: Player) -> None:
    news = of(desk, "Carla").get_by_role("button", name="news")
    await expect(news).not_to_have_class("entry unread")

    ben.says("news", "The canteen is closed")

    await expect(news).to_have_class("entry unread")
    await news.click()
    await expect(of(desk, "Carla").get_by_text("The canteen is closed")).to_be_visible()
    await expect(news).not_to_have_class("entry unread")


async def test_a_reload_keeps_who_where_and_what(desk: Page) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")
    await of(desk, "Carla").get_by_role("combobox").select_option("anna")
    await of(desk, "Ben").get_by_role("button", name="# news").click()

    await desk.reload()

    await expect(of(desk, "Anna")).to_have_count(2)
    await expect(of(desk, "Ben").get_by_role("heading", name="# news")).to_be_visible()
    await expect(of(desk, "Anna").first.locator(".thread .card")).to_be_visible()


async def test_an_address_opens_the_message_it_names(address: str, page: Page, chat: LocalChat, anna: Player) -> None:
    named = anna.says("news", "The canteen is closed")
    for number in range(40):
        anna.says("news", f"message {number}")

    await page.goto(f"{address}#news/{named.id}")

    await expect(page.locator(f"#c0-{named.id}")).to_be_in_viewport()


async def test_whatever_is_written_is_shown_as_text(desk: Page, anna: Player) -> None:
    anna.says("help", HOSTILE)
    anna.says("help", "x" * 90_000)
    await writes(of(desk, "Anna"), f"VPN {HOSTILE}")

    await expect(of(desk, "Carla").locator(".thread blockquote .text")).to_contain_text("<script>")
    await expect(of(desk, "Carla").get_by_role("button", name="Show all").first).to_be_visible()
    assert await desk.evaluate("window.hacked") is None
    assert await desk.locator(".columns script, .columns img[src=x]").count() == 0
    assert await desk.evaluate("document.documentElement.scrollWidth") <= 1500


async def test_what_cannot_be_done_is_said_and_the_words_stay(desk: Page, page_errors: list[str]) -> None:
    box = of(desk, "Carla").locator(".composer textarea")
    await box.evaluate("(node) => { node.value = 'x'.repeat(100001); }")
    await box.press("Enter")

    await expect(desk.locator("#banner")).to_have_text("That is too long to send.")
    assert len(await box.input_value()) == 100_001
    page_errors.clear()


async def test_the_guide_leads_through_and_writes_the_words(desk: Page, bot: EchoBot) -> None:
    await desk.get_by_role("button", name="Write it for Anna").click()
    await expect(of(desk, "Anna").locator(".composer textarea")).to_have_value(
        "VPN geht nicht, ich kann nicht weiterarbeiten"
    )
    await of(desk, "Anna").locator(".composer textarea").press("Enter")
    await expect(of(desk, "Anna").locator(".thread .card")).to_be_visible()
    await of(desk, "Anna").get_by_role("button", name="Swarmbridge").click()
    await desk.get_by_role("button", name="Guide 4").click()
    await desk.get_by_role("button", name="Write it for Ben").click()

    await expect(of(desk, "Anna").get_by_role("heading", name="# help")).to_be_visible()
    await expect(of(desk, "Ben").get_by_role("heading", name="Swarmbridge")).to_be_visible()
    assert (await of(desk, "Ben").locator(".composer textarea").input_value()).startswith("update INC-1 ")


async def test_everything_can_be_done_with_the_keyboard(desk: Page, bot: EchoBot) -> None:
    await of(desk, "Carla").locator(".composer textarea").focus()
    await desk.keyboard.type("VPN is gone")
    await desk.keyboard.press("Enter")
    button = of(desk, "Carla").get_by_role("button", name="Me too")
    await expect(button).to_be_visible()
    for _ in range(12):
        await desk.keyboard.press("Shift+Tab")
        if await button.evaluate("(node) => node === document.activeElement"):
            break
    await desk.keyboard.press("Enter")

    await expect(of(desk, "Carla").locator(".thread")).to_contain_text("Carla Cox chose me_too")


async def test_messages_written_fast_arrive_in_the_order_they_were_written(desk: Page, anna: Player) -> None:
    # given a network on which the first message takes longest
    slow = iter((0.6, 0.3, 0.0))

    async def later(route: Route) -> None:
        await asyncio.sleep(next(slow, 0))
        await route.continue_()

    await desk.route("**/chat/api/say", later)

    for text in ("one", "two", "three"):
        await writes(of(desk, "Carla"), text)

    await expect(of(desk, "Ben").locator(".talk .text")).to_have_text(["one", "two", "three"])


async def test_what_could_not_be_sent_comes_back_before_what_was_written_since(
    desk: Page, page_errors: list[str]
) -> None:
    refused = asyncio.Event()

    async def lost(route: Route) -> None:
        await refused.wait()
        await route.abort()

    await desk.route("**/chat/api/say", lost)
    await writes(of(desk, "Carla"), "the first words")
    box = of(desk, "Carla").locator(".composer textarea")
    await box.fill("the next words")
    refused.set()

    await expect(box).to_have_value("the first words\nthe next words")
    await expect(desk.locator("#banner")).to_contain_text("No connection")
    page_errors.clear()


async def test_a_screen_reader_hears_what_is_new_once_where_somebody_is_at_work(desk: Page, ben: Player) -> None:
    await of(desk, "Carla").locator(".composer textarea").focus()

    ben.says("help", "Is anybody there?")

    await expect(of(desk, "Carla").get_by_role("status")).to_have_text("Ben Bakker: Is anybody there?")
    await expect(of(desk, "Anna").locator(".talk .text")).to_have_text("Is anybody there?")
    await expect(of(desk, "Anna").get_by_role("status")).to_be_empty()


async def test_the_keyboard_stays_where_it_was_when_a_tap_changes_the_message(desk: Page) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")
    button = of(desk, "Carla").get_by_role("button", name="Me too")
    await button.focus()

    await desk.keyboard.press("Enter")

    await expect(of(desk, "Carla").locator(".thread")).to_contain_text("Carla Cox chose me_too")
    await expect(button).to_be_focused()


async def test_nothing_is_loaded_from_anywhere_else(address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(address)
    await expect(page.locator(".column")).to_have_count(3)

    here = address.removesuffix("/chat/")
    assert asked
    assert [url for url in asked if not url.startswith(f"{here}/")] == []


async def test_nobody_is_kept_out_by_light_dark_or_a_small_screen(desk: Page) -> None:
    await writes(of(desk, "Anna"), "The VPN is down")
    await writes(of(desk, "Carla"), "this is a secret")
    await of(desk, "Ben").get_by_role("button", name="Resolve").click()
    await expect(of(desk, "Ben").get_by_role("dialog")).to_be_visible()
    await of(desk, "Carla").get_by_role("button", name="More for this message").first.click()
    found: list[str] = []

    for theme in ("light", "dark"):
        await desk.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += [f"{theme}: {one}" for one in await hindrances(desk)]
    await desk.set_viewport_size({"width": 380, "height": 760})
    found += [f"small: {one}" for one in await hindrances(desk)]

    assert found == []
    assert await desk.evaluate("document.documentElement.scrollWidth") <= 380
    await desk.get_by_role("button", name="Carla", exact=True).click()
    await expect(of(desk, "Carla").locator(".composer textarea")).to_be_in_viewport()
    await expect(of(desk, "Anna")).not_to_be_visible()


async def test_a_burst_of_messages_arrives_whole(desk: Page, anna: Player) -> None:
    for number in range(100):
        anna.says("news", f"message {number}")
        await asyncio.sleep(0)
    await of(desk, "Carla").get_by_role("button", name="news").click()

    await expect(of(desk, "Carla").locator(".talk").get_by_text("message 99")).to_be_visible()
    await of(desk, "Carla").get_by_role("button", name="Show older messages").click()
    await expect(of(desk, "Carla").locator(".talk")).to_have_count(100)
