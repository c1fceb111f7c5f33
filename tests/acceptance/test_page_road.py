"""The web page takes a person from BotFather to an answer with its source."""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, expect

from tests.acceptance.browser import open_browser
from tests.acceptance.running_system import RunningSystem
from tests.acceptance.visitor import Visitor
from tests.documents import make_docx, make_pdf, paragraph

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

_user_ids = itertools.count(820_000_001)
PATIENCE = 60_000  # milliseconds


@dataclass(frozen=True)
class Speech:
    """The expected texts in one language, and the browser settings of the person's device."""

    device: dict[str, Any]
    greeting: str
    running: str
    added: str
    no_text: str
    question: str
    quote: str
    sources: str
    strange_question: str
    nothing: str


SPEECHES = {
    "en, on a desk": Speech(
        device={"locale": "en-GB", "viewport": {"width": 1200, "height": 800}},
        greeting="Hello",
        running="is running",
        added="Done. Added: 2 of 3",
        no_text="It contains no text",
        question="Who keeps the lighthouse?",
        quote="The lighthouse is kept by Edwina.",
        sources="Sources",
        strange_question="Who won the chess tournament?",
        nothing="found nothing",
    ),
    "ru, on a phone in the dark": Speech(
        device={
            "locale": "ru-RU",
            "viewport": {"width": 390, "height": 844},
            "color_scheme": "dark",
            "has_touch": True,
            "is_mobile": True,
        },
        greeting="Здравствуйте",
        running="работает",
        added="Готово. Добавлено: 2 из 3",
        no_text="нет текста",
        question="Кто следит за маяком?",
        quote="За маяком следит Эдвина.",
        sources="Источники",
        strange_question="Кто выиграл шахматный турнир?",
        nothing="не наш",
    ),
}


def write_documents(folder: Path) -> list[Path]:
    contents = {
        "harbour.pdf": make_pdf(["The harbour opened long ago.", SPEECHES["en, on a desk"].quote]),
        "маяк.docx": make_docx(paragraph(SPEECHES["ru, on a phone in the dark"].quote)),
        "scan.pdf": make_pdf([""]),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


@pytest.mark.parametrize("speech", SPEECHES.values(), ids=SPEECHES.keys())
async def test_from_botfather_to_an_answer_with_its_source(
    system: RunningSystem, tmp_path: Path, speech: Speech
) -> None:
    user_id = next(_user_ids)
    username = f"page_{user_id}_bot"
    incidents: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            incidents.append(message.text)

    async with open_browser() as browser:
        page = await (await browser.new_context(**speech.device)).new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: incidents.append(str(error)))
        await page.goto(f"{system.url}/?user={user_id}")
        visitor = Visitor(user_id, page)

        token = await visitor.create_bot("My papers", username)
        link = await visitor.ask_master(token, username)
        await expect(link).to_be_visible(timeout=PATIENCE)
        await expect(visitor.last_from_bot()).to_contain_text(speech.running)
        await expect(visitor.message(token, "user")).to_have_count(0)
        await expect(visitor.message("sk-sandbox", "user")).to_have_count(0)

        await link.click()
        await expect(page.locator("#chat-name")).to_have_text("My papers")
        await page.click("#start")
        await expect(visitor.last_from_bot()).to_contain_text(speech.greeting)

        await visitor.send_files(write_documents(tmp_path))
        progress = visitor.last_from_bot()
        await expect(progress).to_contain_text(speech.added, timeout=PATIENCE)
        await expect(progress).to_contain_text(re.compile(r"✅ harbour\.pdf[^\n]*2"))
        await expect(progress).to_contain_text("✅ маяк.docx")
        await expect(progress).to_contain_text(re.compile(rf"❌ scan\.pdf\s+.*{speech.no_text}"))

        await visitor.write(speech.question)
        answer = visitor.message(f"«{speech.quote}»")
        await expect(answer).to_contain_text(speech.sources, timeout=PATIENCE)
        await answer.get_by_role("button", name=re.compile("^1 · ")).click()
        source = visitor.last_from_bot()
        await expect(source.locator("blockquote")).to_have_text(speech.quote)
        await source.locator(".reference").click()
        upload = page.locator(".message.pointed .document")
        await expect(upload).to_have_attribute("data-file-name", re.compile("harbour|маяк"))

        await visitor.write(speech.strange_question)
        await expect(visitor.last_from_bot()).to_contain_text(speech.nothing, timeout=PATIENCE)
        fits = "document.documentElement.scrollWidth <= window.innerWidth"
        assert await page.evaluate(fits)
    assert incidents == []
