"""Which documents a question about whole documents means.

`find_target` is a query, to be called through `Database.run`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from peewee import fn

from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.requests import Request
from personal_bot.storage.models import Document, Exchange

OFFERED_DOCUMENTS = 8  # to choose one from

_WORD = re.compile(r"[^\W_]+")
_POINTING = """
the this that these those it its my our a an of in from for document documents file files pdf
attached text last whole entire uploaded new here above content contents
это этот эта эту этом этого этой эти этих нем него он она оно ней тут здесь мой моя мое моем
моего мою мои моих наш наша нашем документ документа документе документу документы документов
документах файл файла файле файлы файлов файлах текст текста тексте весь целиком
последний последнего последнем приложенный приложенного в во по из о об для новый нового
"""
_ALL = "all everything every each все всех всем всему всего каждый каждого"
_PLURALS = "documents files everything документы документов документах файлы файлов файлах все"
_POINTING_WORDS = frozenset(_POINTING.split())
_ALL_WORDS = frozenset(_ALL.split())
_PLURAL_WORDS = frozenset(_PLURALS.split())
_SHORTEST_STEM = 4  # letters; shorter words must be equal


@dataclass(frozen=True)
class Target:
    """The documents to be read; `is_pinned` if nothing but a pin says so."""

    document_ids: Sequence[int]
    is_pinned: bool = False


@dataclass(frozen=True)
class Unclear:
    """Nobody has said which document is meant; `choices` are the newest (document_id, name)."""

    choices: Sequence[tuple[int, str]]


def find_target(
    request: Request, referred: Collection[str] = (), pinned: Collection[str] = ()
) -> Target | Unclear | None:
    """Return what is to be read, or None if the question names something else than documents.

    `referred` are the versions that the question replies to. If its subject names none and it
    replies to none, it is about those that are `pinned`, or that a question about everything names.
    Otherwise such a question means all documents, and a summary the only document, or the only one
    that was sent since the last question.
    """
    documents = list(Document.select().order_by(Document.name))
    words = set(_list_words(request.subject))
    names = words - _POINTING_WORDS - _ALL_WORDS
    if names:
        named = [row for row in documents if _is_named(names, str(row.name))]
        return _choose(named) if named else None
    if not documents:
        return None
    if words & _ALL_WORDS and words & _PLURAL_WORDS:
        return _target(documents)
    for versions in (referred, pinned):
        if chosen := [row for row in documents if row.sha256 in versions]:
            return replace(_target(chosen), is_pinned=versions is pinned)
    if request.kind is Kind.QUESTION:
        return _target(documents)
    return _choose(documents if len(documents) == 1 else _list_new(documents) or documents)


def _target(documents: Sequence[Document]) -> Target:
    return Target([int(row.document_id) for row in documents])


def _choose(documents: Sequence[Document]) -> Target | Unclear:
    if len(documents) == 1:
        return _target(documents)
    newest = sorted(documents, key=lambda row: float(row.indexed_at), reverse=True)
    return Unclear([(int(row.document_id), str(row.name)) for row in newest[:OFFERED_DOCUMENTS]])


def _list_new(documents: Sequence[Document]) -> list[Document]:
    """Return the documents that were sent after the last question that is remembered."""
    asked: int = Exchange.select(fn.MAX(Exchange.question_id)).scalar() or 0
    return [row for row in documents if row.message_id > asked]


def _list_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("ё", "е"))


def _is_named(words: Collection[str], name: str) -> bool:
    """Tell whether all of these words stand in a file name, in whatever form."""
    there = _list_words(name)
    return all(any(_is_form(word, other) for other in there) for word in words)


def _is_form(word: str, other: str) -> bool:
    """Tell whether two words are equal or differ in their endings only."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    stem = max(_SHORTEST_STEM, shorter - 2)
    return (
        shorter >= _SHORTEST_STEM
        and abs(len(word) - len(other)) <= 3
        and word[:stem] == other[:stem]
    )
