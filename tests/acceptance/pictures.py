"""Regenerate the README's pictures: `.venv/bin/python -m tests.acceptance.pictures`.

Starts a complete installation and uses its web page with a phone-sized screen. Needs Chromium and
a font with emoji (Debian's fonts-noto-color-emoji).
"""

import asyncio
import shutil
import tempfile
from pathlib import Path

import httpx
from playwright.async_api import Page, expect

from deploy.catalogues import compile_catalogues
from deploy.environment import ROOT
from tests.acceptance.browser import open_browser
from tests.acceptance.running_system import start_system
from tests.acceptance.visitor import Visitor
from tests.documents import make_docx, make_pdf, make_xlsx, paragraph

PICTURES = ROOT / "deploy" / "pictures"
PHONE = {"width": 420, "height": 760}
SHARPNESS = 2
USERNAME = "papers_bot"
SLOWNESS = 4  # seconds of delay for embeddings, so that an upload is seen in progress
LEASE = """
LEASE AGREEMENT
This agreement is made between Harbour Offices Ltd, the landlord, and
Almond Bakery, the tenant, for the premises at 12 Quay Street.
---
The monthly rent is 2,400 euros, due on the fifth day of each month.
A deposit of two monthly rents is paid before the keys are handed over.
---
Either party may end the lease with a notice period of three months,
given in writing and effective at the end of a calendar quarter.
"""


def write_documents(folder: Path) -> list[Path]:
    rules = "".join(
        paragraph(
            f"{number}. Whoever works in room {number} keeps its window clean and its door shut."
        )
        for number in range(1, 200)
    )
    contents = {
        "Lease agreement.pdf": make_pdf([page.strip() for page in LEASE.split("---")]),
        "Scanned letter.pdf": make_pdf([""]),
        "House rules.docx": make_docx(rules),
        "Prices 2026.xlsx": make_xlsx({"Prices": [["Item", "Euros"], ["Bread", 4], ["Cake", 19]]}),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


async def walk(page: Page, sandbox: httpx.AsyncClient, documents: list[Path]) -> None:
    visitor = Visitor(830_000_001, page)
    await page.goto(f"{sandbox.base_url}/?user={visitor.user_id}")
    token = await visitor.create_bot("My papers", USERNAME)
    link = await visitor.ask_master(token, USERNAME)
    await expect(link).to_be_visible()
    await take(page, "onboarding")

    await link.click()
    await page.click("#start")
    await expect(visitor.last_from_bot()).to_contain_text("Send me a file")
    slow = {"method": "embeddings", "delay": SLOWNESS, "times": 3}
    (await sandbox.post("/faults", json=slow)).raise_for_status()
    await visitor.send_files(documents)
    progress = visitor.last_from_bot().filter(has_text="✅").filter(has_text="▰▰▰")
    await expect(progress).to_be_visible()
    await take(page, "upload")

    await expect(visitor.last_from_bot()).to_contain_text("Done.")
    await visitor.write("How much notice must be given to end the lease?")
    answer = visitor.message("Sources").filter(has_text="[1]")
    await answer.get_by_role("button", name="1 ·").click()
    await expect(visitor.last_from_bot().locator("blockquote")).to_be_visible()
    await take(page, "answer")


async def take(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)  # not over a button
    # A plain background makes the file a quarter smaller.
    await page.evaluate("document.documentElement.style.setProperty('--wall-bottom', '#dbe7ee')")
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    await page.screenshot(path=PICTURES / f"{name}.png")


async def make_pictures(url: str, documents: list[Path]) -> None:
    async with open_browser() as browser, httpx.AsyncClient(base_url=url) as sandbox:
        context = await browser.new_context(
            viewport=PHONE, device_scale_factor=SHARPNESS, locale="en-GB"
        )
        await walk(await context.new_page(), sandbox, documents)


def main() -> None:
    compile_catalogues(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="tgrag-"))
    with start_system(folder) as system, tempfile.TemporaryDirectory() as documents:
        asyncio.run(make_pictures(system.url, write_documents(Path(documents))))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
