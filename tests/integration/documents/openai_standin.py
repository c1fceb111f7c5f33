"""A stand-in for OpenAI: embeddings from hashed word stems, answers that quote passages."""

import asyncio
import base64
import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from personal_bot.index.sparse import encode_query

KEY = "sk-test-0123456789"
_PASSAGE = re.compile(r'<passage number="(\d+)" source="([^"]*)">\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r"<(question_in_full|question)>\n(.*?)\n</\1>", re.DOTALL)

Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def embed(text: str, dimensions: int) -> list[float]:
    """Return a vector that is close for texts with the same stems, whatever their inflections."""
    vector = [0.0] * dimensions
    for token in encode_query(text).indices:
        vector[token % dimensions] += 1.0
    norm = math.hypot(*vector) or 1.0
    return [value / norm for value in vector]


def pack(text: str, body: dict[str, Any]) -> str | list[float]:
    vector = embed(text, body["dimensions"])
    if body.get("encoding_format") != "base64":
        return vector
    return base64.b64encode(array("f", vector).tobytes()).decode()


def read_question(message: str) -> str:
    found = dict(_QUESTION.findall(message))
    return found.get("question_in_full") or found["question"]


def quote_best(message: str) -> str:
    """Return the sentence that shares most words with the question, and its passage number."""
    asked = set(encode_query(read_question(message)).indices)
    candidates = [
        (len(asked & set(encode_query(sentence).indices)), sentence.strip(), number)
        for number, _, text in _PASSAGE.findall(message)
        for sentence in re.split(r"(?<=[.!?])\s+|\n", text)
    ]
    score, sentence, number = max(candidates, key=lambda candidate: candidate[0])
    return f"{sentence} [{number}]" if score >= 2 else "The documents do not say."


@dataclass
class OpenAIStandIn:
    """Records requests, and answers them; `faults` are returned first."""

    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: Callable[[str], str] = quote_best
    rewrite: Callable[[str], str] = read_question
    finish_reason: str | None = "stop"  # or "malformed", "dropped" or "endless"
    left: asyncio.Event = field(default_factory=asyncio.Event)  # set if an endless answer was left
    knows_tools: bool = True
    #: Returns what is said to a request: a text, or tool calls as (name, arguments).
    script: Callable[[dict[str, Any]], "str | list[tuple[str, Any]]"] | None = None
    faults: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # path → (status, code)

    def count(self, path: str) -> int:
        return Counter(seen for seen, _ in self.requests)[path]

    def messages(self) -> list[list[dict[str, str]]]:
        return [body["messages"] for path, body in self.requests if path == "chat"]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_post("/v1/chat/completions", self._chat)
        return app

    async def _admit(self, path: str, request: web.Request) -> dict[str, Any] | web.Response:
        if request.headers["Authorization"] != f"Bearer {KEY}":
            return _refuse(401, "invalid_api_key")
        body = await request.json()
        self.requests.append((path, body))
        if self.faults.get(path):
            return _refuse(*self.faults[path].pop(0))
        return body

    async def _embeddings(self, request: web.Request) -> web.Response:
        body = await self._admit("embeddings", request)
        if isinstance(body, web.Response):
            return body
        data = [
            {"object": "embedding", "index": index, "embedding": pack(text, body)}
            for index, text in enumerate(
                [body["input"]] if isinstance(body["input"], str) else body["input"]
            )
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return web.json_response(
            {"object": "list", "data": data, "model": body["model"], "usage": usage}
        )

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await self._admit("chat", request)
        if isinstance(body, web.Response):
            return body
        if body.get("tools") and not self.knows_tools:
            error = {"message": "This model does not support tools"}
            return web.json_response({"error": error}, status=400)
        assert not {"temperature", "max_tokens", "top_p"} & body.keys()
        message = body["messages"][-1]["content"]
        said = self.script(body) if self.script else None
        if isinstance(said, list):
            return await _call(request, said)
        if body.get("stream"):
            return await self._stream(request, self.answer(message) if said is None else said)
        content = self.rewrite(message) if said is None else said
        reply = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": reply, "finish_reason": "stop"}
        return web.json_response(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
        )

    async def _wait_for_the_end(self, response: web.StreamResponse) -> None:
        try:
            while True:  # until the handler is cancelled, because the client has left
                await response.write(b": still thinking\n\n")
                await asyncio.sleep(0.02)
        finally:
            self.left.set()

    async def _stream(self, request: web.Request, text: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
        for piece in pieces:
            await response.write(_event({"content": piece}, None))
        if self.finish_reason == "malformed":
            await response.write(b"data: {oops\n\n")
        elif self.finish_reason == "endless":
            await self._wait_for_the_end(response)
        elif self.finish_reason == "dropped":
            assert request.transport is not None
            request.transport.abort()
        elif self.finish_reason is not None:
            await response.write(_event({}, self.finish_reason))
            await response.write(b"data: [DONE]\n\n")
        return response


async def _call(request: web.Request, calls: list[tuple[str, Any]]) -> web.StreamResponse:
    """Stream tool calls; arguments that are texts are sent as they are, even if they are no JSON."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for index, (name, arguments) in enumerate(calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        call = {"index": index, "id": f"call_{index}", "type": "function"}
        delta = {"tool_calls": [call | {"function": {"name": name, "arguments": text}}]}
        await response.write(_event(delta, None))
    await response.write(_event({}, "tool_calls") + b"data: [DONE]\n\n")
    return response


def _event(delta: dict[str, Any], finish_reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode()


def _refuse(status: int, code: str) -> web.Response:
    error = {"message": f"refused, {KEY}", "type": code, "code": code, "param": None}
    return web.json_response({"error": error}, status=status, headers={"x-should-retry": "false"})
