"""The events of a streamed answer, in the shape that a service gives them."""

import json
from collections.abc import Iterator
from typing import Any

from deploy.sandbox.replies import Reply
from tests.services.service import Chat, Refusal, Thinking

THOUGHT = "Okay, the user wants something. Passage [1] may help, or [2]."
_TOKENS = 6  # of a chunk


def list_events(
    ways: Chat, reply: Reply, *, with_usage: bool, failure: Refusal | None = None
) -> Iterator[str]:
    """Yield server-sent events; `failure` comes as an event after the first chunk."""
    if ways.comment:
        yield f"{ways.comment}\n\n"
    for chunk in _list_chunks(ways, reply, with_usage=with_usage):
        yield f"data: {chunk}\n\n"
        if failure:
            yield f"data: {failure.body}\n\n"
            break
    if ways.done:
        yield "data: [DONE]\n\n"


def with_reasoning(ways: Chat, completion: dict[str, Any]) -> dict[str, Any]:
    """Return a complete answer with what the model thought, where the service puts it."""
    [choice] = completion["choices"]
    choice["finish_reason"] = _reason(ways, choice["finish_reason"])
    message = choice["message"]
    if ways.thinking is Thinking.TAGS:
        message["content"] = f"<think>\n{THOUGHT}\n</think>\n\n{message['content']}"
    elif ways.thinking:
        message[ways.thinking] = THOUGHT
    return completion


def _list_chunks(ways: Chat, reply: Reply, *, with_usage: bool) -> Iterator[str]:
    if ways.before:
        yield ways.before
    deltas = list(_list_deltas(ways, reply))
    last = deltas.pop() if ways.finish_with_text else {}
    for delta in deltas:
        yield _make_chunk(reply, delta, None)
    final = {"usage": reply.usage} if ways.usage and ways.finish_with_text else {}
    yield _make_chunk(reply, last, _reason(ways, reply.finish_reason), **final)
    if ways.after:
        yield ways.after
    if with_usage or (ways.usage and not final):
        yield json.dumps({**_head(reply), "choices": [], "usage": reply.usage})


def _list_deltas(ways: Chat, reply: Reply) -> Iterator[dict[str, str]]:
    yield {"role": "assistant", "content": ""}
    tokens = list(reply.tokens)
    if ways.thinking is Thinking.TAGS:  # the mark itself may be divided
        yield from ({"content": part} for part in ("<thi", f"nk>\n{THOUGHT}\n</th", "ink>\n\n"))
    elif ways.thinking:
        yield {ways.thinking.value: THOUGHT}
    for start in range(0, len(tokens), _TOKENS):
        yield {"content": "".join(tokens[start : start + _TOKENS])}


def _reason(ways: Chat, reason: str) -> str | None:
    return (ways.finish_reason or None) if reason == "stop" else reason


def _make_chunk(reply: Reply, delta: dict[str, str], reason: str | None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return json.dumps({**_head(reply), "choices": [choice], **more}, ensure_ascii=False)


def _head(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.completion_id,
        "object": "chat.completion.chunk",
        "created": reply.created,
        "model": reply.model,
    }
