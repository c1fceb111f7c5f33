"""The sandbox's web page works in a real browser, with the echo bot as the chat partner."""

import asyncio
import io
import itertools
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.types import BufferedInputFile
from PIL import Image
from playwright.async_api import Browser, ConsoleMessage, Request, expect

from tests.acceptance import echo_bot
from tests.acceptance.browser import open_browser
from tests.acceptance.visitor import Visitor

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="module")]
module_fixture = pytest_asyncio.fixture(scope="module", loop_scope="module")

TIMEOUT_SECONDS = 60  # the machine may be busy
DESKTOP = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 844}
_user_ids = itertools.count(810_000_001)


#: Playwright's `route(times=1)` stops intercepting in the background, while the next poll is
#: already under way and may get lost; so the page itself gets another `fetch` for one call.
ANSWER_THE_NEXT_POLL = """
(answer) => {
  const real = window.fetch;
  window.fetch = (path, options) => {
    if (!path.startsWith("client/changes")) return real(path, options);
    window.fetch = real;
    return Promise.resolve(Response.json(answer));
  };
}
"""

Enter = Callable[..., Awaitable[Visitor]]


async def _wait_until_healthy(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            try:
                await client.get("/health")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


@module_fixture
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    state = tmp_path_factory.mktemp("sandbox")
    token = state / "token"
    token.write_text("4100000001:AAFakeTokenOfTheMasterForThePage_01")
    options = ["--port", str(port), "--state", str(state), "--master-token-file", str(token)]
    with (state / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.sandbox", *options, stdout=log, stderr=log
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            await _wait_until_healthy(client)
            yield client
    finally:
        process.terminate()
        await process.wait()


async def make_bot(sandbox: httpx.AsyncClient, user_id: int, username: str, name: str) -> str:
    bot = {"user_id": user_id, "username": username, "name": name}
    answer = await sandbox.post("/client/bots", json=bot)
    answer.raise_for_status()
    return str(answer.json()["token"])


@module_fixture
async def bot(sandbox: httpx.AsyncClient) -> AsyncIterator[Bot]:
    token = await make_bot(sandbox, 800_000_000, echo_bot.USERNAME, echo_bot.NAME)
    async with echo_bot.open_echo_bot(str(sandbox.base_url), token) as bot:
        yield bot


@module_fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def enter(browser: Browser, sandbox: httpx.AsyncClient, bot: Bot) -> AsyncIterator[Enter]:
    """Return a function that opens the page as a new person.

    Afterwards, fail on script errors, violations of the Content Security Policy and requests to
    other hosts.
    """
    home = str(sandbox.base_url)
    incidents: list[str] = []

    async def enter(user_id: int | None = None, **device: Any) -> Visitor:
        context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-US", **device})
        page = await context.new_page()
        page.on("pageerror", lambda error: incidents.append(str(error)))
        page.on("console", note_refusal)
        page.on("request", note_stranger)
        visitor = Visitor(user_id or next(_user_ids), page)
        await page.goto(f"{home}/?user={visitor.user_id}")
        return visitor

    def note_refusal(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            incidents.append(message.text)

    def note_stranger(request: Request) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            incidents.append(request.url)

    yield enter
    for context in browser.contexts:
        await context.close()
    assert incidents == []


async def test_a_newcomer_finds_the_chats_a_guide_and_a_key_that_works(
    enter: Enter, sandbox: httpx.AsyncClient
) -> None:
    visitor = await enter(permissions=["clipboard-read", "clipboard-write"])
    await expect(visitor.row("BotFather")).to_be_visible()
    await expect(visitor.row("master_bot")).to_be_visible()
    await expect(visitor.page.locator("#banner")).to_contain_text("stand-ins")
    await expect(visitor.page.locator("#guide-steps li")).to_have_count(3)
    await visitor.page.click("#copy-key")
    await expect(visitor.page.locator(".toast")).to_have_text("Copied")
    key = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert key.startswith("sk-sandbox-")
    models = await sandbox.get("/v1/models", headers={"Authorization": f"Bearer {key}"})
    assert models.status_code == 200


async def test_a_bot_made_with_botfather_opens_from_its_link(enter: Enter) -> None:
    visitor = await enter()
    await visitor.row("BotFather").click()
    await visitor.page.click("#start")
    await visitor.message("/newbot").locator('[data-command="/newbot"]').click()
    await expect(visitor.message("choose a name")).to_be_visible()
    await visitor.write("Notes & <Files>")
    await expect(visitor.message("choose a username")).to_be_visible()
    await visitor.write("notes_and_files_bot")
    done = visitor.message("Congratulations")
    await expect(done.locator("code")).to_have_text(re.compile(r"^\d+:[\w-]{30,}$"))
    await done.get_by_role("link", name="@notes_and_files_bot").click()
    await expect(visitor.page.locator("#chat-name")).to_have_text("Notes & <Files>")
    await expect(visitor.page.locator("#start")).to_be_visible()
    await expect(visitor.page.locator("#composer")).to_be_hidden()
    await expect(visitor.row("notes_and_files_bot")).to_be_visible()


async def test_a_text_arrives_and_is_shown_as_it_was_written(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    text = "<b>not bold</b> & 'so' <img src=x onerror=alert(1)>"
    await visitor.write(text)
    mine = visitor.page.locator('.message[data-from="user"] .text').last
    await expect(mine).to_have_text(text)
    await expect(mine.locator("b, img")).to_have_count(0)
    await expect(visitor.message(f"You said: {text}")).to_be_visible()
    await expect(visitor.row(echo_bot.USERNAME).locator(".preview")).to_contain_text(
        "You said: <b>"
    )
    await expect(visitor.page.locator("#text")).to_have_value("")


async def test_a_pressed_key_brings_a_toast_an_alert_or_a_chat(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.write("/keys")
    keys = visitor.message("Press one")
    await keys.get_by_role("button", name="Toast").click()
    await expect(visitor.page.locator(".toast")).to_have_text("You pressed toast")
    await expect(keys.locator("[aria-busy]")).to_have_count(0)
    await keys.get_by_role("button", name="Alert").click()
    await expect(visitor.page.get_by_role("dialog")).to_contain_text("You pressed alert")
    await visitor.page.get_by_role("dialog").get_by_role("button").click()
    await expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    await keys.get_by_role("link", name="BotFather").click()
    await expect(visitor.page.locator("#chat-name")).to_have_text("BotFather")


async def test_edits_change_the_message_in_place(enter: Enter, bot: Bot) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    sent = await bot.send_message(visitor.user_id, "…")
    element = visitor.page.locator(f"#message-{sent.message_id}")
    await expect(element.locator(".text")).to_have_text("…")
    await element.evaluate("(element) => { element.mark = 'the same'; }")
    for text in ("The notice", "The notice period", "The <b>notice</b> period is <i>short</i>"):
        await bot.edit_message_text(
            text, chat_id=visitor.user_id, message_id=sent.message_id, parse_mode="HTML"
        )
        await expect(element.locator(".text")).to_have_text(re.sub(r"<.*?>", "", text))
    await expect(element.locator(".text b")).to_have_text("notice")
    await expect(element.locator(".edited")).to_be_visible()
    assert await element.evaluate("(element) => element.mark") == "the same"


async def test_a_deleted_message_vanishes(enter: Enter, bot: Bot) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    sent = await bot.send_message(visitor.user_id, "a secret")
    await expect(visitor.message("a secret")).to_be_visible()
    await bot.delete_message(visitor.user_id, sent.message_id)
    await expect(visitor.message("a secret")).to_have_count(0)
    await expect(visitor.message("Hello, ")).to_be_visible()


async def test_new_messages_scroll_only_a_reader_who_is_at_the_bottom(
    enter: Enter, bot: Bot
) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await bot.send_message(visitor.user_id, "line\n" * 60 + "the end")
    log, down = visitor.page.locator("#messages"), visitor.page.locator("#to-bottom")
    await expect(visitor.message("the end").locator("time")).to_be_in_viewport()
    await log.evaluate("(log) => log.scrollTo(0, 0)")
    await expect(down).to_be_visible()
    await bot.send_message(visitor.user_id, "one more")
    await expect(visitor.page.locator("#missed")).to_have_text("1")
    assert await log.evaluate("(log) => log.scrollTop") == 0
    await down.click()
    await expect(visitor.message("one more")).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_files_chosen_by_the_button_go_as_an_album_and_come_back(
    enter: Enter, tmp_path: Path
) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    for name in ("один.txt", "two.txt"):
        (tmp_path / name).write_text(f"text of {name}")
    async with visitor.page.expect_file_chooser() as chooser:
        await visitor.page.click("#attach")
    await (await chooser.value).set_files([tmp_path / "один.txt", tmp_path / "two.txt"])
    await expect(visitor.page.locator("#tray li")).to_have_count(2)
    await visitor.page.fill("#text", "both")
    await visitor.page.click("#send")
    await expect(visitor.message("один.txt is «text of один.txt», album: True")).to_be_visible()
    await expect(visitor.message("two.txt is «text of two.txt», album: True")).to_be_visible()
    first = visitor.page.locator('.message[data-from="user"] .document[data-file-name="один.txt"]')
    await expect(first.locator(".file-size")).to_have_text("20 B")
    await expect(visitor.message("both", "user").locator(".text")).to_have_text("both")
    async with visitor.page.expect_download() as download:
        await first.click()
    assert (await (await download.value).path()).read_text() == "text of один.txt"


async def test_dropped_files_are_sent_and_can_be_taken_off_before(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.drop({"keep.txt": "kept", "spare.txt": "spared"})
    await visitor.page.locator('#tray [data-file-name="spare.txt"]').get_by_role("button").click()
    await visitor.page.click("#send")
    await expect(visitor.message("keep.txt is «kept», album: False")).to_be_visible()
    await expect(visitor.page.locator(".message .document")).to_have_count(1)
    await expect(visitor.page.locator("#tray")).to_be_hidden()


async def test_commands_are_chosen_from_the_button_and_after_a_slash(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    page, options = visitor.page, visitor.page.get_by_role("option")
    await page.click("#menu")
    await expect(options).to_have_count(len(echo_bot.COMMANDS["en"]))
    await options.filter(has_text="Which language?").click()
    await expect(visitor.message("You speak en")).to_be_visible()
    await page.locator("#text").press_sequentially("/s")
    await expect(options).to_have_text(["/startBegin", "/speakWhich language?"])
    await page.press("#text", "ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await page.press("#text", "Enter")
    await expect(visitor.message("You speak en")).to_have_count(2)
    await expect(page.locator("#command-list")).to_be_hidden()


async def test_the_language_of_the_person_changes_page_messages_and_commands(
    enter: Enter,
) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.page.click("#language")
    await expect(visitor.page.locator("#text")).to_have_attribute("placeholder", "Сообщение")
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")
    await visitor.page.click("#menu")
    await visitor.page.get_by_role("option", name="Какой язык?").click()
    await expect(visitor.message("You speak ru")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.locator("h1")).to_have_text("Чаты")


async def test_a_reply_quotes_its_message(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.message("Hello, ").hover()
    await visitor.message("Hello, ").get_by_role("button", name="Reply").click()
    await expect(visitor.page.locator("#reply-name")).to_have_text(echo_bot.NAME)
    await visitor.write("and good morning")
    reply = visitor.message("and good morning", "user")
    await expect(reply.locator(".reference")).to_contain_text("Hello, ")
    await expect(visitor.message("You said about «Hello, ")).to_be_visible()
    await expect(visitor.page.locator("#reply-bar")).to_be_hidden()


async def test_photos_sounds_places_and_forwards_are_shown(
    enter: Enter, sandbox: httpx.AsyncClient, bot: Bot
) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(picture, "PNG")
    upload = {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    for is_photo in (True, False):
        await visitor.page.set_input_files("#files", [upload])
        await visitor.page.set_checked("#compress", is_photo)
        await visitor.page.click("#send")
    photo = visitor.page.locator('.message[data-from="user"] .picture img')
    await expect(photo).to_have_js_property("naturalWidth", 400)
    await expect(visitor.message("a.png", "user").locator(".document")).to_be_visible()
    await bot.send_voice(visitor.user_id, BufferedInputFile(b"OggS", "voice.ogg"))
    await expect(visitor.last_from_bot().locator("audio")).to_be_visible()
    about = {"user_id": visitor.user_id, "bot": echo_bot.USERNAME}
    location = {"location": {"latitude": 59.94, "longitude": 30.31}}
    await sandbox.post("/client/messages", json={**about, "content": location})
    await expect(visitor.message("59.94000, 30.31000", "user")).to_be_visible()
    origin = {"type": "hidden_user", "sender_user_name": "Somebody <b>"}
    await sandbox.post("/client/messages", json={**about, "text": "x", "forward_origin": origin})
    await expect(visitor.message("Forwarded from Somebody <b>", "user")).to_be_visible()


async def test_a_message_is_edited_in_place(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.write("good morning")
    message = visitor.message("good morning", "user")
    await message.hover()
    await message.get_by_role("button", name="Edit").click()
    await expect(visitor.page.locator("#text")).to_have_value("good morning")
    await visitor.write("good evening")
    await expect(visitor.message("good evening", "user").locator(".edited")).to_be_visible()
    await expect(visitor.page.locator("#reply-bar")).to_be_hidden()
    await expect(visitor.page.locator("#text")).to_have_value("")


async def test_typing_and_unread_show_in_the_list(enter: Enter, bot: Bot) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await bot.send_chat_action(visitor.user_id, "typing")
    await expect(visitor.page.locator("#chat-status")).to_have_text("typing")
    await bot.send_message(visitor.user_id, "here it is")
    await expect(visitor.page.locator("#chat-status")).to_have_text("bot")
    await visitor.row("BotFather").click()
    await bot.send_message(visitor.user_id, "and one unseen")
    await expect(visitor.row(echo_bot.USERNAME).locator(".unread")).to_have_text("1")
    await visitor.row(echo_bot.USERNAME).click()
    await expect(visitor.row(echo_bot.USERNAME).locator(".unread")).to_have_count(0)


async def test_a_blocked_bot_is_started_again(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.page.click("#block")
    await expect(visitor.page.locator("#composer")).to_be_hidden()
    await visitor.page.get_by_role("button", name="Unblock and restart").click()
    await expect(visitor.message("Hello, ")).to_have_count(2)
    await expect(visitor.page.locator("#composer")).to_be_visible()


async def test_a_message_that_failed_stays_to_be_sent_again(enter: Enter) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.page.route("**/client/messages", lambda route: route.abort())
    await visitor.write("precious words")
    await expect(visitor.page.locator(".toast")).to_contain_text("Not sent to @echo_bot")
    await expect(visitor.page.locator("#text")).to_have_value("precious words")
    await visitor.page.unroute("**/client/messages")
    await visitor.page.press("#text", "Enter")
    await expect(visitor.message("You said: precious words")).to_be_visible()


async def test_an_absent_sandbox_is_told_and_come_back_to(enter: Enter, bot: Bot) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    offline = visitor.page.locator("#offline")
    await visitor.page.route("**/client/changes*", lambda route: route.abort())
    await bot.send_message(visitor.user_id, "ends the poll that was under way")
    await expect(offline).to_contain_text("not responding")
    await bot.send_message(visitor.user_id, "sent meanwhile")
    await visitor.page.unroute("**/client/changes*")
    await expect(offline).to_be_hidden()
    await expect(visitor.message("sent meanwhile")).to_have_count(1)


async def test_a_sandbox_that_begins_anew_is_read_again_and_drafts_stay(
    enter: Enter, sandbox: httpx.AsyncClient, bot: Bot
) -> None:
    visitor = await enter()
    await visitor.meet_echo_bot()
    await visitor.page.fill("#text", "half a thought")
    known = await sandbox.get("/client/changes", params={"user_id": visitor.user_id})
    former = known.json()
    text = "of the former sandbox"
    lost = {**former["messages"][-1], "message_id": 999_999, "text": text, "html": text}
    await visitor.page.evaluate(
        ANSWER_THE_NEXT_POLL, {**former, "revision": 10**9, "messages": [lost]}
    )
    for text in ("ends the poll that was under way", "comes after it"):
        await bot.send_message(visitor.user_id, text)
        await expect(visitor.message(text)).to_have_count(1)
    await expect(visitor.message("of the former sandbox")).to_have_count(0)
    await expect(visitor.message("Hello, ")).to_have_count(1)
    await expect(visitor.page.locator("#text")).to_have_value("half a thought")


async def test_a_phone_shows_the_list_or_a_chat(enter: Enter) -> None:
    visitor = await enter(viewport=PHONE, has_touch=True, is_mobile=True)
    sidebar, chat = visitor.page.locator("#chats"), visitor.page.locator("#chat")
    await expect(sidebar).to_be_visible()
    await expect(chat).to_be_hidden()
    await visitor.meet_echo_bot()
    await expect(sidebar).to_be_hidden()
    await visitor.write("/keys")
    await expect(visitor.message("Press one")).to_be_in_viewport()
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert await visitor.page.evaluate(fits)
    await visitor.page.click("#back")
    await expect(sidebar).to_be_visible()
    await expect(chat).to_be_hidden()
    assert await visitor.page.evaluate(fits)


async def test_dark_follows_the_system_until_the_person_chooses(enter: Enter) -> None:
    visitor = await enter(color_scheme="dark")
    body = visitor.page.locator("body")
    dark, light = "rgb(23, 33, 43)", "rgb(255, 255, 255)"
    await expect(body).to_have_css("background-color", dark)
    await visitor.page.click("#theme")
    await expect(body).to_have_css("background-color", light)
    await visitor.page.reload()
    await expect(body).to_have_css("background-color", light)
    await visitor.page.emulate_media(color_scheme="light")
    await visitor.page.click("#theme")
    await expect(body).to_have_css("background-color", dark)


async def test_own_bots_are_listed_and_another_person_does_not_see_them(
    enter: Enter, sandbox: httpx.AsyncClient
) -> None:
    owner = next(_user_ids)
    await make_bot(sandbox, owner, "owned_bot", "Owned")
    visitor = await enter(owner)
    await expect(visitor.row("owned_bot").locator(".name")).to_have_text("Owned")
    stranger = await enter()
    await expect(stranger.row("BotFather").locator(".preview")).not_to_be_empty()
    await expect(stranger.row("owned_bot")).to_have_count(0)
