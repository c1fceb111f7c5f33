"""A key is checked by what a bot needs: one short answer, and one embedding of the right length."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from master.accounts.admission import Admission
from master.errors import (
    EmbeddingUnusableError,
    KeyMalformedError,
    ModelRefusedError,
    ModelUse,
    Remedy,
)
from master.services import model_checks
from master.services.model_checks import (
    check_chat,
    check_embeddings,
    check_models,
    find_chat,
    find_embeddings,
)
from master.settings import Settings
from personal_bot.contract import ServiceCondition

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz"
OPERATORS_KEY = "operators-key-1234567890"
CHAT, EMBEDDINGS = "/v1/chat/completions", "/v1/embeddings"
DIM = 8
HTML = "<html>Not Found</html>"
C = ServiceCondition


def completion(content: str | None = "ok") -> tuple[int, object]:
    return 200, {"choices": [{"message": {"role": "assistant", "content": content}}]}


def embedding(*numbers: float) -> tuple[int, object]:
    return 200, {"data": [{"index": 0, "embedding": list(numbers)}]}


def refusal(status: int, code: str | None = None, message: str = "no") -> tuple[int, object]:
    return status, {"error": {"message": message, "type": None, "code": code}}


@dataclass
class Service:
    """Answers each path with `answers` in turn, and repeats the last one."""

    url: str = ""
    answers: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    requests: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: list[str | None] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization"))
        self.requests.setdefault(request.path, []).append(await request.json())
        queue = self.answers[request.path]
        status, body = queue[0] if len(queue) == 1 else queue.pop(0)
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.Response(status=status, text=json.dumps(body), content_type="application/json")

    @property
    def chat(self) -> ModelUse:
        return ModelUse(self.url, KEY, "gpt-x", "OPENAI_BASE_URL", "CHAT_MODEL")

    @property
    def embeddings(self) -> ModelUse:
        return ModelUse(self.url, KEY, "embed-x", "OPENAI_BASE_URL", "EMBEDDING_MODEL", dim=DIM)


@pytest.fixture
async def service():
    service, app = Service(), web.Application()
    service.answers = {CHAT: [completion()], EMBEDDINGS: [embedding(*[0.5, -0.5] * 3, 1, 0)]}
    app.router.add_post("/{path:.*}", service.answer)
    async with TestServer(app) as server:
        service.url = str(server.make_url("/v1"))
        yield service


@pytest.fixture
async def other_service(service):
    other, app = Service(), web.Application()
    other.answers = {EMBEDDINGS: [embedding(*[0.5] * DIM)]}
    app.router.add_post("/{path:.*}", other.answer)
    async with TestServer(app) as server:
        other.url = str(server.make_url("/v1"))
        yield other


async def test_a_good_key_costs_one_short_answer_and_one_word(service):
    await check_models(service.chat, service.embeddings)
    assert set(service.keys) == {f"Bearer {KEY}"}
    [chat], [embed] = service.requests[CHAT], service.requests[EMBEDDINGS]
    assert chat["model"] == "gpt-x"
    assert chat["max_tokens"] <= 16
    assert embed == {"model": "embed-x", "input": ["hello"], "dimensions": DIM}


@pytest.mark.parametrize(
    ("answer", "condition", "remedy"),
    [
        (refusal(401, "invalid_api_key"), C.KEY_INVALID, Remedy.OTHER_KEY),
        (refusal(400, None, "API key not valid"), C.KEY_INVALID, Remedy.OTHER_KEY),
        (refusal(403), C.FORBIDDEN, Remedy.OTHER_KEY),
        (refusal(402), C.NO_MONEY, Remedy.PAY),
        (refusal(429, "insufficient_quota"), C.NO_MONEY, Remedy.PAY),
        (refusal(400, None, "Your credit balance is too low"), C.NO_MONEY, Remedy.PAY),
        (refusal(403, "unsupported_country_region_territory"), C.REGION, Remedy.OPERATOR),
        (refusal(404, "model_not_found"), C.MODEL_UNAVAILABLE, Remedy.OPERATOR),
        (refusal(400, "model_decommissioned"), C.MODEL_UNAVAILABLE, Remedy.OPERATOR),
        ((404, HTML), C.NOT_OFFERED, Remedy.OPERATOR),
        ((200, HTML), C.NOT_OFFERED, Remedy.OPERATOR),
        ((200, {"hello": "proxy"}), C.NOT_OFFERED, Remedy.OPERATOR),
        ((200, [1]), C.NOT_OFFERED, Remedy.OPERATOR),
        (refusal(503, None, "The engine is currently overloaded"), C.OVERLOADED, Remedy.WAIT),
        (refusal(500), C.UNREACHABLE, Remedy.WAIT),
        ((502, HTML), C.UNREACHABLE, Remedy.WAIT),
    ],
)
async def test_each_refusal_is_told_apart_and_repeats_no_key(service, answer, condition, remedy):
    status, body = answer
    service.answers[CHAT] = [(status, json.loads(json.dumps(body).replace('"no"', f'"{KEY} no"')))]
    with pytest.raises(ModelRefusedError) as caught:
        await check_chat(service.chat)
    assert (caught.value.condition, caught.value.remedy) == (condition, remedy)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.use!r}"


async def test_an_error_inside_a_success_is_an_error(service):
    service.answers[CHAT] = [(200, {"error": {"message": "Provider error", "code": 402}})]
    with pytest.raises(ModelRefusedError) as caught:
        await check_chat(service.chat)
    assert caught.value.condition is C.NO_MONEY


@pytest.mark.parametrize("content", [None, ""])
async def test_a_model_that_only_thought_is_a_model(service, content):
    service.answers[CHAT] = [completion(content)]
    await check_chat(service.chat)


async def test_a_refused_limit_is_given_its_other_name_and_then_left_out(service):
    no = refusal(400, "unsupported_parameter", "max_tokens")
    service.answers[CHAT] = [no, no, completion()]
    await check_chat(service.chat)
    first, second, third = service.requests[CHAT]
    assert first.keys() - third.keys() == {"max_tokens"}
    assert second.keys() - third.keys() == {"max_completion_tokens"}


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, None, "This model does not support matryoshka representation"),
        refusal(422, "extra_forbidden", "dimensions"),
        refusal(400, None, "Invalid value for 'dimensions' = 8: at most 3"),
        refusal(400),
    ],
)
async def test_refused_dimensions_are_left_out(service, answer):
    service.answers[EMBEDDINGS] = [answer, embedding(*[0.5] * DIM)]
    await check_embeddings(service.embeddings)
    assert ["dimensions" in request for request in service.requests[EMBEDDINGS]] == [True, False]


async def test_an_embedding_of_another_length_is_told_with_both_lengths(service):
    service.answers[EMBEDDINGS] = [embedding(0.1, 0.2, 0.3)]
    with pytest.raises(EmbeddingUnusableError, match="3 numbers, not 8") as caught:
        await check_embeddings(service.embeddings)
    assert (caught.value.length, caught.value.use.dim) == (3, DIM)
    assert caught.value.remedy is Remedy.OPERATOR


@pytest.mark.parametrize("numbers", [[float("nan")] * DIM, [None] * DIM, ["0.5"] * DIM])
async def test_an_embedding_that_is_no_numbers_is_refused(service, numbers):
    service.answers[EMBEDDINGS] = [(200, {"data": [{"embedding": numbers}]})]
    with pytest.raises(EmbeddingUnusableError) as caught:
        await check_embeddings(service.embeddings)
    assert caught.value.length is None


@pytest.mark.parametrize(
    "answer",
    [
        (404, HTML),
        (405, {}),
        refusal(501, "not_supported_error"),
        refusal(400, None, "The model does not support Embeddings API"),
        (200, {"error": "Unexpected endpoint or method. (POST /v1/embeddings)"}),
    ],
)
async def test_a_service_without_embeddings_is_told_as_such(service, answer):
    service.answers[EMBEDDINGS] = [answer]
    with pytest.raises(ModelRefusedError) as caught:
        await check_models(service.chat, service.embeddings)
    assert caught.value.condition is C.NOT_OFFERED
    assert caught.value.use.dim == DIM


async def test_a_wrong_address_is_told_by_chat(service):
    service.answers = {CHAT: [(404, HTML)], EMBEDDINGS: [(404, HTML)]}
    with pytest.raises(ModelRefusedError) as caught:
        await check_models(service.chat, service.embeddings)
    assert caught.value.use.model_setting == "CHAT_MODEL"


async def test_what_lasts_is_told_before_what_passes(service):
    service.answers = {CHAT: [refusal(503)], EMBEDDINGS: [embedding(0.1)]}
    with pytest.raises(EmbeddingUnusableError):
        await check_models(service.chat, service.embeddings)


async def test_a_rate_limit_is_waited_for_once(service, monkeypatch):
    monkeypatch.setattr(model_checks, "LONGEST_WAIT", 0.0)
    service.answers[CHAT] = [refusal(429, "rate_limit_exceeded"), completion()]
    await check_chat(service.chat)
    service.answers[CHAT] = [refusal(429, "rate_limit_exceeded")]
    with pytest.raises(ModelRefusedError) as caught:
        await check_chat(service.chat)
    assert (caught.value.condition, caught.value.remedy) == (C.RATE_LIMIT, Remedy.WAIT)


async def test_no_connection_is_worth_another_try(service, unused_tcp_port):
    away = replace(service.chat, base_url=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(ModelRefusedError) as caught:
        await check_chat(away)
    assert caught.value.remedy is Remedy.WAIT


def make_settings(**values: Any) -> Settings:
    return Settings(
        master_bot_token=f"123456789:{'m' * 35}", embedding_dim=DIM, _env_file=None, **values
    )


async def test_an_owners_key_never_goes_to_the_other_service_for_embeddings(service, other_service):
    settings = make_settings(
        openai_base_url=service.url,
        embedding_base_url=other_service.url,
        embedding_api_key=OPERATORS_KEY,
    )
    await Admission(None, settings).check_key(KEY)
    assert service.keys == [f"Bearer {KEY}"]
    assert other_service.keys == [f"Bearer {OPERATORS_KEY}"]


async def test_a_refused_key_of_the_operator_is_no_fault_of_the_owner(service, other_service):
    settings = make_settings(openai_base_url=service.url, embedding_base_url=other_service.url)
    other_service.answers[EMBEDDINGS] = [refusal(401, "invalid_api_key")]
    with pytest.raises(ModelRefusedError) as caught:
        await check_models(find_chat(settings, KEY), find_embeddings(settings, KEY))
    assert caught.value.remedy is Remedy.OPERATOR
    assert caught.value.use.key_setting == "EMBEDDING_API_KEY"
    assert caught.value.use.url_setting == "EMBEDDING_BASE_URL"
    assert KEY not in str(other_service.keys)


@pytest.mark.parametrize(
    "key", ["", "key", KEY + "\n", KEY + " x", "sk-ключключ", "gsk_" + "a1" * 26]
)
async def test_what_is_no_key_of_openai_is_not_sent_there(key):
    settings = make_settings(openai_base_url="https://api.openai.com:9/v1")
    async with asyncio.timeout(1):
        with pytest.raises(KeyMalformedError):
            await Admission(None, settings).check_key(key)


async def test_a_key_that_fits_into_no_header_is_not_sent(service):
    settings = make_settings(openai_base_url=service.url)
    with pytest.raises(KeyMalformedError):
        await Admission(None, settings).check_key("two\r\nX-Header: lines")
    assert service.keys == []
