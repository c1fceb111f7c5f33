"""Photos, sounds, videos and stickers reach bots and people as Telegram describes them."""

import io
import struct
import wave

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile
from PIL import Image, PngImagePlugin

from deploy.sandbox.sounds import measure_duration, read_comment
from tests.unit.sandbox.conftest import USER, take_updates


def make_png(width: int, height: int, description: str = "") -> bytes:
    texts = PngImagePlugin.PngInfo()
    if description:
        texts.add_itxt("Description", description)
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG", pnginfo=texts)
    return buffer.getvalue()


def make_wav(seconds: int, comment: str = "") -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * 8000 * seconds)
    said = comment.encode()
    chunk = b"INFOICMT" + struct.pack("<I", len(said)) + said
    return buffer.getvalue() + b"LIST" + struct.pack("<I", len(chunk)) + chunk


def make_opus(seconds: int, comment: str = "") -> bytes:
    said = f"COMMENT={comment}".encode()
    tags = b"OpusTags" + struct.pack("<I3sII", 3, b"lib", 1, len(said)) + said

    def page(position: int, payload: bytes) -> bytes:
        lengths = [255] * (len(payload) // 255) + [len(payload) % 255]
        head = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, position, 1, 0, 0, len(lengths))
        return head + bytes(lengths) + payload

    head = b"OpusHead" + bytes(11)
    return page(0, head) + page(0, tags) + page(seconds * 48_000, b"sound")


async def test_a_photo_comes_as_jpeg_in_sizes_up_to_1280_pixels(sandbox, bot):
    await sandbox.send_files(("a.png", make_png(2000, 1000)), kind="photo", caption="Look")
    [update] = await take_updates(bot)
    sizes = update.message.photo
    assert [(one.width, one.height) for one in sizes] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
    ]
    assert len({one.file_id for one in sizes} | {one.file_unique_id for one in sizes}) == 8
    assert (update.message.caption, update.message.text, update.message.document) == (
        "Look",
        None,
        None,
    )
    file = await bot.get_file(sizes[-1].file_id)
    assert file.file_path.startswith("photos/")
    content = (await bot.download(sizes[-1])).read()
    assert len(content) == sizes[-1].file_size == file.file_size
    assert Image.open(io.BytesIO(content)).format == "JPEG"


async def test_a_small_photo_is_not_enlarged(sandbox, bot):
    await sandbox.send_files(("a.png", make_png(60, 40)), kind="photo")
    [update] = await take_updates(bot)
    assert [(one.width, one.height) for one in update.message.photo] == [(60, 40)]


async def test_photos_and_videos_share_an_album_and_files_do_not(sandbox, bot):
    picture = make_png(100, 100)
    await sandbox.send_files(("a.png", picture), ("b.png", picture), kind="photo", caption="two")
    first, second = [one.message for one in await take_updates(bot, 2)]
    assert first.media_group_id == second.media_group_id is not None
    assert (first.caption, second.caption) == ("two", None)
    await sandbox.send_files(("a.ogg", b"a"), ("b.ogg", b"b"), kind="voice")
    assert [one.message.media_group_id for one in await take_updates(bot, 2)] == [None, None]


async def test_what_is_no_picture_cannot_be_a_photo(sandbox, met):
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await met.send_photo(USER, BufferedInputFile(b"no picture", "a.png"))
    with pytest.raises(TelegramBadRequest, match="PHOTO_INVALID_DIMENSIONS"):
        await met.send_photo(USER, BufferedInputFile(make_png(900, 40), "a.png"))
    with pytest.raises(TelegramBadRequest, match="is too big for a photo; the maximum size is"):
        await met.send_photo(USER, BufferedInputFile(bytes(10 * 1024 * 1024 + 1), "a.png"))
    assert list((sandbox.state_dir / "files").iterdir()) == []


async def test_a_bots_photo_reaches_the_person_and_can_be_sent_again(sandbox, met):
    sent = await met.send_photo(
        USER, BufferedInputFile(make_png(500, 500), "a.png"), caption="<b>Plan</b>"
    )
    again = await met.send_photo(USER, sent.photo[0].file_id)
    assert [one.file_id for one in again.photo] == [one.file_id for one in sent.photo]
    shown = (await sandbox.read())[-2]
    assert (shown["html"], shown["document"]) == ("<b>Plan</b>", None)
    query = {"user_id": USER, "file_id": shown["content"]["photo"][-1]["file_id"]}
    async with sandbox.http.get("/client/files", params=query) as response:
        assert response.content_type == "image/jpeg"
    assert (await sent.edit_caption(caption="new")).caption == "new"


async def test_a_photo_is_no_document_and_the_other_way_round(sandbox, met):
    photo = await met.send_photo(USER, BufferedInputFile(make_png(50, 50), "a.png"))
    document = await met.send_document(USER, BufferedInputFile(b"a", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Document"):
        await met.send_document(USER, photo.photo[0].file_id)
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await met.send_photo(USER, document.document.file_id)


async def test_a_voice_message_has_its_length(sandbox, bot):
    await sandbox.send_files(("voice.ogg", make_opus(7)), kind="voice", caption="listen")
    [update] = await take_updates(bot)
    voice = update.message.voice
    assert (voice.duration, voice.mime_type, update.message.caption) == (7, "audio/ogg", "listen")
    assert (await bot.get_file(voice.file_id)).file_path.startswith("voice/")


async def test_music_has_its_title_and_a_video_its_frame(sandbox, bot):
    await sandbox.send_files(
        ("a.mp3", b"sound"), kind="audio", track="Song", performer="Choir", duration="61"
    )
    await sandbox.send_files(("a.mp4", b"film"), kind="video", width="1920", height="1080")
    await sandbox.send_files(("a.mp4", b"film"), kind="video_note", duration="5")
    await sandbox.send_files(("a.gif", b"moves"), kind="animation")
    await sandbox.send_files(("a.webp", b"sticker"), kind="sticker", emoji="👍")
    audio, video, note, animation, sticker = [one.message for one in await take_updates(bot, 5)]
    assert (audio.audio.title, audio.audio.performer, audio.audio.duration) == ("Song", "Choir", 61)
    assert (video.video.width, video.video.height, video.video.file_name) == (1920, 1080, "a.mp4")
    assert (note.video_note.length, note.video_note.duration) == (384, 5)
    assert animation.document.file_id == animation.animation.file_id
    assert (sticker.sticker.emoji, sticker.sticker.type) == ("👍", "regular")


async def test_a_sticker_has_no_caption(sandbox):
    with pytest.raises(AssertionError, match="A sticker has no caption"):
        await sandbox.send_files(("a.webp", b"s"), kind="sticker", caption="x")


async def test_bots_send_sounds_too(sandbox, met):
    sent = await met.send_voice(USER, BufferedInputFile(make_opus(3), "v.ogg"), caption="3 s")
    assert (sent.voice.duration, sent.caption) == (3, "3 s")
    sent = await met.send_audio(USER, BufferedInputFile(b"a", "a.mp3"), title="Song", duration=9)
    assert (sent.audio.title, sent.audio.duration) == ("Song", 9)


@pytest.mark.parametrize("make", [make_wav, make_opus])
def test_sounds_tell_their_length_and_comment(make):
    assert measure_duration(make(2)) == 2
    assert read_comment(make(2, "Где договор?")) == "Где договор?"
    assert read_comment(make(2)) == ""


@pytest.mark.parametrize("content", [b"", b"RIFF", b"OggS", make_wav(1)[:30], make_opus(1)[:60]])
def test_a_damaged_sound_tells_nothing(content):
    assert measure_duration(content) >= 0
    assert read_comment(content) == ""


async def test_an_svg_is_never_shown_as_a_picture(sandbox, bot):
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    await sandbox.send_files(("a.svg", svg), kind="sticker")
    [message] = await sandbox.read()
    query = {"user_id": USER, "file_id": message["content"]["sticker"]["file_id"]}
    async with sandbox.http.get("/client/files", params=query) as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_person_sends_contacts_places_dice_and_polls(sandbox, bot):
    await sandbox.send_content(contact={"phone_number": "+7 900", "first_name": "Ann"})
    await sandbox.send_content(location={"latitude": 55.75, "longitude": 37.62})
    place = {"latitude": 59.94, "longitude": 30.31}
    await sandbox.send_content(venue={"location": place, "title": "Museum", "address": "Square 2"})
    await sandbox.send_content(dice={"emoji": "🎯"})
    await sandbox.send_content(poll={"question": "When?", "options": ["Now", "Later"]})
    contact, location, venue, dice, poll = [one.message for one in await take_updates(bot, 5)]
    assert contact.contact.first_name == "Ann"
    assert location.location.latitude == 55.75
    assert (venue.venue.title, venue.location.latitude) == ("Museum", 59.94)
    assert 1 <= dice.dice.value <= 6
    assert [one.text for one in poll.poll.options] == ["Now", "Later"]
    assert (await sandbox.read())[-1]["content"]["poll"]["question"] == "When?"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "content: name one of contact, location"),
        ({"game": {}}, "content: name one of contact, location"),
        ({"location": {"latitude": 91, "longitude": 0}}, "content.location.latitude: "),
        ({"dice": {"emoji": "X"}}, "content.dice.emoji: one of"),
    ],
)
async def test_a_wrong_content_is_refused_in_one_sentence(sandbox, content, error):
    with pytest.raises(AssertionError, match=error):
        await sandbox.send_content(**content)


ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "Lee"}
NEWS = {"id": -1001, "type": "channel", "title": "News"}


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"type": "user", "sender_user": ANN}, "Ann Lee"),
        ({"type": "hidden_user", "sender_user_name": "Somebody"}, "Somebody"),
        ({"type": "chat", "sender_chat": {"id": -5, "type": "group", "title": "Club"}}, "Club"),
        ({"type": "channel", "chat": NEWS, "message_id": 3}, "News"),
    ],
)
async def test_a_forwarded_message_names_its_origin(sandbox, bot, origin, name):
    await sandbox.say("some news", forward_origin=origin)
    [update] = await take_updates(bot)
    assert update.message.forward_origin.type == origin["type"]
    assert (await sandbox.read())[-1]["forwarded_from"] == name


async def test_a_forwarded_file_names_its_origin_and_a_wrong_origin_is_refused(sandbox, bot):
    origin = '{"type": "hidden_user", "sender_user_name": "Somebody", "date": 1700000000}'
    await sandbox.send_files(("a.txt", b"a"), forward_origin=origin)
    [update] = await take_updates(bot)
    assert update.message.forward_origin.date.timestamp() == 1_700_000_000
    with pytest.raises(AssertionError, match="the type is one of user, hidden_user"):
        await sandbox.say("x", forward_origin={"type": "nobody"})
    with pytest.raises(AssertionError, match="sender_user: Field required"):
        await sandbox.say("x", forward_origin={"type": "user"})
