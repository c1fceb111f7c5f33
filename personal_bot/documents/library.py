"""The documents of one owner: added, replaced, listed, deleted; each exactly once in the index.

The database says what there is. Passages are written before a document is recorded and removed
after it is forgotten, so a process killed in between leaves passages that no document owns: they
answer nothing (`answers` asks the database) and are removed when the index is next opened.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from personal_bot.documents import records
from personal_bot.documents.conversion import Conversion, ConvertedFile, convert
from personal_bot.documents.indexing import Indexer
from personal_bot.documents.quotas import MAX_FILE_BYTES, Quotas, Usage, measure_usage
from personal_bot.documents.records import DocumentCard
from personal_bot.documents.splitting import SCHEME, PageLike, split_pages
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

_HASHED = 100_000  # characters at once: of more, other threads would feel the encoding


@dataclass(frozen=True)
class Totals:
    """`index_bytes` is None where the index is on a server."""

    documents: int
    passages: int
    index_bytes: int | None


DeleteVersions = Callable[[Sequence[str]], Awaitable[None]]
Convert = Callable[[Path, str], Awaitable[Conversion]]


class DocumentLibrary:
    """All that writes to the index. Writers wait for each other; readers wait for nobody."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        quotas: Quotas,
        convert: Convert = convert,
    ) -> None:
        self._database = database
        self._engine = engine
        self._quotas = quotas
        self._convert = convert
        self._writing = asyncio.Lock()

    async def verify(self) -> None:
        """Open the index and compare it with the database, as every opening does.

        Raises IndexDamagedError, IndexMismatchError, QdrantUnreachableError and StoreError.
        """
        async with self._engine.use():
            pass

    async def add(self, upload: Upload, on_stage: OnStage) -> Addition:
        """Convert, split, embed and index a file, or every file of an archive.

        The same upload again changes nothing. Of an archive, files are refused one by one, in the
        result; those for which there is no room, too. Raises DocumentError when the upload itself
        is refused, OpenAIError and StoreError; nothing of the file at hand is kept then, and the
        call may be repeated.
        """
        if upload.size > MAX_FILE_BYTES:
            raise FileTooLargeError(upload.name, upload.size, MAX_FILE_BYTES)
        await on_stage(upload.name, FileStage.STORED)
        conversion = await self._convert(upload.path, upload.name)
        addition = Addition([], list(conversion.refused), [])
        for file in conversion.files:
            await on_stage(file.name, FileStage.READ)
            try:
                size = upload.size // len(conversion.files)  # its share of an archive
                await self._add(file, upload, size, addition, on_stage)
            except DocumentError as error:
                if file.name == upload.name:
                    raise
                addition.refused.append(error)
        return addition

    async def list(self, offset: int, limit: int) -> Sequence[DocumentCard]:
        """Return cards by name."""
        return await self._database.run(records.list_documents, offset, limit)

    async def count(self) -> Totals:
        """Count documents and passages, and measure the index. Raises StoreError."""
        usage = await measure_usage(self._database)
        async with self._engine.use() as index:
            return Totals(usage.documents, usage.passages, await index.store.measure())

    async def delete(self, document_id: int) -> DocumentCard:
        """Forget a document and remove its passages. Raises DocumentNotFoundError, StoreError."""
        async with self._writing, self._engine.use() as index:
            document = await self._database.run(records.forget_document, document_id)
            if document is None:
                raise DocumentNotFoundError(str(document_id))
            await index.store.delete_versions([document.sha256])
            await index.store.flush()
            await index.store.compact()
        return records.make_card(document)

    async def clear(self) -> Totals:
        """Forget everything, in a damaged index too; return what there was. Raises StoreError."""
        async with self._writing:
            usage = await measure_usage(self._database)
            await self._database.run(records.forget_documents)
            await self._engine.reset()
        return Totals(usage.documents, usage.passages, 0)

    async def _add(
        self,
        file: ConvertedFile,
        upload: Upload,
        size: int,
        addition: Addition,
        on_stage: OnStage,
    ) -> None:
        version = await asyncio.to_thread(_fingerprint, file.pages)
        async with self._writing, self._engine.use() as index:
            same = await self._database.run(records.find_document, Document.sha256 == version)
            if same is not None:
                if not _is_of(same, upload, file.name):
                    raise DuplicateDocumentError(file.name, same.name)
                addition.documents.append(records.make_card(same))
                await on_stage(file.name, FileStage.INDEXED)
                return
            passages = await asyncio.to_thread(
                split_pages, file.pages, file.media_type, file.name, version
            )
            if not passages:
                raise NoTextError(file.name)
            used = await measure_usage(self._database, replaced=file.name)
            self._quotas.check(file.name, used, Usage(1, len(passages), size))
            await on_stage(file.name, FileStage.SPLIT)
            try:
                await Indexer(index.store, index.connection).index(passages)
                await on_stage(file.name, FileStage.EMBEDDED)
                await index.store.flush()
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
            )
            replaced = await self._database.run(records.record_document, document)
            addition.documents.append(records.make_card(document))
            if replaced is not None:
                addition.replaced.append(file.name)
                await self._undo(index.store.delete_versions, replaced)
                await index.store.flush()
        await on_stage(file.name, FileStage.INDEXED)

    async def _undo(self, delete: DeleteVersions, version: str) -> None:
        """Remove passages that no document owns, now or else when the index is next opened."""
        try:
            await delete([version])
        except StoreError as error:
            logger.warning("Passages of a version without a document remain for now: %s", error)


def _fingerprint(pages: Sequence[PageLike]) -> str:
    """Return the version of a document: a hash of what is indexed of it, and how it is split."""
    digest = hashlib.sha256(SCHEME.encode())
    for page in pages:
        digest.update(f"\0{page.number}\0{page.title}\0".encode(errors="surrogatepass"))
        for start in range(0, len(page.text), _HASHED):
            digest.update(page.text[start : start + _HASHED].encode(errors="surrogatepass"))
    return digest.hexdigest()


def _is_of(document: Document, upload: Upload, name: str) -> bool:
    return (document.chat_id, document.message_id, document.name) == (
        upload.chat_id,
        upload.message_id,
        name,
    )
