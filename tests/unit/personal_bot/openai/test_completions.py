"""Completions are requested as a service takes them, and read by what they mean."""

import json
from typing import Any

import httpx2
import pytest

from personal_bot.errors import (
    OpenAIContentError,
    OpenAIError,
    OpenAIModelError,
    OpenAIOverloadedError,
    OpenAIQuotaError,
    OpenAIRateLimitError,
    OpenAIResponseError,
    OpenAITimeoutError,
    OpenAIUnreachableError,
)
from personal_bot.openai.completions import Completions
from tests.unit.personal_bot.openai.conftest import TARGET, Asked, Response, refuse

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Rent?"}]
DONE = "data: [DONE]\n\n"


def chunk(content: Any = None, finish_reason: str | None = None, **delta: Any) -> str:
    choice = {"index": 0, "delta": {"content": content, **delta}, "finish_reason": finish_reason}
    return event({"choices": [choice]})


def event(body: Any) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def stream(*events: str) -> Response:
    return Response(
        200, content="".join(events).encode(), headers={"content-type": "text/event-stream"}
    )


async def read(asked: Asked) -> tuple[str, str]:
    """Return the text and the finish reason of a streamed answer."""
    completions = Completions(asked.client, TARGET, asked.notebook, 0)
    chunks: Any = await completions.create(model="model", messages=MESSAGES, stream=True, n=1)
    text, reason = "", ""
    async for part in chunks:
        text += part.choices[0].delta.content
        reason = part.choices[0].finish_reason or reason
    return text, reason


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([chunk("It is 950."), chunk(finish_reason="stop"), DONE], "stop"),
        ([chunk("It is 950.", "stop")], "stop"),
        ([chunk("It is 950."), DONE], "stop"),
        ([chunk("It is 950."), chunk(finish_reason=""), DONE], "stop"),
        ([chunk("It is 950."), chunk(finish_reason="eos")], "stop"),
        ([chunk("It is 950."), chunk(finish_reason="end_turn")], "stop"),
        ([chunk("It is 950."), chunk(finish_reason="MAX_TOKENS"), DONE], "length"),
        ([": OPENROUTER PROCESSING\n\n", chunk("It is 950.", "stop"), DONE], "stop"),
        ([chunk("It is 950.", "stop"), event({"choices": [], "usage": {}}), DONE], "stop"),
        ([event({"choices": []}), chunk("It is 950.", "stop"), DONE], "stop"),
        ([chunk(None, reasoning_content="Hm"), chunk("It is 950.", "stop"), DONE], "stop"),
        ([chunk("<think>Hm"), chunk("</think>It is 950.", "stop"), DONE], "stop"),
        ([chunk([{"type": "text", "text": "It is 950."}, {"type": "thinking"}], "stop")], "stop"),
        (['{"choices": [{"message": {"content": "It is 950."}}]}'], "stop"),
    ],
)
async def test_a_stream_is_complete_if_it_says_so_in_any_way(ask, events, reason):
    assert await read(ask(lambda _body: stream(*events))) == ("It is 950.", reason)


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([chunk("It is")], OpenAIUnreachableError),
        ([chunk("It is"), "data: {oops"], OpenAIUnreachableError),
        ([chunk("It is"), chunk(finish_reason="error"), DONE], OpenAIOverloadedError),
        ([chunk("It is"), chunk(finish_reason="content_filter"), DONE], OpenAIContentError),
        ([chunk(refusal="I cannot."), chunk(finish_reason="stop"), DONE], OpenAIContentError),
        ([event({"error": {"message": "x", "code": 429}})], OpenAIRateLimitError),
        ([event({"error": {"message": "Insufficient Balance"}}), DONE], OpenAIQuotaError),
        ([event({"error": "The engine is overloaded"})], OpenAIOverloadedError),
        (
            [event({"object": "error", "message": "The model `x` does not exist", "code": 404})],
            OpenAIModelError,
        ),
        (["<html>Welcome</html>"], OpenAIResponseError),
        (['{"hello": "world"}'], OpenAIResponseError),
    ],
)
async def test_what_ends_an_answer_early_is_an_error_of_its_own(ask, events, error):
    with pytest.raises(error) as raised:
        await read(ask(lambda _body: stream(*events)))
    assert raised.value.service == "api.example.com"


async def test_line_separators_inside_of_texts_do_not_end_an_event(ask):
    assert await read(ask(lambda _body: stream(chunk("It\u2028is\x85950.", "stop")))) == (
        "It\u2028is\x85950.",
        "stop",
    )


async def test_reasoning_without_an_opening_mark_is_held_back_once_it_is_known(ask):
    asked = ask(lambda _body: stream(chunk("Hm </thi"), chunk("nk>It is"), chunk(" 950.", "stop")))
    assert "Hm" in (await read(asked))[0]
    assert await read(asked) == ("It is 950.", "stop")


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("stream_options", "Unsupported parameter: stream_options"),
        ("stream_options", "Bad request"),
    ],
)
async def test_a_parameter_that_is_refused_is_not_sent_again(ask, parameter, message):
    answer = stream(chunk("Yes.", "stop"))

    def respond(body: dict[str, Any]) -> Response:
        return refuse(400, message) if parameter in body else answer

    asked = ask(respond)
    for _time in range(2):
        assert await read(asked) == ("Yes.", "stop")
    assert [parameter in body for body in asked.bodies] == [True, False, False]


@pytest.mark.parametrize("message", ["System role not supported", "Bad request"])
async def test_instructions_go_to_the_user_where_the_system_role_is_refused(ask, message):
    def respond(body: dict[str, Any]) -> Response:
        if body["messages"][0]["role"] == "system":
            return refuse(400, message)
        return stream(chunk("Yes.", "stop"))

    asked = ask(respond)
    assert await read(asked) == ("Yes.", "stop")
    assert asked.bodies[-1]["messages"] == [{"role": "user", "content": "Be brief.\n\nRent?"}]


async def test_an_answer_that_may_not_be_streamed_is_read_at_once(ask):
    def respond(body: dict[str, Any]) -> Response:
        if body.get("stream"):
            return refuse(400, "Your organization must be verified", param="stream")
        return Response(200, json={"choices": [{"message": {"content": "Yes."}}]})

    assert await read(ask(respond)) == ("Yes.", "stop")


async def test_a_completion_comes_without_reasoning(ask):
    message = {"content": "<think>Hm</think>Yes.", "reasoning_content": "Hm"}
    asked = ask(lambda _body: Response(200, json={"choices": [{"message": message}]}))
    completions = Completions(asked.client, TARGET, asked.notebook, 0)
    completion: Any = await completions.create(model="model", messages=MESSAGES)
    assert completion.choices[0].message.content == "Yes."
    assert completion.choices[0].finish_reason == "stop"
    assert asked.bodies == [{"model": "model", "messages": MESSAGES}]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": {"message": "no", "code": "insufficient_quota"}}, OpenAIQuotaError),
        ({"choices": []}, OpenAIResponseError),
        ({"choices": [{"message": {"refusal": "No."}}]}, OpenAIContentError),
    ],
)
async def test_a_completion_without_a_reply_is_an_error(ask, body, error):
    asked = ask(lambda _body: Response(200, json=body))
    with pytest.raises(error):
        await Completions(asked.client, TARGET, asked.notebook, 0).create(
            model="model", messages=MESSAGES
        )


async def test_a_stall_is_a_timeout_and_no_error_carries_the_key(ask):
    def stall(_body: dict[str, Any]) -> Response:
        raise httpx2.ReadTimeout("key")

    with pytest.raises(OpenAITimeoutError) as raised:
        await read(ask(stall))
    assert raised.value.__cause__ is None

    with pytest.raises(OpenAIError) as refused:
        await read(ask(lambda _body: refuse(401, "Incorrect API key provided: key")))
    assert "key" not in str(refused.value).replace("key_invalid", "")
