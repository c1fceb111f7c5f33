"""A person who uses the sandbox's web page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.acceptance import echo_bot

expect.set_options(timeout=30_000)  # milliseconds; the machine may be busy


@dataclass
class Visitor:
    """A person who uses the web page. Messages are located by their text."""

    user_id: int
    page: Page

    def row(self, bot: str) -> Locator:
        return self.page.locator(f'#chats li[data-bot="{bot}"]')

    def message(self, text: str, sender: str = "bot") -> Locator:
        return self.page.locator(f'.message[data-from="{sender}"]').filter(has_text=text)

    def last_from_bot(self) -> Locator:
        return self.page.locator('.message[data-from="bot"]').last

    async def open(self, bot: str) -> None:
        """Choose a chat in the list; on a phone, go back to the list first."""
        if await self.page.locator("#back").is_visible():
            await self.page.click("#back")
        await self.row(bot).click()
        await expect(self.page.locator(f'#chat[data-bot="{bot}"]')).to_be_visible()

    async def create_bot(self, name: str, username: str) -> str:
        """Have BotFather create a bot; return the token that it shows."""
        await self.open("BotFather")
        await self.page.click("#start")
        await self.last_from_bot().locator('[data-command="/newbot"]').click()
        replies = self.page.locator('.message[data-from="bot"]')
        await expect(replies).to_have_count(2)
        await self.write(name)
        await expect(replies).to_have_count(3)
        await self.write(username)
        return await self.last_from_bot().locator("code", has_text=":").inner_text()

    async def ask_master(self, token: str, username: str) -> Locator:
        """Give the master a token and a key; return the link that it shows once the bot runs."""
        await self.open("master_bot")
        await self.page.click("#start")
        await expect(self.last_from_bot()).to_contain_text("@BotFather")
        await self.write(token)
        await expect(self.last_from_bot()).to_contain_text(re.compile("Step 2 of 2|Шаг 2 из 2"))
        await self.write(await self.page.locator("#openai-key").inner_text())
        return self.last_from_bot().locator(".key[href]", has_text=f"@{username}")

    async def send_files(self, files: Sequence[Path]) -> None:
        await self.page.set_input_files("#files", files)
        await expect(self.page.locator("#tray li")).to_have_count(len(files))
        await self.page.click("#send")

    async def find_bot(self, bot: str) -> None:
        await self.page.fill("#search", f"@{bot}")
        await self.page.press("#search", "Enter")
        await expect(self.page.locator(f'#chat[data-bot="{bot}"]')).to_be_visible()

    async def meet_echo_bot(self) -> None:
        await self.find_bot(echo_bot.USERNAME)
        await self.page.click("#start")
        await expect(self.message("Hello, ")).to_be_visible()

    async def write(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")

    async def drop(self, files: dict[str, str]) -> None:
        transfer = await self.page.evaluate_handle(
            """(files) => {
              const transfer = new DataTransfer();
              for (const [name, text] of Object.entries(files)) {
                transfer.items.add(new File([text], name, { type: "text/plain" }));
              }
              return transfer;
            }""",
            files,
        )
        await self.page.dispatch_event("#messages", "dragenter", {"dataTransfer": transfer})
        await expect(self.page.locator("#drop-zone")).to_be_visible()
        await self.page.dispatch_event("#drop-zone", "drop", {"dataTransfer": transfer})
        await expect(self.page.locator("#drop-zone")).to_be_hidden()
