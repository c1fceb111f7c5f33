"""Files of all kinds in messages: stored for a bot, and described as in the Bot API."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.sandbox.pictures import Picture, make_sizes
from deploy.sandbox.records import Bot, StoredFile
from deploy.sandbox.sounds import measure_duration
from deploy.sandbox.uploads import Upload
from deploy.sandbox.world import World

MAX_PHOTO_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """How Telegram stores a kind of file: folder of downloads, and begin of the file id."""

    folder: str
    prefix: str


KINDS = {
    "document": Kind("documents", "BQACAgIAAxkBAA"),
    "photo": Kind("photos", "AgACAgIAAxkBAA"),
    "video": Kind("videos", "BAACAgIAAxkBAA"),
    "animation": Kind("animations", "CgACAgIAAxkBAA"),
    "audio": Kind("music", "CQACAgIAAxkBAA"),
    "voice": Kind("voice", "AwACAgIAAxkBAA"),
    "video_note": Kind("video_notes", "DQACAgIAAxkBAA"),
    "sticker": Kind("stickers", "CAACAgIAAxkBAA"),
}
#: The fields that describe each kind besides size and ids, and their values if not known.
_FIELDS: dict[str, dict[str, Any]] = {
    "document": {},
    "video": {"width": 640, "height": 360, "duration": 0},
    "animation": {"width": 320, "height": 240, "duration": 0},
    "audio": {"duration": 0, "performer": None, "title": None},
    "voice": {"duration": 0},
    "video_note": {"length": 384, "duration": 0},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": None,
    },
}
_NAMED = frozenset({"document", "video", "animation", "audio"})
_TYPED = _NAMED | {"voice"}


async def keep(
    world: World, bot: Bot, upload: Upload, kind: str, given: Mapping[str, Any]
) -> StoredFile:
    """Store an upload as a kind of file; of a photo, return the largest size.

    `given` may hold what the sender says of the file, e.g. the duration. Raises PictureError.
    """
    if kind == "photo":
        pictures = await asyncio.to_thread(make_sizes, upload.path)
        return _keep_photo(world, bot, pictures)
    details = {name: given.get(name) or value for name, value in _FIELDS[kind].items()}
    if not details.get("duration", True):
        content = await asyncio.to_thread(upload.path.read_bytes)
        details["duration"] = round(measure_duration(content))
    stored = StoredFile(
        file_id=_make_file_id(kind),
        file_unique_id=_make_unique_id(upload.digest),
        bot_id=bot.bot_id,
        file_name=upload.name,
        mime_type=upload.mime_type,
        file_size=upload.size,
        kind=kind,
        details={name: value for name, value in details.items() if value is not None},
    )
    upload.path.replace(world.files_dir / stored.file_unique_id)
    _save(world, stored)
    return stored


def describe(world: World, file: StoredFile) -> dict[str, Any]:
    """Return the content of a message with this file, as fields of the Bot API's Message."""
    if file.kind == "photo":
        return {"photo": [_describe_file(world.files[one]) for one in file.sizes]}
    described = _describe_file(file)
    if file.kind == "animation":  # "for backward compatibility", says the Bot API
        names = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size")
        return {"animation": described, "document": {name: described[name] for name in names}}
    return {file.kind: described}


def make_file_path(file: StoredFile) -> str:
    suffix = Path(file.file_name).suffix[1:]
    suffix = suffix if suffix.isascii() and suffix.isalnum() else "bin"
    return f"{KINDS[file.kind].folder}/{file.file_id}.{suffix}"


def _keep_photo(world: World, bot: Bot, pictures: list[Picture]) -> StoredFile:
    sizes = [_make_file_id("photo") for _ in pictures]
    for file_id, picture in zip(sizes, pictures, strict=True):
        file = StoredFile(
            file_id=file_id,
            file_unique_id=_make_unique_id(hashlib.sha256(picture.content).hexdigest()),
            bot_id=bot.bot_id,
            file_name="photo.jpg",
            mime_type="image/jpeg",
            file_size=len(picture.content),
            kind="photo",
            details={"width": picture.width, "height": picture.height},
            sizes=sizes,
        )
        (world.files_dir / file.file_unique_id).write_bytes(picture.content)
        _save(world, file)
    return world.files[sizes[-1]]


def _make_file_id(kind: str) -> str:
    return f"{KINDS[kind].prefix}{secrets.token_urlsafe(40)}"


def _make_unique_id(digest: str) -> str:
    return f"AgAD{digest[:16]}"


def _save(world: World, file: StoredFile) -> None:
    world.files[file.file_id] = file
    world.save(file)


def _describe_file(file: StoredFile) -> dict[str, Any]:
    described: dict[str, Any] = {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
    }
    if file.kind in _NAMED:
        described["file_name"] = file.file_name
    if file.kind in _TYPED:
        described["mime_type"] = file.mime_type
    return {**described, "file_size": file.file_size, **file.details}
