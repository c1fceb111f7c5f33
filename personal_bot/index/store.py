"""Opens the index of one bot and checks it for damage and for another embedding model.

An index can open without an error although passages are missing (removed segments, a wiped server),
so every opening compares its passage counts with the bot's database.
"""

import asyncio
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from personal_bot.contract import write_private
from personal_bot.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexVersionError,
    StoreError,
)
from personal_bot.index.document_stores import HybridStore, StoreSettings
from personal_bot.index.embedded_store import EmbeddedStore, shard_folder

logger = logging.getLogger(__name__)

__all__ = ["HybridStore", "StoreSettings", "open_store", "reset_store"]


Fields = dict[str, Any]
MIGRATIONS: tuple[Callable[[Fields], Fields], ...] = ()
"""Migrations of the manifest: [n] migrates its fields from version n + 1 to n + 2."""


@dataclass(frozen=True)
class Manifest:
    """The embedding model of an index; vectors of another model cannot be compared with its own.

    Version 1 was written by program version 0.1.0, without a version number.
    """

    embedding_model: str
    embedding_dim: int
    version: int = field(default_factory=lambda: len(MIGRATIONS) + 1)

    def __str__(self) -> str:
        return f"{self.embedding_model} of {self.embedding_dim} dimensions"


async def open_store(settings: StoreSettings, expected: Mapping[str, int]) -> HybridStore:
    """Open the index and compare it with the database.

    `expected` maps each document version in the database to its number of passages. Passages of
    other versions, left by a process that was killed, are deleted. If `expected` is empty, a
    missing, damaged or mismatched index is replaced with an empty one.

    Raises IndexMismatchError if the index was built with another embedding model or dimension,
    IndexVersionError if a newer version of the program built it, IndexDamagedError if passages or
    the manifest are missing, QdrantUnreachableError and StoreError.
    """
    manifest = await asyncio.to_thread(_read_manifest, settings.folder)
    wanted = Manifest(settings.embedding_model, settings.embedding_dim)
    if manifest == wanted:
        try:
            return await _open_and_compare(settings, expected)
        except IndexDamagedError:
            if expected:
                raise
    if not expected:
        return await reset_store(settings)  # nothing can be lost
    if manifest is None:
        raise IndexDamagedError("its manifest is missing")
    raise IndexMismatchError(f"built with {manifest}, not {wanted}")


async def _open_and_compare(settings: StoreSettings, expected: Mapping[str, int]) -> HybridStore:
    store = HybridStore(settings) if settings.qdrant_url else EmbeddedStore(settings)
    try:
        await store.open()
        await _compare(store, expected)
    except BaseException:
        await store.close_async()
        raise
    return store


async def reset_store(settings: StoreSettings) -> HybridStore:
    """Replace the existing index, damaged or not, with an empty one, and open it.

    Raises QdrantUnreachableError and StoreError.
    """
    if settings.qdrant_url:
        store = HybridStore(settings, recreate=True)
    else:
        store = EmbeddedStore(settings)
        await asyncio.to_thread(shutil.rmtree, shard_folder(settings.folder), ignore_errors=True)
    manifest = Manifest(settings.embedding_model, settings.embedding_dim)
    try:
        await store.open()
        await asyncio.to_thread(_write_manifest, settings.folder, manifest)
    except BaseException:
        await store.close_async()
        raise
    return store


async def _compare(store: HybridStore, expected: Mapping[str, int]) -> None:
    # + 1,000 for versions left by killed processes; any beyond are deleted at the next opening.
    present = await store.count_versions(limit=len(expected) + 1_000)
    short = sum(count > present.get(version, 0) for version, count in expected.items())
    if short:
        raise IndexDamagedError(f"passages of {short} of {len(expected)} documents are missing")
    orphans = present.keys() - expected.keys()
    if orphans:
        logger.info("Removing the passages of %d unfinished documents", len(orphans))
        await store.delete_versions(orphans)
        await store.flush()


def _manifest(folder: Path) -> Path:
    return folder / "manifest.json"


def _read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, migrated if it is old; None if it is missing or unreadable.

    Raises IndexVersionError and StoreError.
    """
    try:
        fields: Fields = json.loads(_manifest(folder).read_bytes())
        version = int(fields.pop("version", 1))
        if version > len(MIGRATIONS) + 1:
            raise IndexVersionError(version, len(MIGRATIONS) + 1)
        for migrate in MIGRATIONS[version - 1 :]:
            fields = migrate(fields)
        manifest = Manifest(**fields)
        if version != manifest.version:
            _write_manifest(folder, manifest)
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return None
    except OSError as error:
        raise StoreError(error.strerror) from error
    return manifest


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(_manifest(folder), json.dumps(asdict(manifest)).encode())
