import asyncio
import io
import json

import aiohttp
import openai
import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from tests.unit.sandbox.conftest import USER, take_updates

ASK = {
    "model": "gpt-5-mini",
    "messages": [
        {"role": "user", "content": "[1] Cats sleep sixteen hours.\n\nHow long do cats sleep?"}
    ],
}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 500}, TelegramServerError),
        ({"status": 502}, TelegramServerError),
        ({"status": 403}, TelegramForbiddenError),
        ({"status": 401}, TelegramUnauthorizedError),
        ({"status": 400, "description": "Bad Request: chat not found"}, TelegramBadRequest),
        ({"drop": True}, TelegramNetworkError),
        ({"body": "<html>"}, ClientDecodeError),
    ],
)
async def test_a_call_fails_as_told_and_the_next_does_not(sandbox, met, fault, error):
    await sandbox.fail("sendMessage", **fault)
    with pytest.raises(error):
        await met.send_message(USER, "x")
    assert await met.send_message(USER, "x")
    assert len(await sandbox.read()) == 2


async def test_429_tells_how_long_to_wait(sandbox, met):
    await sandbox.fail("sendMessage", status=429, retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as refused:
            await met.send_message(USER, "x")
        assert refused.value.retry_after == 7
    assert await met.send_message(USER, "x")


async def test_a_fault_is_for_one_token_when_it_names_one(sandbox, met):
    token = await sandbox.make_bot()
    await sandbox.fail("getMe", status=500, token=token)
    assert await met.get_me()
    with pytest.raises(TelegramServerError):
        await sandbox.bot(token).get_me()


async def test_a_star_means_any_method(sandbox, met):
    await sandbox.fail("*", status=500, times=2)
    with pytest.raises(TelegramServerError):
        await met.get_me()
    with pytest.raises(openai.InternalServerError):
        await sandbox.openai().models.list()
    assert await met.get_me()


async def test_a_person_is_spared_from_faults(sandbox):
    await sandbox.fail("*", status=500)
    assert await sandbox.say("hello")


async def test_faults_can_be_seen_and_cleared(sandbox, met):
    await sandbox.fail("sendMessage", status=500, times=5)
    [fault] = (await sandbox.do("GET", "/faults"))["faults"]
    assert (fault["method"], fault["times"]) == ("sendMessage", 5)
    await sandbox.do("DELETE", "/faults")
    assert await met.send_message(USER, "x")


async def test_a_performed_call_does_its_work_though_its_answer_is_lost(sandbox, met):
    await sandbox.fail("sendMessage", drop=True, performed=True)
    with pytest.raises(TelegramNetworkError):
        await met.send_message(USER, "sent all the same")
    assert (await sandbox.read())[-1]["text"] == "sent all the same"


async def test_a_delayed_call_holds_up_no_other(sandbox, met):
    await sandbox.fail("sendMessage", delay=600)
    late = asyncio.create_task(met.send_message(USER, "late"))
    while (await sandbox.do("GET", "/faults"))["faults"]:
        await asyncio.sleep(0.01)
    await met.send_message(USER, "early")
    assert [one["text"] for one in await sandbox.read()][1:] == ["early"]
    late.cancel()
    await asyncio.gather(late, return_exceptions=True)


async def test_a_download_can_be_cut(sandbox, met):
    await sandbox.send_files(("a.bin", bytes(100_000)))
    [update] = await take_updates(met)
    file = await met.get_file(update.message.document.file_id)
    await sandbox.fail("download", drop=True, after_bytes=5000)
    into = io.BytesIO()
    with pytest.raises(aiohttp.ClientPayloadError):
        await met.download_file(file.file_path, into)
    assert (await met.download_file(file.file_path)).getbuffer().nbytes == 100_000


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"method": "getMe"}, "say what happens"),
        ({"status": 500}, "Field required"),
        ({"method": "getMe", "status": 500, "times": 0}, "greater than or equal to 1"),
        ({"method": "getMe", "stats": 500}, "Extra inputs are not permitted"),
    ],
)
async def test_a_wrong_fault_is_refused(sandbox, fault, sentence):
    status, body = await sandbox.ask("POST", "/faults", json=fault)
    assert status == 400
    assert sentence in body["error"]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ({"error_code": "insufficient_quota"}, openai.RateLimitError, "insufficient_quota"),
        ({"error_code": "rate_limit_exceeded"}, openai.RateLimitError, "rate_limit_exceeded"),
        ({"status": 429}, openai.RateLimitError, "rate_limit_exceeded"),
        ({"error_code": "invalid_api_key"}, openai.AuthenticationError, "invalid_api_key"),
        (
            {"error_code": "unsupported_country_region_territory"},
            openai.PermissionDeniedError,
            "unsupported_country_region_territory",
        ),
        ({"status": 500}, openai.InternalServerError, None),
        ({"status": 503}, openai.InternalServerError, None),
    ],
)
async def test_openai_fails_in_its_own_words(sandbox, fault, error, code):
    await sandbox.fail("chat/completions", **fault)
    with pytest.raises(error) as refused:
        await sandbox.openai().chat.completions.create(**ASK)
    assert refused.value.code == code
    assert await sandbox.openai().chat.completions.create(**ASK)


async def test_openai_tells_how_long_to_wait(sandbox):
    await sandbox.fail("embeddings", status=429, retry_after=3)
    with pytest.raises(openai.RateLimitError) as refused:
        await sandbox.openai().embeddings.create(model="text-embedding-3-small", input="x")
    assert refused.value.response.headers["Retry-After"] == "3"


async def test_a_dropped_call_to_openai_is_a_connection_error(sandbox):
    await sandbox.fail("models", drop=True)
    with pytest.raises(openai.APIConnectionError):
        await sandbox.openai().models.list()


async def read_stream(sandbox) -> tuple[str, str | None]:
    text, finish = "", None
    stream = await sandbox.openai().chat.completions.create(**ASK, stream=True)
    async for chunk in stream:
        text += chunk.choices[0].delta.content or ""
        finish = chunk.choices[0].finish_reason or finish
    return text, finish


async def test_a_stream_can_end_cleanly_in_the_middle(sandbox):
    whole, finish = await read_stream(sandbox)
    assert finish == "stop"
    await sandbox.fail("chat/completions", after_bytes=500)
    text, finish = await read_stream(sandbox)
    assert whole.startswith(text)
    assert len(text) < len(whole)
    assert finish is None


async def test_a_stream_can_be_cut_in_the_middle(sandbox):
    await sandbox.fail("chat/completions", after_bytes=500, drop=True)
    with pytest.raises(openai.APIConnectionError):
        await read_stream(sandbox)


async def test_a_stream_can_turn_to_nonsense(sandbox):
    await sandbox.fail("chat/completions", after_bytes=0, body="data: {broken\n\n")
    with pytest.raises(json.JSONDecodeError):
        await read_stream(sandbox)
