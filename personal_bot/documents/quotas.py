"""The quotas of an owner, set by the operator and checked before a document is stored."""

from dataclasses import dataclass
from typing import NamedTuple

from peewee import Expression, fn

from personal_bot.errors import QuotaError, Resource
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 20 * MEGABYTE  # limit of getFile; a local Bot API server has a higher one


class Usage(NamedTuple):
    """The usage according to the database. `size` is in bytes, of the uploaded files."""

    documents: int
    passages: int
    size: int


@dataclass(frozen=True)
class Quotas:
    """The quotas of an owner; `size` is in bytes."""

    documents: int
    passages: int
    size: int

    def check(self, name: str, used: Usage, added: Usage) -> None:
        """Raise QuotaError if adding the file `name` would exceed a quota."""
        for resource in Resource:
            taken, wanted, limit = (getattr(of, resource) for of in (used, added, self))
            if taken + wanted > limit:
                raise QuotaError(name, resource, taken, wanted, limit)


async def measure_usage(database: Database, replaced: str | None = None) -> Usage:
    """Return the usage, without the documents that a file named `replaced` replaces."""
    return await database.run(_measure_usage, _is_beside(replaced) if replaced else None)


def _is_beside(name: str) -> Expression:
    inner = f"{name}/"  # prefix of the files of an archive
    beside: Expression = (Document.name != name) & (
        fn.SUBSTR(Document.name, 1, len(inner)) != inner
    )
    return beside


def _measure_usage(condition: Expression | None) -> Usage:
    sums = (fn.SUM(Document.passages), fn.SUM(Document.size))
    documents = Document.select(fn.COUNT(Document.document_id), *sums)
    if condition is not None:
        documents = documents.where(condition)
    count, passages, size = documents.scalar(as_tuple=True)
    return Usage(count, passages or 0, size or 0)
