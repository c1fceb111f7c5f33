"""Each of OpenAI's answers to a key check has its own error, without the key."""

from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from master.errors import (
    KeyForbiddenError,
    KeyInvalidError,
    KeyMalformedError,
    KeyQuotaError,
    OpenAIUnreachableError,
)
from master.services import openai_keys
from master.services.openai_keys import check_key

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz"
GOOD = 200, {"object": "list", "data": [{"embedding": [0.1]}]}


def refusal(status, code, kind="invalid_request_error"):
    return status, {"error": {"message": "no", "type": kind, "code": code}}


@dataclass
class OpenAI:
    url: str = ""
    answers: list[tuple[int, object]] = field(default_factory=lambda: [GOOD])
    requests: list[tuple[str, object]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers["Authorization"], await request.json()))
        status, body = self.answers[0]
        if len(self.answers) > 1:
            self.answers.pop(0)
        return web.json_response(body, status=status)


@pytest.fixture
async def openai():
    """Run a server that returns `answers` in turn, and repeats the last one."""
    openai, app = OpenAI(), web.Application()
    app.router.add_post("/v1/embeddings", openai.answer)
    async with TestServer(app) as server:
        openai.url = str(server.make_url("/v1"))
        yield openai


async def check(openai):
    await check_key(KEY, openai.url, "text-embedding-3-small")


async def test_a_good_key_costs_one_word(openai):
    await check(openai)
    [(authorization, request)] = openai.requests
    assert authorization == f"Bearer {KEY}"
    assert request == {"model": "text-embedding-3-small", "input": "hello"}


@pytest.mark.parametrize(
    "key", ["", "sk-", "sk-short", "key", KEY + "\n", KEY + " x", "sk-ключключ"]
)
async def test_a_malformed_key_is_not_sent_anywhere(key):
    with pytest.raises(KeyMalformedError):
        await check_key(key, "http://127.0.0.1:9", "model")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(401, "invalid_api_key"), KeyInvalidError),
        (refusal(403, "unsupported_country_region_territory"), KeyForbiddenError),
        (refusal(403, None, "forbidden"), KeyForbiddenError),
        (refusal(404, "model_not_found"), KeyForbiddenError),
        (refusal(429, "insufficient_quota", "insufficient_quota"), KeyQuotaError),
        (refusal(429, None, "insufficient_quota"), KeyQuotaError),
        (refusal(429, "billing_not_active"), KeyQuotaError),
        (refusal(500, None, "server_error"), OpenAIUnreachableError),
        ((503, {}), OpenAIUnreachableError),
        ((200, {"hello": "proxy"}), OpenAIUnreachableError),
        ((400, {"error": "text"}), OpenAIUnreachableError),
    ],
)
async def test_each_refusal_is_told_apart_and_carries_no_key(openai, answer, error):
    openai.answers = [answer]
    with pytest.raises(error) as caught:
        await check(openai)
    assert KEY not in str(caught.value)


async def test_a_model_that_the_key_may_not_use_is_named(openai):
    openai.answers = [refusal(404, "model_not_found")]
    with pytest.raises(KeyForbiddenError, match="text-embedding-3-small"):
        await check(openai)


async def test_a_rate_limit_says_nothing_about_the_money(openai, monkeypatch):
    monkeypatch.setattr(openai_keys, "LONGEST_WAIT", 0.0)
    openai.answers = [refusal(429, "rate_limit_exceeded"), GOOD]
    await check(openai)
    openai.answers = [refusal(429, "rate_limit_exceeded")]
    with pytest.raises(OpenAIUnreachableError):
        await check(openai)


async def test_no_connection_is_an_outage(unused_tcp_port):
    with pytest.raises(OpenAIUnreachableError):
        await check_key(KEY, f"http://127.0.0.1:{unused_tcp_port}", "model")
