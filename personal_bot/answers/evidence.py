"""What the model was given to answer one question: passages, numbered in the order of time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from haystack import Document as Passage

from personal_bot.answers import citations
from personal_bot.answers.prompts import PromptPassage
from personal_bot.answers.sources import Source
from personal_bot.documents.records import find_versions
from personal_bot.index.passages import find_page
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document


@dataclass(frozen=True)
class Found:
    """A passage, and the document that it belongs to."""

    passage: Passage
    document: Document


async def find_documents(passages: Sequence[Passage], database: Database) -> list[Found]:
    """Return passages with their documents, without those whose document has been deleted."""
    versions = {passage.meta["version"] for passage in passages}
    documents = await database.run(find_versions, versions)
    return [
        Found(passage, documents[passage.meta["version"]])
        for passage in passages
        if passage.meta["version"] in documents
    ]


def make_source(number: int, item: Found, claim: str, question: str) -> Source:
    """Return the source that `[number]` cites, with the sentence that says most of the claim."""
    quote = citations.find_quote(item.passage.content or "", claim, question)
    return Source(
        number=number,
        document_id=item.document.document_id,
        document_name=item.document.name,
        page=find_page(item.passage.meta["pages"], quote.offset),
        quote=quote.text,
        chat_id=item.document.chat_id,
        message_id=item.document.message_id,
        passage=item.passage.meta["index"],
        version=item.document.sha256,
    )


class Evidence:
    """The passages that a model was given, each once. Citations `[n]` of its answer mean them."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.passages: list[PromptPassage] = []
        self._numbers: dict[str, int] = {}  # by the id of the passage

    @property
    def texts(self) -> list[str]:
        return [passage.text for passage in self.passages]

    @property
    def versions(self) -> frozenset[str]:
        """The document versions of all passages."""
        return frozenset(item.document.sha256 for item in self.found)

    def add(self, found: Sequence[Found]) -> list[PromptPassage]:
        """Return all of `found` with their numbers; those that are new get the next ones."""
        given = []
        for item in found:
            number = self._numbers.get(item.passage.id)
            if number is None:
                number = self._numbers[item.passage.id] = len(self.found) + 1
                self.found.append(item)
                self.passages.append(_show(number, item))
            given.append(self.passages[number - 1])
        return given

    def keep(self, count: int) -> None:
        """Forget all but the first passages, which a model that reads less is given again."""
        for item in self.found[count:]:
            del self._numbers[item.passage.id]
        del self.found[count:], self.passages[count:]


def _show(number: int, item: Found) -> PromptPassage:
    text = item.passage.content or ""
    heading = item.passage.meta["heading"]
    if heading and heading not in text:
        text = f"{heading}\n{text}"
    page = find_page(item.passage.meta["pages"], 0)
    received = time.strftime("%Y-%m-%d", time.gmtime(item.document.indexed_at))
    return PromptPassage(number, item.document.name, page, text, received)
