"""Client API for the files that a person sends: documents, photos, voice messages and others."""

import itertools
import secrets

from aiohttp import BodyPartReader, web

from deploy.sandbox.client.delivery import check_text, deliver, read_context
from deploy.sandbox.client.requests import NewFiles, answer, open_chat, validate
from deploy.sandbox.entities import find_entities
from deploy.sandbox.errors import ClientError
from deploy.sandbox.formatting import MAX_CAPTION_UNITS
from deploy.sandbox.keys import WORLD
from deploy.sandbox.media import KINDS, describe, keep
from deploy.sandbox.pictures import PictureError
from deploy.sandbox.records import CAPTIONED
from deploy.sandbox.uploads import Upload, UploadTooLargeError, discard, receive
from deploy.sandbox.world import World

MAX_UPLOAD_BYTES = 2_000 * 1024 * 1024
MAX_ALBUM_FILES = 10
#: Photos and videos share albums; files and music have albums of their own.
_ALBUMS = {"photo": "media", "video": "media", "document": "document", "audio": "audio"}


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_post("/client/documents", send_files)


async def send_files(request: web.Request) -> web.Response:
    """Send files, each as a message; the first one has the caption.

    The form field of a file is its kind, e.g. `photo` or `voice`; any other name means a document.
    As in Telegram's apps, several files form an album, and more than ten form several albums.
    """
    world = request.app[WORLD]
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    try:
        await _read_form(request, world, fields, uploads)
        sent = validate(NewFiles, fields)
        caption = check_text(sent.caption.strip(), MAX_CAPTION_UNITS)
        if not uploads:
            raise ClientError(400, "There is no file in the form.")
        kinds = [upload.field if upload.field in KINDS else "document" for upload in uploads]
        if caption and kinds[0] not in CAPTIONED:
            raise ClientError(400, f"A {kinds[0]} has no caption.")
        bot, chat = open_chat(world, sent)
        context = read_context(world, chat, sent)
        given = {**sent.model_dump(), "title": sent.track}
        files = [
            await keep(world, bot, upload, kind, given)
            for upload, kind in zip(uploads, kinds, strict=True)
        ]
    except PictureError as error:
        raise ClientError(400, f"This cannot be sent as a photo: {error}.") from None
    finally:
        for upload in uploads:
            discard(upload)
    messages = [
        world.add_message(
            chat,
            sent.user_id,
            "" if number else caption,
            entities=[] if number else find_entities(caption),
            content=describe(world, file),
            media_group_id=album,
            **context,
        )
        for number, (file, album) in enumerate(zip(files, _name_albums(kinds), strict=True))
    ]
    for message in messages:
        deliver(world, bot, chat, message)
    ids = [message.message_id for message in messages]
    return await answer(world, {"message_id": ids[0], "message_ids": ids})


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


def _name_albums(kinds: list[str]) -> list[str | None]:
    """Return the album id of each file; None for a single file and for kinds without albums."""
    albums: list[str | None] = []
    for album, run in itertools.groupby(kinds, key=_ALBUMS.get):
        left = len(list(run))
        while left:
            size = min(left, MAX_ALBUM_FILES)
            is_album = album is not None and size > 1
            albums += [str(secrets.randbits(60)) if is_album else None] * size
            left -= size
    return albums
