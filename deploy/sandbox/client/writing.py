"""Client API for what a person does: write, send files, tap, edit, block, create bots."""

import secrets
import time
from typing import Any

from aiohttp import BodyPartReader, web

from deploy.sandbox import botfather
from deploy.sandbox.client.requests import (
    Block,
    EditedText,
    NewBot,
    NewDocuments,
    NewText,
    RawUpdate,
    Revocation,
    Sender,
    Tap,
    answer,
    find_bot,
    mark_read,
    open_chat,
    read,
    validate,
)
from deploy.sandbox.entities import find_entities
from deploy.sandbox.errors import ClientError
from deploy.sandbox.formatting import MAX_CAPTION_UNITS, MAX_TEXT_UNITS, count_units
from deploy.sandbox.keys import WORLD
from deploy.sandbox.records import BOTFATHER_ID, Bot, CallbackQuery, Chat, Message
from deploy.sandbox.uploads import Upload, UploadTooLargeError, discard, keep, receive
from deploy.sandbox.wire import describe_block, describe_message, describe_person
from deploy.sandbox.world import World

MAX_UPLOAD_BYTES = 2_000 * 1024 * 1024
MAX_ALBUM_FILES = 10


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_post("/client/bots", create_bot)
    router.add_delete("/client/bots", revoke_token)
    router.add_post("/client/bots/revoke", revoke_token)
    router.add_post("/client/messages", send_text)
    router.add_put("/client/messages", edit_text)
    router.add_post("/client/documents", send_documents)
    router.add_post("/client/callbacks", tap)
    router.add_post("/client/blocks", block)
    router.add_post("/client/reads", note_read)
    router.add_post("/client/updates", inject_update)


async def create_bot(request: web.Request) -> web.Response:
    world, wanted = request.app[WORLD], await read(request, NewBot)
    refusal = botfather.refuse_username(world, wanted.username)
    if refusal is not None:
        taken = world.find_bot(wanted.username) is not None
        raise ClientError(409 if taken else 400, refusal)
    world.greet(wanted.user_id, None, None)
    bot = world.create_bot(wanted.user_id, wanted.username, wanted.name or wanted.username)
    return await answer(world, {"token": bot.token, "bot_id": bot.bot_id, "username": bot.username})


async def revoke_token(request: web.Request) -> web.Response:
    world, revocation = request.app[WORLD], await read(request, Revocation)
    for bot in world.bots.values():
        if bot.token == revocation.token or (
            revocation.username and bot is world.find_bot(revocation.username)
        ):
            return await answer(world, {"token": world.revoke_token(bot)})
    raise ClientError(404, "There is no such bot.")


async def send_text(request: web.Request) -> web.Response:
    world, sent = request.app[WORLD], await read(request, NewText)
    text = _check_text(sent.text.strip(), MAX_TEXT_UNITS)
    if not text:
        raise ClientError(400, "The message is empty.")
    bot, chat = open_chat(world, sent)
    quote = _find_quote(world, chat, sent)
    message = world.add_message(
        chat,
        sent.user_id,
        text,
        entities=find_entities(text),
        reply_to_message_id=sent.reply_to_message_id,
        quote=quote,
    )
    _deliver(world, bot, chat, message)
    return await answer(world, {"message_id": message.message_id})


async def edit_text(request: web.Request) -> web.Response:
    world, edited = request.app[WORLD], await read(request, EditedText)
    _bot, chat = open_chat(world, edited)
    message = world.find_message(chat, edited.message_id)
    if message is None or message.sender_id != edited.user_id:
        raise ClientError(404, "There is no such message of this person.")
    text = _check_text(edited.text.strip(), MAX_TEXT_UNITS)
    if not text and message.document is None:
        raise ClientError(400, "The message is empty.")
    message.text, message.entities = text, find_entities(text)
    message.edit_date = int(time.time())
    world.note_change(message)
    update = {"edited_message": describe_message(world, message)}
    world.queue(world.bots[chat.bot_id]).push(update)
    return await answer(world, {"message_id": message.message_id})


async def send_documents(request: web.Request) -> web.Response:
    """Send files, each as a message; the first one has the caption.

    As in Telegram's apps, several files form an album, and more than ten form several albums.
    """
    world = request.app[WORLD]
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    try:
        await _read_form(request, world, fields, uploads)
        sent = validate(NewDocuments, fields)
        caption = _check_text(sent.caption.strip(), MAX_CAPTION_UNITS)
        if not uploads:
            raise ClientError(400, "There is no file in the form.")
        bot, chat = open_chat(world, sent)
        groups = _name_albums(len(uploads))
        messages = [
            world.add_message(
                chat,
                sent.user_id,
                "" if number else caption,
                entities=[] if number else find_entities(caption),
                document=keep(world, bot, upload).as_document(),
                media_group_id=groups[number],
            )
            for number, upload in enumerate(uploads)
        ]
    finally:
        for upload in uploads:
            discard(upload)
    for message in messages:
        _deliver(world, bot, chat, message)
    ids = [message.message_id for message in messages]
    return await answer(world, {"message_id": ids[0], "message_ids": ids})


async def tap(request: web.Request) -> web.Response:
    world, tapped = request.app[WORLD], await read(request, Tap)
    bot, chat = open_chat(world, tapped)
    message = world.find_message(chat, tapped.message_id)
    rows = message.keyboard or [] if message else []
    if message is None or not any(
        button.get("callback_data") == tapped.data for row in rows for button in row
    ):
        raise ClientError(400, "There is no such button under this message.")
    query = CallbackQuery(str(secrets.randbits(62)), bot.bot_id, tapped.user_id, int(time.time()))
    world.callback_queries[query.callback_query_id] = query
    world.save(query)
    if bot.bot_id == BOTFATHER_ID:
        botfather.answer_tap(world, chat, message, tapped.data)
    else:
        update = {
            "callback_query": {
                "id": query.callback_query_id,
                "from": describe_person(world.people[tapped.user_id]),
                "message": describe_message(world, message),
                "chat_instance": str(chat.chat_id),
                "data": tapped.data,
            }
        }
        world.queue(bot).push(update)
    return await answer(world, {"callback_query_id": query.callback_query_id})


async def block(request: web.Request) -> web.Response:
    world, wish = request.app[WORLD], await read(request, Block)
    bot = find_bot(world, wish.bot)
    chat = world.find_chat(bot.bot_id, wish.user_id)
    if chat is None:
        raise ClientError(404, "This person has no chat with this bot.")
    if chat.blocked != wish.blocked:
        chat.blocked = wish.blocked
        world.save(chat)
        world.changes.touch(wish.user_id)
        world.queue(bot).push(describe_block(world, chat, int(time.time())))
    return await answer(world, {"blocked": chat.blocked})


async def note_read(request: web.Request) -> web.Response:
    world, reader = request.app[WORLD], await read(request, Sender)
    chat = world.find_chat(find_bot(world, reader.bot).bot_id, reader.user_id)
    if chat is not None:
        mark_read(world, chat)
    return await answer(world, {})


async def inject_update(request: web.Request) -> web.Response:
    """Queue an update for a bot unchanged, even a malformed one."""
    world, raw = request.app[WORLD], await read(request, RawUpdate)
    body = {name: value for name, value in raw.update.items() if name != "update_id"}
    if not body:
        raise ClientError(400, "An update needs a field beside update_id.")
    world.queue(find_bot(world, raw.bot)).push(body)
    return await answer(world, {})


async def _read_form(
    request: web.Request, world: World, fields: dict[str, str], uploads: list[Upload]
) -> None:
    if request.content_type != "multipart/form-data":
        raise ClientError(400, "Send the files as multipart/form-data.")
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ClientError(400, "The form cannot be read.")
            if part.filename is None:
                fields[part.name or ""] = await part.text()
            else:
                uploads.append(await receive(part, world.files_dir, MAX_UPLOAD_BYTES))
    except UploadTooLargeError:
        raise ClientError(413, "Telegram takes files of up to 2,000 MB.") from None


def _name_albums(count: int) -> list[str | None]:
    """Return the album id of each of `count` files; None for a single file."""
    albums: list[str | None] = []
    while (left := count - len(albums)) > 1:
        albums += [str(secrets.randbits(60))] * min(left, MAX_ALBUM_FILES)
    return albums + [None] * left


def _deliver(world: World, bot: Bot, chat: Chat, message: Message) -> None:
    """Queue a person's message for its bot, or let BotFather answer it."""
    if chat.type == "private":
        mark_read(world, chat)
    if bot.bot_id == BOTFATHER_ID:
        botfather.answer_message(world, chat, message.text)
    else:
        world.queue(bot).push({"message": describe_message(world, message)})


def _find_quote(world: World, chat: Chat, sent: NewText) -> dict[str, Any] | None:
    """Return the quote of a reply as Telegram describes it, if it has one."""
    if sent.reply_to_message_id is None:
        return None
    original = world.find_message(chat, sent.reply_to_message_id)
    if original is None:
        raise ClientError(400, "There is no message to reply to.")
    if not sent.quote:
        return None
    before, found, _after = original.text.partition(sent.quote)
    if not found:
        raise ClientError(400, "The message does not contain the quote.")
    return {"text": sent.quote, "position": count_units(before), "is_manual": True}


def _check_text(text: str, limit: int) -> str:
    if count_units(text) > limit:
        raise ClientError(400, f"The text is longer than {limit} characters.")
    return text
