"""The way from one question to the model's reply: search, look up with tools, or answer at once."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from haystack.dataclasses import ChatMessage

from personal_bot.answers import citations, prompts
from personal_bot.answers.agent import ToolsRefusedError
from personal_bot.answers.evidence import Evidence, Found, find_documents
from personal_bot.answers.generation import Generator, make_messages
from personal_bot.answers.references import Reference
from personal_bot.answers.streams import OnText, Reply
from personal_bot.answers.tools.budget import Budget, Limits
from personal_bot.answers.tools.steps import OnStep, Step
from personal_bot.answers.tools.toolbox import Calculated, Toolbox
from personal_bot.documents.records import has_documents
from personal_bot.documents.tables.files import TableFolder
from personal_bot.errors import OpenAIError, OpenAITooLongError
from personal_bot.index.engine import Index
from personal_bot.storage.database import Database

logger = logging.getLogger(__name__)

LONGEST_QUESTION = 2_000  # characters; a longer rewritten question is discarded
WIDE = 24  # passages of a wider search
TOOLS = "tools"  # the parameter that a service without tools refuses


@dataclass(frozen=True)
class Asked:
    """A question with what is needed to understand it; `history` is oldest first, no citations.

    `within` are the document versions to search, None for all; with `is_strict`, nothing else is
    looked at. With `wide`, more passages are searched for than usual.
    """

    question: str
    history: Sequence[tuple[str, str]] = ()
    reference: Reference | None = None
    within: Collection[str] | None = None
    is_strict: bool = True
    wide: bool = False


@dataclass
class Inquiry:
    """Answers one question. `check` is called before each request to the model, and may raise."""

    index: Index
    database: Database
    limits: Limits
    asked: Asked
    on_text: OnText
    check: Callable[[Collection[str]], Awaitable[None]]
    on_step: OnStep | None = None
    table_folder: TableFolder | None = None
    evidence: Evidence = field(default_factory=Evidence)
    unfinished: str = ""
    """The model's text so far; empty while it looks things up."""
    searched: list[str] = field(default_factory=list)
    """What was searched for with tools."""
    calculated: list[Calculated] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Results of tools that are no passages, such as outlines."""
    in_full: str = ""
    """The question as it can be understood alone, for a service without tools."""

    async def ask(self) -> Reply | None:
        """Return the model's reply, None if it could not be given a single passage.

        Raises OpenAIError, StoreError, and what `check` raises.
        """
        generator = Generator(self.index.connection)
        if TOOLS not in self.index.connection.chat_lessons.refused:
            try:
                return await self._look_up(generator)
            except ToolsRefusedError as error:
                logger.info("Answering without tools from now on: %s", error)
            self.evidence = Evidence()
            reply = await self._answer_at_once(generator)
            await self.index.connection.refuse_in_chat(TOOLS)
            return reply
        return await self._answer_at_once(generator)

    async def correct(self, reply: Reply, request: str) -> Reply:
        """Return the reply after the model was asked to correct it."""
        generator = Generator(self.index.connection)
        await self._check()
        messages = self._make_messages(prompts.ANSWER_INSTRUCTIONS, self.asked.history)
        return await generator.correct(messages, reply.text, request)

    def _make_messages(
        self, instructions: str, history: Sequence[tuple[str, str]]
    ) -> list[ChatMessage]:
        asked = self.asked
        last = prompts.ask(self.evidence.passages, asked.question, self.in_full, asked.reference)
        return make_messages(prompts.instruct(instructions, asked.reference), history, last)

    async def _look_up(self, generator: Generator) -> Reply | None:
        """Search once, then let the model look up what is missing."""
        asked = self.asked
        self.in_full = asked.question
        queries = [asked.question]
        if earlier := self._find_earlier_question():
            queries.append(f"{earlier} {asked.question}")
        self.evidence.add(await self._search(queries))
        if not self.evidence.found and not await self.database.run(has_documents):
            return None
        toolbox = Toolbox(
            self.index,
            self.database,
            self.evidence,
            Budget(self.limits),
            versions=asked.within if asked.is_strict else None,
            table_folder=self.table_folder,
            on_step=self._note_step,
        )

        async def look_up(history: Sequence[tuple[str, str]]) -> Reply:
            instructions = f"{prompts.ANSWER_INSTRUCTIONS}\n{prompts.TOOL_INSTRUCTIONS}"
            messages = self._make_messages(instructions, history)
            return await generator.look_up(
                messages, toolbox, self.limits.rounds, on_text=self._show, check=self._check
            )

        reply = await self._shorten_once(look_up)
        self.told += toolbox.told
        self.calculated += toolbox.calculations
        self.searched += [step.words for step in toolbox.steps if step.tool in {"search", "find"}]
        return reply

    async def _answer_at_once(self, generator: Generator) -> Reply | None:
        """Answer from one search, for which a follow-up is rewritten."""
        await self._check()
        self.in_full = await self._rewrite(generator)
        await self._check()
        found = await self._search([self.in_full])
        if not found:
            return None
        self.evidence.add(found)

        async def answer(history: Sequence[tuple[str, str]]) -> Reply:
            await self._check()
            messages = self._make_messages(prompts.ANSWER_INSTRUCTIONS, history)
            return await generator.answer(messages, self._show)

        return await self._shorten_once(answer)

    async def _shorten_once(
        self, ask: Callable[[Sequence[tuple[str, str]]], Awaitable[Reply]]
    ) -> Reply:
        """Ask with the history; if that is too long for the model, once more with less."""
        try:
            return await ask(self.asked.history)
        except OpenAITooLongError:
            # The better half of the passages, and the last exchange: follow-ups are about it.
            kept = max(1, len(self.evidence.found) // 2)
            self.evidence.keep(kept)
            logger.info("The prompt is too long, trying again with %d passages", kept)
        reply = await ask(self.asked.history[-1:])
        await self.index.connection.learn_about_chat(passages=kept)
        return reply

    async def _check(self) -> None:
        await self.check(self.evidence.versions)

    async def _note_step(self, step: Step) -> None:
        self.unfinished = ""
        if self.on_step is not None:
            await self.on_step(step)

    async def _show(self, text: str) -> None:
        """Show the part of an unfinished answer whose citations are decided."""
        self.unfinished = text
        texts = self.evidence.texts
        shown = citations.check_unfinished(text, len(texts), texts)
        if shown:
            await self.on_text(shown)

    async def _search(self, queries: Sequence[str]) -> list[Found]:
        """Retrieve passages, without those whose document has been deleted.

        Where a document was only named, all are searched if nothing is found in it.
        """
        asked = self.asked
        limit = WIDE if asked.wide else None
        passages = await self.index.retrieve(queries, asked.within, limit)
        if not passages and asked.within is not None and not asked.is_strict:
            passages = await self.index.retrieve(queries, None, limit)
        most = self.index.connection.chat_lessons.passages
        return await find_documents(passages[:most], self.database)

    def _find_earlier_question(self) -> str:
        """Return the question that a follow-up or a reply continues, empty if there is none."""
        reference = self.asked.reference
        if reference is not None and reference.exchange is not None:
            return reference.exchange.question
        if reference is not None and reference.words:
            return reference.words
        return self.asked.history[-1][0] if self.asked.history else ""

    async def _rewrite(self, generator: Generator) -> str:
        """Rewrite a follow-up so that it can be searched for; if that fails, leave it unchanged."""
        question, reference = self.asked.question, self.asked.reference
        if not self._find_earlier_question():
            return question
        try:
            reply = await generator.complete(
                prompts.instruct(prompts.REWRITE_INSTRUCTIONS, reference),
                prompts.rewrite(self.asked.history, question, reference),
            )
        except OpenAIError as error:
            logger.warning(
                "Cannot rewrite the follow-up question, searching for it as it is: %s",
                type(error).__name__,
            )
            return question
        in_full = reply.text.strip()
        return in_full if 0 < len(in_full) <= LONGEST_QUESTION else question
