"""The tools of one question: search, find, read, outline, list, and query tables."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, NamedTuple

from haystack.tools.tool import Tool

from personal_bot.answers import prompts
from personal_bot.answers.calculations import Calculation
from personal_bot.answers.evidence import Evidence, find_documents
from personal_bot.answers.tools import arguments, tables
from personal_bot.answers.tools.arguments import ArgumentError, Function
from personal_bot.answers.tools.budget import Budget
from personal_bot.answers.tools.documents import (
    UnknownDocumentError,
    describe_documents,
    find_named,
    quote_name,
)
from personal_bot.answers.tools.outlines import outline
from personal_bot.answers.tools.steps import OnStep, Step
from personal_bot.documents.tables.files import TableFolder
from personal_bot.errors import OpenAIError, StoreError
from personal_bot.index.engine import Index
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

logger = logging.getLogger(__name__)

READ_AT_ONCE = 12  # passages
FOUND_AT_ONCE = 10  # passages with exact words
OUTLINED = 3_000  # passages of a document whose headings are listed
SPENT = (
    "The limit for looking things up is reached. Answer now from what you have, and say what you "
    "did not look at."
)


class Calculated(NamedTuple):
    """A calculation, and the ids of the passages that show its result to the model."""

    calculation: Calculation
    passage_ids: frozenset[str]


class Toolbox:
    """Tools over the owner's documents, or over `versions` only; they add to `evidence`.

    An error that the model cannot help is kept in `failure`, to be raised once the tools are done.
    """

    def __init__(
        self,
        index: Index,
        database: Database,
        evidence: Evidence,
        budget: Budget,
        *,
        versions: Collection[str] | None = None,
        table_folder: TableFolder | None = None,
        on_step: OnStep | None = None,
    ) -> None:
        self.failure: OpenAIError | StoreError | None = None
        self.steps: list[Step] = []
        self.calculations: list[Calculated] = []
        self.told: list[str] = []  # results that are no passages
        self._index = index
        self._database = database
        self._evidence = evidence
        self._budget = budget
        self._versions = versions
        self._tables = table_folder
        self._on_step = on_step

    def make_tools(self) -> list[Tool]:
        """Return the tools, as Haystack's Agent takes them."""
        return [*self._make_readers(), *([self._make_query()] if self._tables else [])]

    def _make_query(self) -> Tool:
        return self._make(
            "query_table",
            tables.DESCRIPTION,
            self._query_table,
            documents=arguments.texts("Names of the documents, as they are listed.", most=10),
            sql=arguments.text(
                "One SELECT; leave it out to see the tables and columns.", most=5_000
            ),
            explanation=arguments.text("What is calculated, in the language of the question."),
            required=("documents",),
        )

    def _make_readers(self) -> list[Tool]:
        return [
            self._make(
                "search",
                "Search the documents by meaning and by words. Use it in other words, for another "
                "part of the question, or in the language of the documents.",
                self._search,
                query=arguments.text("What to look for: a whole question or a statement."),
                translations=arguments.texts(
                    "The same query in other languages that documents may have."
                ),
                document=arguments.document(),
            ),
            self._make(
                "find",
                "Find exact words, names, numbers or part numbers, also across line breaks.",
                self._find,
                text=arguments.text("The words as they stand in the document."),
                document=arguments.document(),
            ),
            self._make(
                "read",
                f"Read up to {READ_AT_ONCE} passages of one document in their order.",
                self._read,
                document=arguments.document(),
                first=arguments.number("Position of the first passage, from 0; see outline."),
                last=arguments.number("Position of the last passage."),
                required=("document", "first"),
            ),
            self._make(
                "outline",
                "List the headings of a document, with the positions and pages of their passages.",
                self._outline,
                document=arguments.document(),
                required=("document",),
            ),
            self._make(
                "list_documents",
                "List the documents with their sizes and dates.",
                self._list,
                part=arguments.text("A part of the name, to list only some."),
                required=(),
            ),
        ]

    def _make(
        self,
        name: str,
        description: str,
        function: Callable[..., Awaitable[str]],
        *,
        required: Sequence[str] | None = None,
        **properties: dict[str, Any],
    ) -> Tool:
        needed = [next(iter(properties))] if required is None else [*required]

        async def call(**given: Any) -> str:
            return await self._call(Function(name, function, properties, needed), given)

        schema = {"type": "object", "properties": properties, "required": needed}
        return Tool(name, description, schema, async_function=call)

    async def _call(self, tool: Function, given: dict[str, Any]) -> str:
        """Call a tool with the arguments of a model; return text in any case."""
        if not self._budget.take_call():
            return SPENT
        try:
            checked = tool.check(given)
            step = Step(tool.name, str(next(iter(checked.values()), "")))
            self.steps.append(step)
            if self._on_step is not None:
                await self._on_step(step)
            result = await tool.function(**checked)
        except ArgumentError as error:
            result = str(error)
        except UnknownDocumentError as error:
            near = ", ".join(f'"{quote_name(one)}"' for one in error.near) or "none like it"
            result = f"No single document has this name. Documents: {near}. Call list_documents."
        except (OpenAIError, StoreError) as error:
            logger.warning("A tool failed: %s", type(error).__name__)
            self.failure = error
            result = "The documents cannot be reached."
        self._budget.spend(result)
        return result

    async def _search(
        self, query: str, translations: Sequence[str] = (), document: str = ""
    ) -> str:
        versions = await self._choose(document)
        passages = await self._index.retrieve([query, *translations], versions)
        return await self._show(passages)

    async def _find(self, text: str, document: str = "") -> str:
        versions = await self._choose(document)
        return await self._show(await self._index.store.find_text(text, versions, FOUND_AT_ONCE))

    async def _read(self, document: str, first: int, last: int | None = None) -> str:
        found = await self._find_document(document)
        first = max(0, first)
        last = min(first + READ_AT_ONCE - 1, first if last is None else max(first, last))
        if first >= found.passages:
            raise ArgumentError(f"The document has the passages 0 to {found.passages - 1}.")
        shown = await self._show(await self._index.store.read(found.sha256, first, last))
        return f"Passages {first}–{last} of 0–{found.passages - 1}.\n{shown}"

    async def _outline(self, document: str) -> str:
        found = await self._find_document(document)
        last = min(found.passages, OUTLINED) - 1
        passages = await self._index.store.read(found.sha256, 0, last)
        text = outline(passages)
        if found.passages > OUTLINED:
            text += f"\n… {found.passages - OUTLINED} further passages are not listed."
        if self._tables is not None:
            text += f"\n{await tables.describe_tables(self._tables, [found])}"
        self.told.append(text)
        return f"<outline>\n{text}\n</outline>"

    async def _list(self, part: str = "") -> str:
        listed = await self._database.run(describe_documents, self._versions, part)
        self.told.append(listed)
        return f"<documents>\n{listed}\n</documents>"

    async def _query_table(
        self, documents: Sequence[str], sql: str = "", explanation: str = ""
    ) -> str:
        if self._tables is None:
            raise ArgumentError("There are no tables.")
        found = [await self._find_document(name) for name in documents]
        answer = await tables.query_table(self._tables, found, sql, explanation)
        if answer.calculation is not None:
            ids = frozenset(passage.id for passage in answer.passages)
            self.calculations.append(Calculated(answer.calculation, ids))
        if not answer.passages:
            self.told.append(answer.text)
            return f"<tables>\n{answer.text}\n</tables>"
        return await self._show(answer.passages)

    async def _find_document(self, name: str) -> Document:
        return await self._database.run(find_named, name, self._versions)

    async def _choose(self, document: str) -> Collection[str] | None:
        """Return the versions to search: those of a named document, or all that may be."""
        return [(await self._find_document(document)).sha256] if document else self._versions

    async def _show(self, passages: Sequence[Any]) -> str:
        """Add passages to the evidence, without those whose document has been deleted."""
        found = await find_documents(passages, self._database)
        return prompts.show_passages(self._evidence.add(found)) if found else "Nothing was found."
