"""The document library of one owner: add, replace, list and delete documents.

The database is authoritative, and each document is in the index exactly once. Passages are written
before the row of their document and deleted after it, so a process killed in between leaves
passages without a document. Answers never use these (`answers` checks the database), and the next
opening of the index deletes them.
"""

import asyncio
import hashlib
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from personal_bot.documents import records
from personal_bot.documents.conversion import Conversion, ConvertedFile, convert
from personal_bot.documents.converters.content import Page
from personal_bot.documents.indexing import Indexer
from personal_bot.documents.quotas import MAX_FILE_BYTES, Quotas, Usage, measure_usage
from personal_bot.documents.records import DocumentCard
from personal_bot.documents.reports import READING, make_report
from personal_bot.documents.splitting import SCHEME, split_pages
from personal_bot.documents.tables.files import TableFolder
from personal_bot.documents.uploads import Addition, FileStage, OnStage, Upload
from personal_bot.errors import (
    DocumentError,
    DocumentNotFoundError,
    DuplicateDocumentError,
    FileTooLargeError,
    NoTextError,
    StoreError,
)
from personal_bot.index.engine import Engine
from personal_bot.storage.database import Database
from personal_bot.storage.models import Document

logger = logging.getLogger(__name__)

_HASHED = 100_000  # characters encoded at once: more would delay other threads


@dataclass(frozen=True)
class Totals:
    """Totals of a library; `index_bytes` is None if the index is on a server."""

    documents: int
    passages: int
    index_bytes: int | None


DeleteVersions = Callable[[Sequence[str]], Awaitable[None]]


class Convert(Protocol):
    async def __call__(
        self, path: Path, name: str, mime_type: str, encoding: str, /, *, tables: BinaryIO
    ) -> Conversion: ...


class DocumentLibrary:
    """The only writer to the index. Writes wait for each other; reads do not wait."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        quotas: Quotas,
        tables: TableFolder,
        convert: Convert = convert,
    ) -> None:
        self._database = database
        self._engine = engine
        self._quotas = quotas
        self._tables = tables
        self._convert = convert
        self._writing = asyncio.Lock()

    async def verify(self) -> None:
        """Open the index, which compares it with the database.

        Raises IndexDamagedError, IndexMismatchError, IndexVersionError, QdrantUnreachableError and
        StoreError.
        """
        async with self._engine.use():
            pass

    async def add(self, upload: Upload, on_stage: OnStage) -> Addition:
        """Convert, split, embed and index a file, or every file of an archive.

        Adding the same upload again changes nothing. Refused files of an archive, also those that
        exceed a quota, are listed in the result. Raises DocumentError if the upload itself is
        refused, OpenAIError and StoreError; the current file is then not stored, and the call may
        be repeated.
        """
        if upload.size > MAX_FILE_BYTES:
            raise FileTooLargeError(upload.name, upload.size, MAX_FILE_BYTES)
        await on_stage(upload.name, FileStage.STORED)
        with tempfile.TemporaryFile() as opened:
            tables = cast("BinaryIO", opened)
            conversion = await self._convert(
                upload.path, upload.name, upload.mime_type, upload.encoding, tables=tables
            )
            addition = Addition([], list(conversion.refused), [])
            for file in conversion.files:
                await on_stage(file.name, FileStage.READ)
                try:
                    size = upload.size // len(conversion.files)  # an equal share of an archive
                    await self._add(_Read(file, upload, size, tables), addition, on_stage)
                except DocumentError as error:
                    if file.name == upload.name:
                        raise
                    addition.refused.append(error)
        return addition

    async def list(self, offset: int, limit: int) -> Sequence[DocumentCard]:
        """Return document cards, sorted by name."""
        return await self._database.run(records.list_documents, offset, limit)

    async def count(self) -> Totals:
        """Return the number of documents and passages, and the index size. Raises StoreError."""
        usage = await measure_usage(self._database)
        async with self._engine.use() as index:
            return Totals(usage.documents, usage.passages, await index.store.measure())

    async def delete(self, document_id: int) -> DocumentCard:
        """Delete a document and its passages. Raises DocumentNotFoundError and StoreError."""
        async with self._writing, self._engine.use() as index:
            document = await self._database.run(records.forget_document, document_id)
            if document is None:
                raise DocumentNotFoundError(str(document_id))
            await asyncio.to_thread(self._tables.remove, str(document.sha256))
            await index.store.delete_versions([document.sha256])
            await index.store.flush()
            await index.store.compact()
        return records.make_card(document)

    async def clear(self) -> Totals:
        """Delete all documents, even if the index is damaged; return totals. Raises StoreError."""
        async with self._writing:
            usage = await measure_usage(self._database)
            await self._database.run(records.forget_documents)
            await asyncio.to_thread(self._tables.remove_others, ())
            await self._engine.reset()
        return Totals(usage.documents, usage.passages, 0)

    async def _add(self, read: "_Read", addition: Addition, on_stage: OnStage) -> None:
        file, upload, size, _ = read
        version = await asyncio.to_thread(_fingerprint, file.pages)
        async with self._writing, self._engine.use() as index:
            same = await self._database.run(records.find_document, Document.sha256 == version)
            if same is not None:
                if not _is_of(same, upload, file.name):
                    raise DuplicateDocumentError(file.name, same.name)
                await self._refresh(same, read)
                addition.documents.append(records.make_card(same))
                await on_stage(file.name, FileStage.INDEXED)
                return
            passages = await asyncio.to_thread(split_pages, file.pages, file.name, version)
            if not passages:
                raise NoTextError(file.name)
            used = await measure_usage(self._database, replaced=file.name)
            self._quotas.check(file.name, used, Usage(1, len(passages), size))
            report = await asyncio.to_thread(make_report, file.media_type, file.pages)
            await on_stage(file.name, FileStage.SPLIT)
            try:
                await Indexer(index.store, index.connection).index(passages)
                await on_stage(file.name, FileStage.EMBEDDED)
                await index.store.flush()
                await asyncio.to_thread(self._keep_tables, version, read)
            except Exception:
                await self._undo(index.store.delete_versions, version)
                raise
            document = Document(
                name=file.name,
                sha256=version,
                size=size,
                pages=max((page.number or 0 for page in file.pages), default=0),
                passages=len(passages),
                chat_id=upload.chat_id,
                message_id=upload.message_id,
                indexed_at=time.time(),
                file_id=upload.file_id,
                reading=READING,
                report=report.dump(),
            )
            replaced = await self._database.run(records.record_document, document)
            addition.documents.append(records.make_card(document))
            if replaced is not None:
                addition.replaced.append(file.name)
                await asyncio.to_thread(self._tables.remove, replaced)
                await self._undo(index.store.delete_versions, replaced)
                await index.store.flush()
        await on_stage(file.name, FileStage.INDEXED)

    async def _refresh(self, document: Document, read: "_Read") -> None:
        """Note that an upload was read anew, with the same text."""
        if document.reading < READING:
            await asyncio.to_thread(self._keep_tables, str(document.sha256), read)
            report = await asyncio.to_thread(make_report, read.file.media_type, read.file.pages)
            document.report = report.dump()
            await self._database.run(records.note_reading, document.document_id, document.report)

    def _keep_tables(self, version: str, read: "_Read") -> None:
        if read.file.tables is not None:
            self._tables.keep(version, read.tables, read.file.tables)

    async def _undo(self, delete: DeleteVersions, version: str) -> None:
        """Delete passages without a document; if that fails, the next opening deletes them."""
        try:
            await delete([version])
        except StoreError as error:
            logger.warning("Cannot remove the passages of an unfinished document yet: %s", error)


class _Read(NamedTuple):
    """A file that was read, of an upload; `size` is its share of it, `tables` has its tables."""

    file: ConvertedFile
    upload: Upload
    size: int  # bytes
    tables: BinaryIO


def _fingerprint(pages: Sequence[Page]) -> str:
    """Return the version of a document: a hash of its blocks and of the splitting scheme."""
    digest = hashlib.sha256(SCHEME.encode())
    for page in pages:
        digest.update(f"\0{page.number}\0{page.title}\0".encode(errors="surrogatepass"))
        for text, kind, level, lead, _ in page.blocks:
            digest.update(f"\0{kind}{level}\0{lead}\0".encode(errors="surrogatepass"))
            for start in range(0, len(text), _HASHED):
                digest.update(text[start : start + _HASHED].encode(errors="surrogatepass"))
    return digest.hexdigest()


def _is_of(document: Document, upload: Upload, name: str) -> bool:
    return (document.chat_id, document.message_id, document.name) == (
        upload.chat_id,
        upload.message_id,
        name,
    )
