"""Uploaded files: written to disk in chunks, then stored under the hash of their content."""

import asyncio
import hashlib
import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, web

from deploy.sandbox.records import StoredFile
from deploy.sandbox.world import World

_PIECE_BYTES = 1 << 20


class UploadTooLargeError(Exception):
    """The upload is larger than allowed."""


@dataclass(frozen=True)
class Upload:
    """A received file that is not stored yet; the size is in bytes. `field` is its form field."""

    path: Path
    field: str
    name: str
    mime_type: str
    size: int
    digest: str


async def receive(part: BodyPartReader, folder: Path, limit: int) -> Upload:
    """Write one part of a form to `folder`. Raises UploadTooLargeError above `limit` bytes."""
    path = folder / f".incoming-{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    file = await asyncio.to_thread(path.open, "wb")
    try:
        while piece := await part.read_chunk(_PIECE_BYTES):
            size += len(piece)
            _check_size(size, limit)
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        await asyncio.to_thread(file.close)
    name = Path(part.filename or "file").name or "file"
    mime_type = part.headers.get("Content-Type", "").partition(";")[0].strip()
    if mime_type in {"", "application/octet-stream"}:
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Upload(path, part.name or "", name, mime_type, size, digest.hexdigest())


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise UploadTooLargeError


def discard(upload: Upload) -> None:
    """Delete an upload that was not stored; does nothing to a stored one."""
    upload.path.unlink(missing_ok=True)


class StoredFileResponse(web.FileResponse):
    """The unchanged bytes of a stored file, by default as `application/octet-stream`."""

    def __init__(self, world: World, file: StoredFile, headers: dict[str, str]) -> None:
        self.path = world.files_dir / file.file_unique_id
        super().__init__(self.path, headers={"Content-Type": "application/octet-stream", **headers})
