"""Simulated people who ask, upload and onboard during faults, and record the replies."""

import asyncio
import re
import time
from dataclasses import dataclass, field

import httpx

from tests.acceptance.person import Message, Person
from tests.acceptance.running_system import KEY, MASTER

HANDBOOK = ("handbook.txt", b"The code of the harbour is Edwina.")
QUESTION = "What is the code of the harbour? ({marker})"
ANSWER = r"Edwina.*\[1\]"
UNFINISHED = re.compile(r"^(…|⏳)|…$|[▰▱🕓⏸]")


@dataclass
class Question:
    owner: "Owner"
    marker: str
    message_id: int
    sent_at: float
    answers: list[Message] = field(default_factory=list)
    refusals: list[Message] = field(default_factory=list)
    strays: list[Message] = field(default_factory=list)

    def sort(self, replies: list[Message]) -> None:
        """Classify each reply as an answer, a refusal or an unfinished message."""
        self.answers, self.refusals, self.strays = [], [], []
        for reply in replies:
            if UNFINISHED.search(reply["text"]):
                self.strays.append(reply)
            elif re.search(ANSWER, reply["text"], re.DOTALL):
                self.answers.append(reply)
            else:
                self.refusals.append(reply)

    @property
    def is_over(self) -> bool:
        return bool(self.answers or self.refusals)


@dataclass
class Owner:
    """One person with one bot."""

    person: Person
    bot: str
    questions: list[Question] = field(default_factory=list)
    uploads: dict[str, float] = field(default_factory=dict)  # name → when it was sent
    shown: list[Message] = field(default_factory=list)

    async def ask(self, marker: str) -> None:
        message_id = await self.person.say(self.bot, QUESTION.format(marker=marker))
        self.questions.append(Question(self, marker, message_id, time.time()))

    async def upload(self, marker: str) -> None:
        name = f"{marker}.txt"
        content = f"The parcel {marker} weighs {len(marker)} pounds and waits in hall {marker}."
        await self.person.upload(self.bot, (name, content.encode()))
        self.uploads[name] = time.time()

    async def look(self) -> None:
        """Read the current state of the chat."""
        messages = await self.person.read(self.bot)
        self.shown = [m for m in messages if m["from"] == "bot" and not m["deleted"]]
        for question in self.questions:
            question.sort(
                [m for m in self.shown if m["reply_to_message_id"] == question.message_id]
            )

    def lines_about(self, name: str) -> list[str]:
        """Return all current lines about an upload, from all messages."""
        return [
            line
            for message in self.shown
            if message["reply_to_message_id"] is None
            for line in message["text"].split("\n")
            if name in line
        ]


@dataclass
class Newcomer:
    """A person who is onboarded during faults. `incident` is the error, or empty."""

    person: Person
    bot: str
    incident: str = ""
    left_behind: list[str] = field(default_factory=list)

    async def begin(self, road: asyncio.Lock, patience: float) -> None:
        """Go through the onboarding; set `incident` if it fails."""
        try:
            async with road:
                token = await self.person.make_bot(self.bot)
            for text, pattern in (
                ("/start", "BotFather"),
                (token, "Step 2 of 2"),
                (KEY, f"@{self.bot} is running"),
            ):
                async with road:
                    sent = await self.person.say(MASTER, text)
                await self._expect(pattern, sent, patience)
        except AssertionError as error:
            self.incident = str(error)

    async def _expect(self, pattern: str, after: int, patience: float) -> None:
        while True:
            try:
                await self.person.expect(MASTER, pattern, after, patience)
            except httpx.TransportError:  # the sandbox restarts with supervisord
                await asyncio.sleep(0.2)
            else:
                return

    async def look(self) -> None:
        """Record messages that still announce work in progress."""
        messages = await self.person.read(MASTER)
        self.left_behind = [
            m["text"]
            for m in messages
            if m["from"] == "bot" and not m["deleted"] and re.search("⏳|…$", m["text"])
        ]
