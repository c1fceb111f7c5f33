import asyncio
import math
import subprocess
import sys
from typing import get_args

import openai
import pytest
from openai.types import AudioModel, ChatModel, EmbeddingModel

from deploy.sandbox.model_names import AUDIO_MODELS, CHAT_MODELS, EMBEDDING_MODELS, read_names
from master.settings import Settings

SMALL = "text-embedding-3-small"


def similarity(one, other) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def embed(sandbox, *texts: str, **options) -> list[list[float]]:
    answer = await sandbox.openai().embeddings.create(model=SMALL, input=list(texts), **options)
    return [one.embedding for one in answer.data]


async def chat(sandbox, content: str, **options):
    messages = [{"role": "user", "content": content}]
    options = {"model": "gpt-5-mini", "messages": messages, **options}
    return await sandbox.openai().chat.completions.create(**options)


async def test_models_are_listed(sandbox):
    names = {one.id async for one in sandbox.openai().models.list()}
    assert {"gpt-5-mini", "gpt-4o-mini", SMALL, "text-embedding-3-large"} <= names
    assert (await sandbox.openai().models.retrieve("gpt-5-mini")).id == "gpt-5-mini"


def test_the_default_chat_model_is_known():
    assert Settings.model_fields["chat_model"].default in CHAT_MODELS


def test_the_models_are_those_of_the_installed_package():
    assert frozenset(get_args(ChatModel)) == CHAT_MODELS
    assert frozenset(get_args(EmbeddingModel)) == EMBEDDING_MODELS
    assert frozenset(get_args(AudioModel)) == AUDIO_MODELS
    with pytest.raises(ImportError, match=r"no Model in .*elsewhere\.py"):
        read_names("elsewhere", "Model")


def test_the_sandbox_does_not_import_openai():
    script = "import sys, deploy.sandbox.server; print('openai' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-P", "-c", script], text=True) == "False\n"


@pytest.mark.parametrize("key", ["sk-other", "sandbox"])
async def test_another_key_is_refused(sandbox, key):
    client = sandbox.openai(key)
    with pytest.raises(openai.AuthenticationError) as refused:
        await client.models.list()
    assert refused.value.code == "invalid_api_key"
    assert key not in str(refused.value)


async def test_a_missing_key_is_refused(sandbox):
    status, body = await sandbox.ask("GET", "/v1/models")
    assert status == 401
    assert "You didn't provide an API key" in body["error"]["message"]


async def test_a_key_without_quota_lists_models_but_pays_for_nothing(sandbox):
    client = sandbox.openai("sk-sandbox-no-quota-1")
    assert await client.models.list()
    with pytest.raises(openai.RateLimitError) as refused:
        await client.embeddings.create(model=SMALL, input="x")
    assert (refused.value.code, refused.value.type) == ("insufficient_quota", "insufficient_quota")
    with pytest.raises(openai.RateLimitError):
        await client.chat.completions.create(
            model="gpt-5-mini", messages=[{"role": "user", "content": "x"}]
        )


@pytest.mark.parametrize("encoding", ["float", "base64", None])
async def test_embeddings_are_the_same_in_either_encoding(sandbox, encoding):
    options = {} if encoding is None else {"encoding_format": encoding}
    [plain] = await embed(sandbox, "Гарантия на насос")
    answer = await sandbox.openai().embeddings.create(
        model=SMALL, input="Гарантия на насос", **options
    )
    if encoding != "base64":
        assert answer.data[0].embedding == pytest.approx(plain)
    assert len(plain) == 1536
    assert answer.usage.total_tokens > 0


@pytest.mark.parametrize("dimensions", [1, 8, 256, 1536])
async def test_embeddings_have_unit_length_in_any_number_of_dimensions(sandbox, dimensions):
    vectors = await embed(sandbox, "насос", "a pump and a hose", "!!!", dimensions=dimensions)
    for vector in vectors:
        assert len(vector) == dimensions
        assert math.sqrt(similarity(vector, vector)) == pytest.approx(1, abs=1e-5)


async def test_forms_of_a_word_are_near_and_other_words_far(sandbox):
    ru, ru2, far, en, en2, yo, ye = await embed(
        sandbox, "гарантия насоса", "гарантии насосов", "кошка спит", "pumps", "pump", "ёж", "еж"
    )
    assert similarity(ru, ru2) == pytest.approx(1, abs=1e-5)
    assert abs(similarity(ru, far)) < 0.3
    assert similarity(en, en2) == pytest.approx(1, abs=1e-5)
    assert similarity(yo, ye) == pytest.approx(1, abs=1e-5)


async def test_embeddings_come_in_the_order_of_the_inputs(sandbox):
    texts = ["pump", "cat", "hose"]
    together = await embed(sandbox, *texts)
    alone = [(await embed(sandbox, text))[0] for text in texts]
    assert together == alone


async def test_large_embeddings_have_3072_dimensions(sandbox):
    answer = await sandbox.openai().embeddings.create(model="text-embedding-3-large", input="x")
    assert len(answer.data[0].embedding) == 3072


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"input": ""}, "input"),
        ({"input": []}, "input"),
        ({"input": ["x", ""]}, "input"),
        ({"input": ["x"] * 2049}, "input"),
        ({"input": "слово " * 10_000}, "maximum context length is 8192 tokens"),
        ({"input": "x", "dimensions": 1537}, "dimensions"),
        ({"input": "x", "dimensions": 0}, "dimensions"),
        ({"input": "x", "dimensions": 8, "model": "text-embedding-ada-002"}, "dimensions"),
    ],
)
async def test_wrong_inputs_are_refused(sandbox, options, reason):
    with pytest.raises(openai.BadRequestError, match=reason):
        await sandbox.openai().embeddings.create(**{"model": SMALL, **options})


async def test_an_unknown_model_gets_404(sandbox):
    with pytest.raises(openai.NotFoundError) as refused:
        await chat(sandbox, "x", model="gpt-0")
    assert refused.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        await sandbox.openai().embeddings.create(model="gpt-5-mini", input="x")


async def test_an_unknown_address_gets_404(sandbox):
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        await sandbox.openai().responses.create(model="gpt-5-mini", input="x")


async def test_models_that_reason_refuse_what_they_do_not_support(sandbox):
    with pytest.raises(openai.BadRequestError) as refused:
        await chat(sandbox, "x", max_tokens=5)
    assert refused.value.code == "unsupported_parameter"
    with pytest.raises(openai.BadRequestError) as refused:
        await chat(sandbox, "x", temperature=0.2)
    assert refused.value.code == "unsupported_value"
    assert await chat(sandbox, "x", model="gpt-4o-mini", max_tokens=5, temperature=0.2)


async def test_messages_are_needed(sandbox):
    with pytest.raises(openai.BadRequestError, match="messages"):
        await chat(sandbox, "x", messages=[])
    status, _body = await sandbox.ask(
        "POST",
        "/v1/chat/completions",
        data=b"[",
        headers={"Authorization": "Bearer sk-sandbox"},
    )
    assert status == 400


async def test_a_streamed_reply_is_the_whole_reply_in_pieces(sandbox):
    question = "[1] Cats sleep sixteen hours a day.\n\nHow long do cats sleep?"
    whole = await chat(sandbox, question)
    pieces, finish, usage = [], [], []
    stream = await chat(sandbox, question, stream=True, stream_options={"include_usage": True})
    async for chunk in stream:
        if chunk.usage:
            usage.append(chunk.usage)
        for choice in chunk.choices:
            pieces.append(choice.delta.content or "")
            finish.append(choice.finish_reason)
    assert "".join(pieces) == whole.choices[0].message.content
    assert len([piece for piece in pieces if piece]) > 1
    assert finish[-1] == "stop"
    assert set(finish[:-1]) == {None}
    assert usage == [whole.usage]


async def test_usage_is_streamed_only_when_asked_for(sandbox):
    stream = await chat(sandbox, "x", stream=True)
    assert [chunk async for chunk in stream if chunk.usage] == []


async def test_a_reply_is_cut_at_its_limit(sandbox):
    reply = await chat(sandbox, "Hello", max_completion_tokens=2)
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage.completion_tokens == 2


async def test_a_reader_who_goes_away_disturbs_nobody(sandbox):
    stream = await chat(sandbox, "Hello", stream=True)
    async for _chunk in stream:
        break
    await stream.close()
    replies = await asyncio.gather(*(chat(sandbox, "Hello") for _ in range(5)))
    assert all(one.choices[0].message.content for one in replies)


async def test_the_last_prompts_can_be_read(sandbox):
    await chat(sandbox, "Where is it?")
    answer = await sandbox.do("GET", "/client/prompts")
    assert answer["prompts"][-1] == [{"role": "user", "content": "Where is it?"}]
