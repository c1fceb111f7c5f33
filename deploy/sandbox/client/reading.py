"""Client API for what a person sees: chats, messages, changes and files."""

import re
from urllib.parse import quote

from aiohttp import web

from deploy.sandbox.client.requests import answer, find_bot, mark_read, read_number
from deploy.sandbox.errors import ClientError
from deploy.sandbox.keys import WORLD
from deploy.sandbox.records import BOTFATHER_ID
from deploy.sandbox.uploads import StoredFileResponse
from deploy.sandbox.views import show_changes, show_chat, show_message
from deploy.sandbox.world import MASTER_USERNAME

MAX_WAIT_SECONDS = 50
#: The types that the page may show; an SVG image could hold a script.
_SHOWN = re.compile(r"image/(jpeg|png|gif|webp)$|(audio|video)/[\w.+-]+$")


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/client/messages", list_messages)
    router.add_get("/client/chats", list_chats)
    router.add_get("/client/changes", wait_for_changes)
    router.add_get("/client/files", download)


async def list_messages(request: web.Request) -> web.Response:
    """Return the messages of a chat in order, and mark them as read."""
    world, user_id = request.app[WORLD], read_number(request, "user_id")
    bot = find_bot(world, request.query.get("bot", ""))
    chat = world.find_chat(bot.bot_id, read_number(request, "chat_id", user_id))
    if chat is None:
        return web.json_response({"messages": []})
    mark_read(world, chat)
    messages = world.list_messages(chat, after=read_number(request, "after", 0))
    return await answer(world, {"messages": [show_message(message) for message in messages]})


async def list_chats(request: web.Request) -> web.Response:
    """Return the chats with BotFather, the master, the person's bots and those they wrote to."""
    world, user_id = request.app[WORLD], read_number(request, "user_id")
    person = world.people.get(user_id)
    language = request.query.get("language_code") or (person.language_code if person else None)
    shown = []
    for bot in world.bots.values():
        chat = world.find_chat(bot.bot_id, user_id)
        always = bot.bot_id == BOTFATHER_ID or bot.username == MASTER_USERNAME
        if chat is not None or always or bot.owner_id == user_id:
            shown.append(show_chat(world, bot, user_id, language, chat))
    return web.json_response({"chats": shown})


async def wait_for_changes(request: web.Request) -> web.Response:
    """Return the changes after `since`: at once if there are any, else within `wait` seconds."""
    world, user_id = request.app[WORLD], read_number(request, "user_id")
    since, wait = read_number(request, "since", 0), read_number(request, "wait", 0)
    if since > world.changes.revision:  # from another sandbox: return everything
        since = 0
    view = await world.changes.wait(user_id, since, min(wait, MAX_WAIT_SECONDS) if since else 0)
    return web.json_response(show_changes(world, user_id, view, since))


async def download(request: web.Request) -> web.StreamResponse:
    world, user_id = request.app[WORLD], read_number(request, "user_id")
    file = world.files.get(request.query.get("file_id", ""))
    if file is None or world.find_chat(file.bot_id, user_id) is None:
        raise ClientError(404, "There is no such file in this person's chats.")
    is_shown = file.kind != "document" and bool(_SHOWN.match(file.mime_type))
    kind = "inline" if is_shown else "attachment"
    disposition = f"{kind}; filename*=UTF-8''{quote(file.file_name, safe='')}"
    return StoredFileResponse(
        world,
        file,
        {
            "Content-Type": file.mime_type if is_shown else "application/octet-stream",
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
        },
    )
