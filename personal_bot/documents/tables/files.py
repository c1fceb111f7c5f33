"""The folder with the tables of a bot's documents: a SQLite file for each version with tables."""

import logging
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Final

from personal_bot.documents.converted import Slice

logger = logging.getLogger(__name__)

_SUFFIX: Final = ".sqlite"
_VERSION: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES: Final = 1024 * 1024


class TableFolder:
    """All functions block and may raise OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, version: str) -> Path | None:
        """Return the file of a document version; None if it has no tables, or was read before."""
        path = self._name(version)
        return path if path.is_file() else None

    def keep(self, version: str, source: BinaryIO, part: Slice) -> None:
        """Copy a part of a file as the tables of a version, atomically, with mode 0600."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._name(version)
        temporary = target.with_suffix(".new")
        descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                source.seek(part.offset)
                left = part.size
                while left and (content := source.read(min(left, _CHUNK_BYTES))):
                    stream.write(content)
                    left -= len(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def remove(self, version: str) -> None:
        self._name(version).unlink(missing_ok=True)

    def remove_others(self, versions: Collection[str]) -> None:
        """Remove all files but those of these versions, such as those of a killed process."""
        if not self._path.is_dir():
            return
        for path in self._path.iterdir():
            if path.suffix != _SUFFIX or path.stem not in versions:
                path.unlink(missing_ok=True)

    def _name(self, version: str) -> Path:
        if not _VERSION.fullmatch(version):
            raise ValueError("not a document version")
        return self._path / f"{version}{_SUFFIX}"
