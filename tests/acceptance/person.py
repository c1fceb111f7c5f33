"""A Telegram user who writes, presses buttons, uploads and reads through the sandbox."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 30.0  # seconds; the tests share two cores with the whole installation

Message = dict[str, Any]


@dataclass
class Person:
    """One Telegram account. It waits by long polling the sandbox, never by sleeping."""

    client: httpx.AsyncClient
    user_id: int
    language: str = "en"

    async def make_bot(self, username: str) -> str:
        """Have BotFather create a bot; return its token."""
        answer = await self._post("bots", json={"user_id": self.user_id, "username": username})
        return str(answer["token"])

    async def revoke(self, username: str) -> str:
        """Have BotFather revoke a bot's token; return the new one."""
        return str((await self._post("bots/revoke", json={"username": username}))["token"])

    async def say(self, bot: str, text: str, **more: Any) -> int:
        """Send a text; `more` may be `reply_to_message_id`, `quote`, `forward_origin`."""
        answer = await self._post(
            "messages",
            json={
                "user_id": self.user_id,
                "bot": bot,
                "text": text,
                "language_code": self.language,
                "first_name": "Alex",
                **more,
            },
        )
        return int(answer["message_id"])

    async def edit(self, bot: str, message_id: int, text: str) -> None:
        edited = {"user_id": self.user_id, "bot": bot, "message_id": message_id, "text": text}
        answer = await self.client.put("/client/messages", json=edited)
        assert answer.is_success, answer.text

    async def list_prompts(self) -> list[str]:
        """Return the last prompts that the stand-in for OpenAI received, of all bots."""
        answer = await self.client.get("/client/prompts")
        return [
            "\n".join(str(message.get("content")) for message in prompt)  # none in a tool call
            for prompt in answer.json()["prompts"]
        ]

    async def upload(
        self, bot: str, *files: Path | tuple[str, bytes], kind: str = "document", caption: str = ""
    ) -> int:
        """Send files as one album; return the last message's id.

        `kind` is e.g. "photo", "voice" or "video", as in the Bot API's Message.
        """
        parts = [
            (file.name, file.read_bytes()) if isinstance(file, Path) else file for file in files
        ]
        answer = await self._post(
            "documents",
            data={
                "user_id": str(self.user_id),
                "bot": bot,
                "language_code": self.language,
                "caption": caption,
            },
            files=[(kind, part) for part in parts],
        )
        return int(answer["message_ids"][-1])

    async def press(self, bot: str, message: Message, label: str) -> None:
        """Press the first button of a message whose label matches the pattern.

        A number matches the label that begins with it, whatever sign comes before.
        """
        if label.isdigit():
            label = rf"^\D*{label}\b"
        buttons = [button for row in message["keyboard"] or [] for button in row]
        matching = [button for button in buttons if re.search(label, button["text"])]
        assert matching, f"no button {label!r} among {[button['text'] for button in buttons]}"
        await self._post(
            "callbacks",
            json={
                "user_id": self.user_id,
                "bot": bot,
                "message_id": message["message_id"],
                "data": matching[0]["data"],
            },
        )

    async def read(self, bot: str, after: int = 0) -> list[Message]:
        answer = await self.client.get(
            "/client/messages", params={"user_id": self.user_id, "bot": bot, "after": after}
        )
        answer.raise_for_status()
        return list(answer.json()["messages"])

    async def expect(
        self, bot: str, pattern: str, after: int = 0, patience: float = PATIENCE
    ) -> Message:
        """Wait for a message of the bot, new or edited, that matches; `patience` is in seconds."""
        deadline = time.monotonic() + patience
        revision = 0
        while True:
            for message in await self.read(bot, after):
                said = message["from"] == "bot" and not message["deleted"]
                if said and re.search(pattern, message["text"]):
                    return message
            if time.monotonic() > deadline:
                texts = [f"{m['from']}: {m['text']}" for m in await self.read(bot)]
                raise AssertionError(f"no message like {pattern!r} in:\n" + "\n".join(texts))
            revision = await self._next_change(revision)

    async def expect_alert(self, bot: str, pattern: str) -> str:
        """Wait for a matching answer to a pressed button; return its text."""
        deadline = time.monotonic() + PATIENCE
        revision = 0
        while time.monotonic() < deadline:
            changes = await self._changes(revision)
            revision = changes["revision"]
            for answer in changes["answers"]:
                if answer["bot"] == bot and re.search(pattern, answer["text"] or ""):
                    return str(answer["text"])
        raise AssertionError(f"no answer like {pattern!r}")

    async def ask(self, bot: str, text: str, pattern: str) -> Message:
        """Send a text and wait for a matching reply."""
        return await self.expect(bot, pattern, after=await self.say(bot, text))

    async def is_deleted(self, bot: str, message_id: int) -> bool:
        return any(
            message["deleted"]
            for message in await self.read(bot)
            if message["message_id"] == message_id
        )

    async def _next_change(self, revision: int) -> int:
        return int((await self._changes(revision))["revision"])

    async def _changes(self, revision: int) -> dict[str, Any]:
        answer = await self.client.get(
            "/client/changes", params={"user_id": self.user_id, "since": revision, "wait": 5}
        )
        answer.raise_for_status()
        return dict(answer.json())

    async def _post(self, path: str, **content: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/client/{path}", **content)
        assert answer.is_success, answer.text
        return dict(answer.json())
