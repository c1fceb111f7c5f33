"""A person before the page of the sandbox."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.acceptance import parrot


@dataclass
class Visitor:
    """A person before the page. Messages are found by what they say."""

    user_id: int
    page: Page

    def row(self, bot: str) -> Locator:
        return self.page.locator(f'#chats li[data-bot="{bot}"]')

    def message(self, text: str, sender: str = "bot") -> Locator:
        return self.page.locator(f'.message[data-from="{sender}"]').filter(has_text=text)

    async def find_bot(self, bot: str) -> None:
        await self.page.fill("#search", f"@{bot}")
        await self.page.press("#search", "Enter")
        await expect(self.page.locator(f'#chat[data-bot="{bot}"]')).to_be_visible()

    async def meet_parrot(self) -> None:
        await self.find_bot(parrot.USERNAME)
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
