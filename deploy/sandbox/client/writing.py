"""Client API for what a person does: write, tap, edit, block, create bots."""

import secrets
import time

from aiohttp import web

from deploy.sandbox import botfather
from deploy.sandbox.client.contents import read_content
from deploy.sandbox.client.delivery import check_text, deliver, read_context
from deploy.sandbox.client.requests import (
    Block,
    EditedText,
    NewBot,
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
)
from deploy.sandbox.entities import find_entities
from deploy.sandbox.errors import ClientError
from deploy.sandbox.formatting import MAX_TEXT_UNITS
from deploy.sandbox.keys import WORLD
from deploy.sandbox.records import BOTFATHER_ID, CallbackQuery
from deploy.sandbox.wire import describe_block, describe_message, describe_person


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_post("/client/bots", create_bot)
    router.add_delete("/client/bots", revoke_token)
    router.add_post("/client/bots/revoke", revoke_token)
    router.add_post("/client/messages", send_text)
    router.add_put("/client/messages", edit_text)
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
    text = check_text(sent.text.strip(), MAX_TEXT_UNITS)
    content = read_content(sent.content) if sent.content is not None else {}
    if bool(text) == bool(content):
        raise ClientError(400, "The message is empty." if not text else "Send a text or a content.")
    bot, chat = open_chat(world, sent)
    message = world.add_message(
        chat,
        sent.user_id,
        text,
        entities=find_entities(text),
        content=content,
        **read_context(world, chat, sent),
    )
    deliver(world, bot, chat, message)
    return await answer(world, {"message_id": message.message_id})


async def edit_text(request: web.Request) -> web.Response:
    world, edited = request.app[WORLD], await read(request, EditedText)
    _bot, chat = open_chat(world, edited)
    message = world.find_message(chat, edited.message_id)
    if message is None or message.sender_id != edited.user_id:
        raise ClientError(404, "There is no such message of this person.")
    text = check_text(edited.text.strip(), MAX_TEXT_UNITS)
    if not text and not message.takes_caption:
        raise ClientError(400, "The message is empty.")
    message.text, message.entities = text, find_entities(text)
    message.edit_date = int(time.time())
    world.note_change(message)
    update = {"edited_message": describe_message(world, message)}
    world.queue(world.bots[chat.bot_id]).push(update)
    return await answer(world, {"message_id": message.message_id})


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
