"""Parameters of Bot API requests: read them from query and body, validate them with aiogram."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    TelegramObject,
)
from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ValidationError

from deploy.sandbox.errors import TelegramError, bad_request
from deploy.sandbox.uploads import Upload, UploadTooLargeError, discard, receive
from deploy.sandbox.world import World

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
_MARKUPS: dict[str, type[TelegramObject]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}
_REFUSALS = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
}


@dataclass
class Parameters:
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def discard_files(self) -> None:
        for upload in self.files.values():
            discard(upload)


async def read(request: web.Request, world: World) -> Parameters:
    """Read the query string and the body (form, multipart or JSON).

    Raises TelegramError 400 and 413.
    """
    parameters = Parameters(dict(request.query))
    match request.content_type:
        case "application/json":
            parameters.values |= await _read_json(request)
        case "multipart/form-data":
            await _read_multipart(request, world, parameters)
        case "application/x-www-form-urlencoded":
            parameters.values |= {
                name: str(value) for name, value in (await request.post()).items()
            }
    return parameters


def parse(method: type[TelegramMethod[Any]], values: dict[str, Any]) -> Any:
    """Build an instance of aiogram's class of the method. Raises TelegramError 400."""
    decoded = {
        name: _decode(name, value, method.model_fields[name].annotation)
        for name, value in values.items()
        if name in method.model_fields
    }
    try:
        if "reply_markup" in decoded:
            decoded["reply_markup"] = _read_markup(decoded["reply_markup"])
        return method.model_validate(decoded)
    except ValidationError as error:
        raise _refuse(error) from None


def plain(value: Any) -> Any:
    """Convert an aiogram model to JSON values, without fields that were not given."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            fields[name].alias or name: plain(item)
            for name, item in value
            if name in fields and item is not None and not isinstance(item, Default)
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def given(value: Any) -> Any:
    """Return the value, or None for aiogram's marker of a value that was not given."""
    return None if isinstance(value, Default) else value


async def _read_json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("can't parse request JSON object")
    return {name: value for name, value in body.items() if value is not None}


async def _read_multipart(request: web.Request, world: World, parameters: Parameters) -> None:
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad_request("can't parse a part of the form")
            if part.filename is None:
                parameters.values[part.name] = await part.text()
                continue
            upload = await receive(part, world.files_dir, MAX_UPLOAD_BYTES)
            parameters.files[part.name] = upload
            parameters.values.setdefault(part.name, f"attach://{part.name}")
    except UploadTooLargeError:
        parameters.discard_files()
        raise TelegramError(413, "Request Entity Too Large") from None
    except ValueError:
        parameters.discard_files()
        raise bad_request("can't parse the form") from None


def _decode(name: str, value: Any, annotation: Any) -> Any:
    """Decode a value that arrives as JSON in a string, if its type is complex."""
    if not isinstance(value, str):
        return value
    kinds = set(_flatten(annotation))
    if any(isinstance(kind, type) and issubclass(kind, BaseModel | list | dict) for kind in kinds):
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    return value


def _read_markup(value: Any) -> TelegramObject:
    """Validate a keyboard by its kind: aiogram's union may take a wrong one for another kind."""
    if isinstance(value, dict):
        for name, kind in _MARKUPS.items():
            if name in value:
                return kind.model_validate(value)
    raise bad_request("object expected as reply markup")


def _flatten(annotation: Any) -> Iterable[Any]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        for argument in get_args(annotation):
            yield from _flatten(argument)
    elif origin is Annotated:
        yield from _flatten(get_args(annotation)[0])
    else:
        yield origin or annotation


def _refuse(error: ValidationError) -> TelegramError:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "request"
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return bad_request(_REFUSALS.get(name, f"{name} is empty"))
    place = ".".join(str(part) for part in first["loc"])
    return bad_request(f"can't parse {place}: {first['msg']}")
