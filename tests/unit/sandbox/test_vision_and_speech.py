"""The stand-in reads what pictures and sounds say of themselves, and says that it is one."""

import base64

import openai
import pytest

from tests.unit.sandbox.conftest import take_updates
from tests.unit.sandbox.test_media import make_opus, make_png, make_wav
from tests.unit.sandbox.test_openai_api import chat


def picture(content: bytes) -> dict:
    url = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


async def look(sandbox, *parts: dict, question: str = "What is in this picture?") -> str:
    content = [{"type": "text", "text": question}, *parts]
    reply = await chat(sandbox, "", messages=[{"role": "user", "content": content}])
    return reply.choices[0].message.content


async def test_a_picture_is_read_by_its_description(sandbox):
    said = await look(sandbox, picture(make_png(9, 9, "Счёт № 5")), picture(make_png(9, 9, "two")))
    assert said == "Счёт № 5\n\ntwo"


async def test_a_photo_sent_in_a_chat_keeps_its_description(sandbox, bot):
    await sandbox.send_files(("a.png", make_png(500, 500, "Invoice 5")), kind="photo")
    [update] = await take_updates(bot)
    content = (await bot.download(update.message.photo[-1])).read()
    assert await look(sandbox, picture(content)) == "Invoice 5"


@pytest.mark.parametrize(
    ("question", "reply"),
    [("What is this?", "I am a stand-in"), ("Что это?", "Я — учебная замена")],
)
async def test_a_picture_without_a_description_is_not_seen(sandbox, question, reply):
    said = await look(sandbox, picture(make_png(9, 9)), question=question)
    assert said.startswith(reply)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (picture(b"no picture"), "image_parse_error"),
        ({"type": "image_url", "image_url": {"url": "https://host/a.png"}}, "invalid_image_url"),
    ],
)
async def test_what_is_no_picture_is_refused(sandbox, part, code):
    with pytest.raises(openai.BadRequestError) as refused:
        await look(sandbox, part)
    assert refused.value.code == code


async def test_the_prompts_are_kept_without_the_bytes_of_pictures(sandbox):
    content = make_png(9, 9, "x")
    await look(sandbox, picture(content))
    prompts = (await sandbox.do("GET", "/client/prompts"))["prompts"]
    address = prompts[-1][0]["content"][1]["image_url"]["url"]
    assert address == f"data:image/png;base64,… ({len(content)} bytes)"


async def transcribe(sandbox, name: str, content: bytes, **options):
    options = {"model": "gpt-4o-mini-transcribe", "file": (name, content), **options}
    return await sandbox.openai().audio.transcriptions.create(**options)


async def test_a_sound_is_read_by_its_comment(sandbox):
    said = await transcribe(sandbox, "voice.ogg", make_opus(2, "Где договор?"))
    assert said.text == "Где договор?"
    said = await transcribe(
        sandbox, "a.wav", make_wav(2, "Hello"), model="whisper-1", response_format="verbose_json"
    )
    assert (said.text, said.duration) == ("Hello", 2)
    said = await transcribe(sandbox, "a.wav", make_wav(1, "Hello"), response_format="text")
    assert said.strip() == "Hello"


async def test_a_sound_without_a_comment_is_not_heard(sandbox):
    assert (await transcribe(sandbox, "a.wav", make_wav(1))).text.startswith("This is a stand-in")
    said = await transcribe(sandbox, "a.mp3", b"sound", language="ru")
    assert said.text.startswith("Это учебная замена")


async def test_wrong_sounds_are_refused(sandbox):
    with pytest.raises(openai.BadRequestError, match="Invalid file format"):
        await transcribe(sandbox, "a.txt", b"x")
    with pytest.raises(openai.NotFoundError):
        await transcribe(sandbox, "a.wav", b"x", model="gpt-5-mini")
    with pytest.raises(openai.APIStatusError, match="Maximum content size limit") as refused:
        await transcribe(sandbox, "a.wav", bytes(25 * 1024 * 1024 + 1))
    assert refused.value.status_code == 413
