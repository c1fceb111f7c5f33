"""The stand-in for a chat model calls tools as OpenAI's models do, and searches when it must."""

import json

import openai
import pytest

from tests.unit.sandbox.test_openai_api import chat

SEARCH = {
    "type": "function",
    "function": {
        "name": "search_documents",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "limit": {"type": "integer", "minimum": 3}},
            "required": ["query", "limit"],
        },
    },
}
READ = {"type": "function", "function": {"name": "read", "parameters": {}}}
MISSES = "[1] Cats sleep sixteen hours a day.\n\nHow long is the warranty of the pump?"
FITS = "[1] The warranty of the pump lasts 24 months.\n\nHow long is the warranty of the pump?"


async def test_passages_that_do_not_fit_lead_to_a_search(sandbox):
    reply = await chat(sandbox, MISSES, tools=[READ, SEARCH])
    [choice] = reply.choices
    [call] = choice.message.tool_calls
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    assert call.function.name == "search_documents"
    assert json.loads(call.function.arguments) == {"query": "long warranty pump", "limit": 3}


@pytest.mark.parametrize("content", [FITS, "Hello"])
async def test_what_needs_no_search_is_answered_at_once(sandbox, content):
    reply = await chat(sandbox, content, tools=[SEARCH])
    assert reply.choices[0].finish_reason == "stop"
    assert reply.choices[0].message.tool_calls is None


async def test_a_streamed_call_is_the_same_call_in_pieces(sandbox):
    names, ids, arguments, finish = [], [], "", None
    async for chunk in await chat(sandbox, MISSES, tools=[SEARCH], stream=True):
        [choice] = chunk.choices
        finish = choice.finish_reason or finish
        for part in choice.delta.tool_calls or []:
            names += [part.function.name] if part.function.name else []
            ids += [part.id] if part.id else []
            arguments += part.function.arguments
    assert (names, len(ids), finish) == (["search_documents"], 1, "tool_calls")
    assert json.loads(arguments)["query"] == "long warranty pump"


async def test_the_answer_comes_from_what_the_search_found(sandbox):
    first = await chat(sandbox, MISSES, tools=[SEARCH])
    asked = first.choices[0].message
    found = '<passage number="2">The warranty of the pump lasts 24 months.</passage>'
    turn = [
        {"role": "user", "content": MISSES},
        asked.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": asked.tool_calls[0].id, "content": found},
    ]
    reply = await chat(sandbox, "", messages=turn, tools=[SEARCH])
    answer = reply.choices[0].message.content
    assert answer == "«The warranty of the pump lasts 24 months.» [2]"
    turn[2]["content"] = "nothing"
    reply = await chat(sandbox, "", messages=turn, tools=[SEARCH])
    assert reply.choices[0].message.content.startswith("I found nothing")


@pytest.mark.parametrize(
    ("choice", "called", "finish"),
    [
        ("none", None, "stop"),
        ("required", "search_documents", "tool_calls"),
        ({"type": "function", "function": {"name": "read"}}, "read", "stop"),
    ],
)
async def test_the_request_can_choose_the_tool(sandbox, choice, called, finish):
    reply = await chat(sandbox, FITS, tools=[READ, SEARCH], tool_choice=choice)
    [chosen] = reply.choices
    calls = chosen.message.tool_calls or []
    assert [call.function.name for call in calls] == ([called] if called else [])
    assert chosen.finish_reason == finish


CALL = {"id": "call_1", "type": "function", "function": {"name": "read", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"tool_choice": "auto"}, "only allowed when 'tools' are specified"),
        ({"tools": [{"type": "function"}]}, "'tools.0..function'"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "does not match pattern"),
        (
            {
                "tools": [READ],
                "tool_choice": {"type": "function", "function": {"name": "write"}},
            },
            "Tool choice 'write' not found",
        ),
        (
            {"messages": [{"role": "tool", "tool_call_id": "call_1", "content": "x"}]},
            "must be a response to a preceeding message",
        ),
        (
            {
                "messages": [
                    {"role": "assistant", "tool_calls": [CALL]},
                    {"role": "user", "content": "x"},
                ]
            },
            "did not have response messages: call_1",
        ),
    ],
)
async def test_wrong_tools_are_refused_in_openais_words(sandbox, options, reason):
    with pytest.raises(openai.BadRequestError, match=reason):
        await chat(sandbox, "x", **options)
