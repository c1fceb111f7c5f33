"""Answers a question, given the conversation so far, from the owner's documents, with sources."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from personal_bot.answers import citations
from personal_bot.answers.answer import Answer
from personal_bot.answers.citations import CitedText
from personal_bot.answers.conversations import DocumentsChangedError, Remembered, exist
from personal_bot.answers.drafts import Draft
from personal_bot.answers.evidence import make_source
from personal_bot.answers.inquiry import Asked, Inquiry
from personal_bot.answers.references import Reference
from personal_bot.answers.scopes import Scope
from personal_bot.answers.streams import OnText
from personal_bot.answers.support import support
from personal_bot.answers.tools.budget import Limits
from personal_bot.answers.tools.steps import OnStep
from personal_bot.documents.tables.files import TableFolder
from personal_bot.errors import OpenAIError
from personal_bot.index.engine import Engine
from personal_bot.storage.database import Database

DEFAULT = Limits()


class Answerer:
    """Answers from documents only: an answer without a valid citation counts as not found."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        limits: Limits = DEFAULT,
        table_folder: TableFolder | None = None,
    ) -> None:
        self._database = database
        self._engine = engine
        self._limits = limits
        self._table_folder = table_folder

    async def answer(
        self,
        question: str,
        history: Sequence[Remembered],
        on_text: OnText,
        reference: Reference | None = None,
        *,
        scope: Scope | None = None,
        wide: bool = False,
        on_step: OnStep | None = None,
        draft: Draft | None = None,
    ) -> Answer:
        """Answer a question; `history` is oldest first, `reference` what the question replies to.

        `scope` are the documents that are pinned or named; with `wide`, more is searched for than
        usual. While the answer is streamed, `on_text` receives the text so far with its citations
        checked and renumbered: each text is a prefix of the next, until the model looks something
        up, which `on_step` receives, and begins anew. Whoever cancels it finds what there is in
        `draft`. Raises OpenAIError (a stream cut short is OpenAIUnreachableError), StoreError, and
        DocumentsChangedError if a document behind the earlier exchanges disappears meanwhile.
        """
        remembered = [
            (earlier.question, citations.remove_citations(earlier.answer)) for earlier in history
        ]
        reference = _without_citations(reference)
        versions = _list_versions(history, reference)
        within, is_strict = _choose_scope(reference, scope)

        async def check(evidence: Collection[str]) -> None:
            if not await self._database.run(exist, versions | frozenset(evidence)):
                raise DocumentsChangedError

        async with self._engine.use() as index:
            inquiry = Inquiry(
                index,
                self._database,
                self._limits,
                Asked(question, remembered, reference, within, is_strict, wide),
                on_text,
                check,
                on_step,
                self._table_folder,
            )
            if draft is not None:
                draft.conclude = partial(_conclude_draft, inquiry, versions)
            await check(())  # opening the index may have taken long
            reply = await inquiry.ask()
            if reply is None:
                return Answer("", [], found=False, versions=versions)
            reply, unsupported = await support(inquiry, reply)
        texts = inquiry.evidence.texts
        checked = citations.check_citations(reply.text, len(texts), texts)
        if not checked.text:
            raise OpenAIError(f"an empty answer, finished by {reply.finish_reason}")
        answer = _conclude(inquiry, checked, versions, complete=reply.finish_reason == "stop")
        return replace(answer, unsupported=unsupported)


def _conclude(
    inquiry: Inquiry, checked: CitedText, versions: frozenset[str], *, complete: bool
) -> Answer:
    """Return an answer whose citations have been checked."""
    evidence = inquiry.evidence
    cited = {evidence.found[passage - 1].passage.id for passage in checked.numbers}
    claims = citations.list_claims(checked.text)
    sources = [
        make_source(number, evidence.found[passage - 1], claims.get(number, ""), inquiry.in_full)
        for number, passage in enumerate(checked.numbers, 1)
    ]
    return Answer(
        checked.text,
        sources,
        found=bool(sources),
        complete=complete,
        versions=versions | evidence.versions,
        searched=tuple(dict.fromkeys(inquiry.searched)),
        calculations=tuple(
            calculation for calculation, shown in inquiry.calculated if shown & cited
        ),
    )


def _conclude_draft(inquiry: Inquiry, versions: frozenset[str]) -> Answer | None:
    """Return what there is of an answer that was stopped, None if there is nothing to show."""
    texts = inquiry.evidence.texts
    checked = citations.conclude_unfinished(inquiry.unfinished, len(texts), texts)
    return _conclude(inquiry, checked, versions, complete=False) if checked.text else None


def _without_citations(reference: Reference | None) -> Reference | None:
    """Return the reference with citations removed from the answer, whose passages are not given."""
    if reference is None or reference.exchange is None:
        return reference
    exchange = reference.exchange
    return replace(
        reference,
        exchange=replace(exchange, answer=citations.remove_citations(exchange.answer)),
        words=citations.remove_citations(reference.words),
    )


def _list_versions(history: Sequence[Remembered], reference: Reference | None) -> frozenset[str]:
    """Return the document versions behind what stands beside the question in the prompt."""
    earlier = [*history]
    named: Collection[str] = ()
    if reference is not None:
        named = reference.documents
        earlier += [reference.exchange] if reference.exchange else []
    return frozenset(named).union(*(exchange.versions for exchange in earlier))


def _choose_scope(
    reference: Reference | None, scope: Scope | None
) -> tuple[Collection[str] | None, bool]:
    """Return the document versions to search, None for all, and whether to look at nothing else.

    What a question replies to comes before what is pinned, and that before what is named.
    """
    if reference is not None and reference.documents:
        return reference.documents.keys(), True
    return (None, True) if scope is None else (scope.versions, scope.pinned)
