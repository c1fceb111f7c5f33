"""Bot API methods for files: sendDocument, sendPhoto and the like, and getFile."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.methods import (
    GetFile,
    SendAnimation,
    SendAudio,
    SendDocument,
    SendPhoto,
    SendSticker,
    SendVideo,
    SendVideoNote,
    SendVoice,
)

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import MAX_CAPTION_UNITS, Entity
from deploy.sandbox.keyboards import read_keyboard
from deploy.sandbox.media import MAX_PHOTO_BYTES, describe, keep, make_file_path
from deploy.sandbox.methods.sending import read_message_text, read_reply
from deploy.sandbox.parameters import plain
from deploy.sandbox.pictures import PictureError
from deploy.sandbox.records import CAPTIONED, StoredFile
from deploy.sandbox.wire import describe_message

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
_ATTACHED = "attach://"
_METHODS: dict[str, type] = {
    "document": SendDocument,
    "photo": SendPhoto,
    "video": SendVideo,
    "animation": SendAnimation,
    "audio": SendAudio,
    "voice": SendVoice,
    "video_note": SendVideoNote,
    "sticker": SendSticker,
}


def make_sender(kind: str) -> Callable[[Call, Any], Awaitable[dict[str, Any]]]:
    """Return the handler of the method that sends this kind of file."""

    async def send(call: Call, request: Any) -> dict[str, Any]:
        chat = call.find_open_chat(request.chat_id)
        text, entities = "", list[Entity]()
        if kind in CAPTIONED:
            text, entities = read_message_text(
                request.caption or "",
                request.parse_mode,
                request.caption_entities,
                MAX_CAPTION_UNITS,
            )
        keyboard = read_keyboard(request.reply_markup)
        details = {"keyboard": keyboard, **read_reply(call, chat, request)}
        file = await _find_or_keep(call, kind, str(getattr(request, kind)), plain(request))
        message = call.world.add_message(
            chat,
            call.bot.bot_id,
            text,
            entities=entities,
            content=describe(call.world, file),
            **details,
        )
        return describe_message(call.world, message)

    return send


def get_file(call: Call, request: GetFile) -> dict[str, Any]:
    file = _find_file(call, request.file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.file_size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    if file.file_path is None:
        file.file_path = make_file_path(file)
        call.world.save(file)
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.file_size,
        "file_path": file.file_path,
    }


async def _find_or_keep(call: Call, kind: str, value: str, given: dict[str, Any]) -> StoredFile:
    if not value.startswith(_ATTACHED):
        return _find_of_kind(call, kind, value)
    upload = call.files.get(value.removeprefix(_ATTACHED))
    if upload is None:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if upload.size == 0:
        raise bad_request("file must be non-empty")
    if kind == "photo" and upload.size > MAX_PHOTO_BYTES:
        raise bad_request(
            f"file of size {upload.size} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    try:
        return await keep(call.world, call.bot, upload, kind, given)
    except PictureError as error:
        raise bad_request(str(error)) from None


def _find_of_kind(call: Call, kind: str, file_id: str) -> StoredFile:
    """Return a known file. A photo stays a photo; other kinds can become each other."""
    file = _find_file(call, file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if (file.kind == "photo") != (kind == "photo"):
        known, wanted = (name.title().replace("_", "") for name in (file.kind, kind))
        raise bad_request(f"can't use file of type {known} as {wanted}")
    return file


def _find_file(call: Call, file_id: str) -> StoredFile | None:
    """Return a file of this bot, or None: file ids are valid for one bot only."""
    file = call.world.files.get(file_id)
    return file if file is not None and file.bot_id == call.bot.bot_id else None


HANDLERS: dict[type, Handler] = {
    **{method: make_sender(kind) for kind, method in _METHODS.items()},
    GetFile: get_file,
}
