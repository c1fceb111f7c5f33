"""Bot API methods for files: sendDocument and getFile."""

from typing import Any

from aiogram.methods import GetFile, SendDocument

from deploy.sandbox.bot_api import Call, Handler
from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import MAX_CAPTION_UNITS
from deploy.sandbox.keyboards import read_keyboard
from deploy.sandbox.methods.sending import read_message_text, read_reply
from deploy.sandbox.records import StoredFile
from deploy.sandbox.uploads import keep
from deploy.sandbox.wire import describe_message

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
_ATTACHED = "attach://"


def send_document(call: Call, request: SendDocument) -> dict[str, Any]:
    chat = call.find_open_chat(request.chat_id)
    text, entities = read_message_text(
        request.caption or "", request.parse_mode, request.caption_entities, MAX_CAPTION_UNITS
    )
    details = {"keyboard": read_keyboard(request.reply_markup), **read_reply(call, chat, request)}
    document = _find_or_keep(call, str(request.document)).as_document()
    message = call.world.add_message(
        chat, call.bot.bot_id, text, entities=entities, document=document, **details
    )
    return describe_message(call.world, message)


def get_file(call: Call, request: GetFile) -> dict[str, Any]:
    file = _find_file(call, request.file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.file_size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    if file.file_path is None:
        suffix = file.file_name.rpartition(".")[2] if "." in file.file_name else "bin"
        suffix = suffix if suffix.isascii() and suffix.isalnum() else "bin"
        file.file_path = f"documents/{file.file_id}.{suffix}"
        call.world.save(file)
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_size": file.file_size,
        "file_path": file.file_path,
    }


def _find_or_keep(call: Call, document: str) -> StoredFile:
    if document.startswith(_ATTACHED):
        upload = call.files.get(document.removeprefix(_ATTACHED))
        if upload is None:
            raise bad_request("there is no document in the request")
        if upload.size == 0:
            raise bad_request("file must be non-empty")
        return keep(call.world, call.bot, upload)
    file = _find_file(call, document)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


def _find_file(call: Call, file_id: str) -> StoredFile | None:
    """Return a file of this bot, or None: file ids are valid for one bot only."""
    file = call.world.files.get(file_id)
    return file if file is not None and file.bot_id == call.bot.bot_id else None


HANDLERS: dict[type, Handler] = {SendDocument: send_document, GetFile: get_file}
