"""Reads the streams and completions of chat models by what they mean."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from personal_bot.errors import (
    OpenAIContentError,
    OpenAIOverloadedError,
    OpenAIResponseError,
    OpenAIUnreachableError,
)
from personal_bot.openai.errors import Target, explain_body, translate
from personal_bot.openai.lessons import Notebook
from personal_bot.openai.reasoning import UNOPENED, ReasoningFilter, remove_reasoning
from personal_bot.openai.tool_calls import ToolCalls

# What services say beside "stop": "eos" Together, "end_turn" Anthropic, "model_length" Mistral,
# "MAX_TOKENS", "SAFETY" and "RECITATION" Gemini, "sensitive" and "network_error" Zhipu,
# "insufficient_system_resource" DeepSeek, "error" OpenRouter. Any other reason after a text means
# that it is complete.
_LENGTH = frozenset({"length", "max_tokens", "model_length", "max_length"})
_REFUSED = frozenset(
    {"content_filter", "safety", "recitation", "sensitive", "prohibited_content", "refusal"}
)
_FAILED = frozenset({"error", "network_error", "insufficient_system_resource", "abort", "aborted"})
_TOOL_CALLS = frozenset({"tool_calls", "function_call", "tool_use"})


class ChatStream:
    """A stream of chunks without reasoning; its last chunk has a finish reason of OpenAI."""

    def __init__(self, response: httpx2.Response, target: Target, notebook: Notebook) -> None:
        self._response = response
        self._target = target
        self._notebook = notebook

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        try:
            async for chunk in self._read():
                yield chunk
        except Exception as error:
            known = translate(error)
            if known is None:
                raise
            raise self._target.name_in(known) from None
        finally:
            await self.close()

    async def _read(self) -> AsyncIterator[ChatCompletionChunk]:
        hidden = self._notebook.recall(self._target).hidden_reasoning
        reasoning = ReasoningFilter(hidden=hidden)
        tail = ""
        ending = _Ending()
        calls = ToolCalls()
        async for event in _read_events(self._response, ending):
            choice = _read_choice(event)
            delta = choice.get("delta") or choice.get("message") or {}
            ending.take(event, choice, delta)
            text = reasoning.feed(_read_text(delta))
            tail = tail[-len(UNOPENED) :] + text
            if UNOPENED in tail and not hidden:
                hidden = True
                await self._notebook.learn(self._target, hidden_reasoning=True)
            calls.take(delta.get("tool_calls") or ())
            if text:
                yield self._make(text)
        reason = ending.find_reason()
        if called := calls.finish():
            yield self._make("", called)
        yield self._make(reasoning.finish(), finish_reason=reason, usage=ending.usage)

    async def close(self) -> None:
        await self._response.aclose()

    def _make(
        self,
        text: str,
        tool_calls: Any = None,
        finish_reason: str | None = None,
        usage: Any = None,
    ) -> ChatCompletionChunk:
        delta = {"content": text, "tool_calls": tool_calls}
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return ChatCompletionChunk.construct(
            model=self._target.model, choices=[choice], usage=usage
        )


class _Ending:
    """What is known about the end of a stream."""

    def __init__(self) -> None:
        self.done = False  # the service has said "[DONE]", or sent everything at once
        self.usage: Any = None
        self._reason = ""
        self._refusal = False
        self._text = False

    def take(
        self, event: Mapping[str, Any], choice: Mapping[str, Any], delta: Mapping[str, Any]
    ) -> None:
        self.usage = event.get("usage") or self.usage
        self._reason = str(choice.get("finish_reason") or self._reason).lower()
        self._refusal = self._refusal or bool(delta.get("refusal"))
        self._text = self._text or bool(delta.get("content"))

    def find_reason(self) -> str:
        """Return OpenAI's finish reason. Raises OpenAIError."""
        if not self._reason and not self.done:
            raise OpenAIUnreachableError("cut")
        if self._refusal and not self._text:
            raise OpenAIContentError("a refusal")
        return _read_reason(self._reason)


def read_completion(response: httpx2.Response, target: Target) -> ChatCompletion:
    """Return a completion that was not streamed, without reasoning. Raises OpenAIError."""
    try:
        body = response.json()
    except ValueError:
        raise OpenAIResponseError("no JSON") from None
    choice = _read_choice(body)
    if not choice:
        raise OpenAIResponseError("a completion without a choice")
    message = choice.get("message") or {}
    text = remove_reasoning(_read_text(message))
    if not text and message.get("refusal"):
        raise OpenAIContentError("a refusal")
    reason = _read_reason(str(choice.get("finish_reason") or "").lower())
    calls = ToolCalls()
    calls.take(message.get("tool_calls") or ())
    content = {"role": "assistant", "content": text, "tool_calls": calls.finish() or None}
    return ChatCompletion.construct(
        model=target.model,
        choices=[{"index": 0, "message": content, "finish_reason": reason}],
        usage=body.get("usage"),
    )


async def _read_events(
    response: httpx2.Response, ending: _Ending
) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the JSON objects of server-sent events, or of a response that is not streamed."""
    plain: list[bytes] = []
    async for line in _read_lines(response):
        field, _, value = line.partition(b":")
        if field == b"data":
            if value.strip() == b"[DONE]":
                ending.done = True
            elif value.strip():
                yield _decode(value)
        elif line.startswith((b"{", b"[", b"<")) or plain:
            plain.append(line)
    if plain:
        ending.done = True
        yield _decode(b"\n".join(plain))


async def _read_lines(response: httpx2.Response) -> AsyncIterator[bytes]:
    # Not `aiter_lines`, which also ends lines at U+2028, and JSON may contain that.
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")
    if rest:
        yield rest


def _decode(value: bytes) -> Mapping[str, Any]:
    if value.lstrip().startswith(b"<"):
        raise OpenAIResponseError("a web page")
    event = json.loads(value)  # JSONDecodeError is translated by `openai.errors`
    return event if isinstance(event, Mapping) else {"error": event}


def _read_choice(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the choice of a chunk, empty if it has none. Raises OpenAIError for an error."""
    choices = event.get("choices")
    if event.get("error") or event.get("object") == "error" or not isinstance(choices, list):
        if choices is None and "usage" in event and not event.get("error"):
            return {}
        raise explain_body(event)
    return choices[0] if choices else {}


def _read_text(delta: Mapping[str, Any]) -> str:
    """Return the text of a delta or message; parts of reasoning are left out."""
    content = delta.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(
        part.get("text") or "" for part in content if part.get("type") in {"text", "output_text"}
    )


def _read_reason(reason: str) -> str:
    """Return OpenAI's finish reason for that of any service. Raises OpenAIError."""
    if reason in _REFUSED:
        raise OpenAIContentError(f"finished by {reason}")
    if reason in _FAILED:
        raise OpenAIOverloadedError(f"finished by {reason}")
    if reason in _TOOL_CALLS:
        return "tool_calls"
    return "length" if reason in _LENGTH else "stop"
