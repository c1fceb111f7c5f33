"""Requests of the client API: models, validation and shared helpers."""

import json
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from deploy.sandbox.errors import ClientError
from deploy.sandbox.records import Bot, Chat
from deploy.sandbox.world import World

Model = TypeVar("Model", bound=BaseModel)


class NewBot(BaseModel):
    user_id: int = Field(gt=0)
    username: str
    name: str | None = None


class Revocation(BaseModel):
    token: str | None = None
    username: str | None = None


class Sender(BaseModel):
    """A person who writes to a bot; `chat_id` is only for groups, and negative."""

    user_id: int = Field(gt=0)
    bot: str
    language_code: str | None = None
    first_name: str | None = None
    chat_id: int | None = Field(None, lt=0)
    chat_type: str = "group"
    title: str = "Group"


def _decode(value: Any) -> Any:
    """Decode JSON, which a field of a form holds as a string."""
    return json.loads(value) if isinstance(value, str) else value


class NewMessage(Sender):
    """A message; `quote` is a part of the text of the message that it replies to.

    `forward_origin` is that of the Bot API; its date may be left out.
    """

    reply_to_message_id: int | None = None
    quote: str | None = None
    forward_origin: Annotated[dict[str, Any] | None, BeforeValidator(_decode)] = None


class NewText(NewMessage):
    """A text, or a `content` such as `{"location": {"latitude": 55.7, "longitude": 37.6}}`."""

    text: str = ""
    content: dict[str, Any] | None = None


class EditedText(Sender):
    message_id: int
    text: str


class NewFiles(NewMessage):
    """Fields of a form with files: what a Telegram app says of them. `duration` is in seconds."""

    caption: str = ""
    duration: int | None = Field(None, ge=0)
    width: int | None = Field(None, gt=0)
    height: int | None = Field(None, gt=0)
    performer: str | None = None
    track: str | None = None
    emoji: str | None = None


class Tap(Sender):
    message_id: int
    data: str


class Block(Sender):
    blocked: bool


class RawUpdate(BaseModel):
    bot: str
    update: dict[str, Any]


async def read(request: web.Request, model: type[Model]) -> Model:
    """Read the JSON body as a model. Raises ClientError 400."""
    try:
        body = await request.json()
    except ValueError:
        raise ClientError(400, "Send a JSON object.") from None
    return validate(model, body)


def validate(model: type[Model], values: Any) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ClientError(400, f"{place or 'The body'}: {first['msg']}.") from None


def read_number(request: web.Request, name: str, default: int | None = None) -> int:
    """Return an integer from the query string. Raises ClientError 400."""
    value = request.query.get(name)
    if value is None and default is not None:
        return default
    try:
        return int(value or "")
    except ValueError:
        raise ClientError(400, f"{name} must be a whole number.") from None


def find_bot(world: World, username: str) -> Bot:
    bot = world.find_bot(username)
    if bot is None:
        raise ClientError(404, f"There is no bot @{username.removeprefix('@')}.")
    return bot


def open_chat(world: World, sender: Sender) -> tuple[Bot, Chat]:
    """Return the bot and the chat that a person writes to, created if needed.

    Raises ClientError 404 and 409.
    """
    bot = find_bot(world, sender.bot)
    known = world.find_chat(bot.bot_id, sender.user_id)
    if known is not None and known.blocked and sender.chat_id is None:
        raise ClientError(409, f"You have blocked @{bot.username}. Unblock it to write.")
    world.greet(sender.user_id, sender.first_name, sender.language_code)
    group = None
    if sender.chat_id is not None:
        group = Chat(bot.bot_id, sender.chat_id, sender.chat_type, sender.title)
    return bot, world.open_chat(bot, sender.user_id, group)


def mark_read(world: World, chat: Chat) -> None:
    """Mark all messages of the chat as read."""
    messages = world.list_messages(chat, after=chat.read_message_id)
    if messages:
        chat.read_message_id = messages[-1].message_id
        world.save(chat)


async def answer(world: World, body: dict[str, Any]) -> web.Response:
    """Write all changes to disk, then return the response."""
    await world.commit()
    return web.json_response(body)
