"""Chat completions in OpenAI's format: complete, or as a stream of chunks."""

import json
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.chat_requests import Toolbox
from deploy.sandbox.completions import complete
from deploy.sandbox.conversations import read_inquiry
from deploy.sandbox.tool_calls import ToolCall, choose_call

TOKENS_PER_CHUNK = 6
#: An approximation of a token, good enough for counting and cutting.
_TOKEN = re.compile(r"\s*\S{1,4}|\s+")


def count_tokens(text: str) -> int:
    return len(_TOKEN.findall(text))


@dataclass(frozen=True)
class Reply:
    """The reply to a prompt, with OpenAI's `finish_reason`: "stop", "length" or "tool_calls".

    With `tool_call`, the tokens are those of its arguments.
    """

    model: str
    tokens: list[str]
    finish_reason: str
    prompt_tokens: int
    tool_call: ToolCall | None = None
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def usage(self) -> dict[str, int]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": len(self.tokens),
            "total_tokens": self.prompt_tokens + len(self.tokens),
        }

    def as_completion(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
        if self.tool_call is None:
            message["content"] = "".join(self.tokens)
        else:
            message["tool_calls"] = [_describe_call(self.tool_call, "".join(self.tokens))]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self.finish_reason,
        }
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage}

    def as_events(self, *, with_usage: bool) -> Iterator[str]:
        """Yield the server-sent events, including the final `[DONE]`."""
        more: dict[str, Any] = {"usage": None} if with_usage else {}
        head = self._head("chat.completion.chunk")

        def event(delta: dict[str, Any], finish_reason: str | None = None) -> str:
            choice = {
                "index": 0,
                "delta": delta,
                "logprobs": None,
                "finish_reason": finish_reason,
            }
            return _as_event({**head, "choices": [choice], **more})

        pieces = (
            "".join(self.tokens[start : start + TOKENS_PER_CHUNK])
            for start in range(0, len(self.tokens), TOKENS_PER_CHUNK)
        )
        if self.tool_call is None:
            yield event({"role": "assistant", "content": ""})
            yield from (event({"content": piece}) for piece in pieces)
        else:
            call = {"index": 0, **_describe_call(self.tool_call, "")}
            yield event({"role": "assistant", "content": None, "tool_calls": [call]})
            for piece in pieces:
                yield event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
        yield event({}, self.finish_reason)
        if with_usage:
            yield _as_event({**head, "choices": [], "usage": self.usage})
        yield "data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.completion_id,
            "object": kind,
            "created": self.created,
            "model": self.model,
        }


def make_reply(
    model: str,
    messages: Sequence[dict[str, Any]],
    limit: int | None,
    toolbox: Toolbox | None = None,
) -> Reply:
    """Return the reply to a request, of at most `limit` tokens: a text or a tool call."""
    inquiry = read_inquiry(messages)
    call = choose_call(inquiry, toolbox or Toolbox())
    tokens = _TOKEN.findall(complete(inquiry) if call is None else call.arguments)
    prompt = sum(count_tokens(json.dumps(one, ensure_ascii=False)) for one in messages)
    if limit is not None and limit < len(tokens):
        return Reply(model, tokens[:limit], "length", prompt, call)
    finish_reason = "stop" if call is None or call.is_forced else "tool_calls"
    return Reply(model, tokens, finish_reason, prompt, call)


def _describe_call(call: ToolCall, arguments: str) -> dict[str, Any]:
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.call_id, "type": "function", "function": function}


def _as_event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
