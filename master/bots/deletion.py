"""Deletion of a user's bot in steps that can be repeated if one of them fails."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from master.accounts.registry import Registry
from master.bots.starting import Spawner
from master.installation.state_dir import Installation
from master.services.qdrant import delete_collection
from master.supervision.programs import BotLogs, Programs
from personal_bot.contract import LibrarySize, collection_name, read_library_size


@dataclass(frozen=True)
class Deletion:
    """What was removed. `files` and `bytes` include logs, documents, index and credentials."""

    username: str
    process: bool
    program: bool
    collection: bool
    files: int
    bytes: int
    library: LibrarySize | None
    rows: int


class BotDeleter:
    """Deletes bots. The row is removed last: while it exists, the deletion is unfinished."""

    def __init__(
        self,
        installation: Installation,
        registry: Registry,
        programs: Programs,
        spawner: Spawner,
        *,
        qdrant_url: str | None = None,
        qdrant_api_key: str | None = None,
    ) -> None:
        self._installation = installation
        self._registry = registry
        self._programs = programs
        self._spawner = spawner
        self._qdrant_url = qdrant_url
        self._qdrant_api_key = qdrant_api_key

    async def delete(self, user_id: int, *, by_operator: bool = False) -> Deletion:
        """Remove process, program, collection, files and row of a bot.

        Raises BotNotFoundError, and SupervisorError, ProgramError, QdrantUnreachableError or
        OSError if it could not finish; call it again in that case.
        """
        card = await self._registry.begin_deletion(user_id, by_operator=by_operator)
        files = self._installation.bot(user_id)
        library = await asyncio.to_thread(read_library_size, files)
        process, program = await self._spawner.remove(user_id)
        collection = await self._delete_collection(user_id, files.index)
        logs = self._programs.logs(user_id)
        count, size = await asyncio.to_thread(_remove_files, files.home, logs)
        return Deletion(
            username=card.username,
            process=process,
            program=program,
            collection=collection,
            files=count,
            bytes=size,
            library=library,
            rows=await self._registry.remove(user_id),
        )

    async def _delete_collection(self, user_id: int, index: Path) -> bool:
        # An installation that switched to a Qdrant server may still have an embedded index.
        embedded = await asyncio.to_thread(index.exists)
        if self._qdrant_url is None:
            return embedded
        name = collection_name(user_id)
        deleted = await delete_collection(self._qdrant_url, self._qdrant_api_key, name)
        return deleted or embedded


def _remove_files(home: Path, logs: BotLogs) -> tuple[int, int]:
    """Remove a bot's folder and logs; return the number of files and their bytes on disk."""
    paths = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    paths += logs.all()
    size = sum(path.stat().st_blocks * 512 for path in paths)  # index files are sparse
    if home.exists():
        shutil.rmtree(home)
    for path in logs.all():
        path.unlink(missing_ok=True)
    return len(paths), size
