"""Plays one service over HTTP, by its documented ways. The sandbox provides what it says."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from deploy.sandbox.embeddings import as_base64, embed
from deploy.sandbox.failing import read_key
from deploy.sandbox.replies import count_tokens, make_reply
from personal_bot.contract.service_errors import ServiceCondition
from tests.services.service import Embeddings, Refusal, Service, find_service
from tests.services.streams import list_events, with_reasoning

_ENDPOINTS = ("chat/completions", "embeddings")


class _RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.condition)
        self.refusal = refusal


@dataclass
class ServiceStandIn:
    """Answers as `service` does; `failures` are given first, whatever is asked.

    `requests` are the bodies of all requests by endpoint, `refused` what was refused.
    """

    service: Service
    failures: deque[Refusal] = field(default_factory=deque)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def make_app(self) -> web.Application:
        app = web.Application()
        for endpoint in _ENDPOINTS:
            app.router.add_post(f"{self.service.base_path}/{endpoint}", self._answer)
        app.router.add_route("*", "/{rest:.*}", self._answer)
        return app

    def list_bodies(self, endpoint: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.requests if asked == endpoint]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._perform(request)
        except _RefusedError as error:
            refusal = error.refusal
            self.refused.append(refusal)
            return web.Response(
                status=refusal.status or 400,
                text=refusal.body,
                content_type="application/json",
                headers=refusal.headers,
            )

    async def _perform(self, request: web.Request) -> web.StreamResponse:
        endpoint = request.path.removeprefix(f"{self.service.base_path}/")
        body = await request.json()
        self.requests.append((endpoint, body))
        self._admit(request)
        if self.failures and self.failures[0].status is not None:
            raise _RefusedError(self.failures.popleft())
        if endpoint == "embeddings" and self.service.embeddings:
            return await self._embed(self.service.embeddings, body)
        if endpoint == "chat/completions" and self.service.chat:
            return await self._chat(request, body)
        raise _RefusedError(self.service.find_of(endpoint) or _refuse_url(request))

    def _admit(self, request: web.Request) -> None:
        if not self.service.keyless and read_key(request) != self.service.key:
            raise _RefusedError(self._find(ServiceCondition.KEY_INVALID))

    def _find(self, condition: ServiceCondition) -> Refusal:
        """Return the service's own refusal, or OpenAI's if none is documented."""
        found = self.service.find(condition) or find_service("OpenAI").find(condition)
        assert found is not None
        return found

    def _check(self, model: str, body: dict[str, Any]) -> None:
        if body.get("model") != model:
            raise _RefusedError(self._find(ServiceCondition.MODEL_UNAVAILABLE))
        for refusal in self.service.refusals:
            name, _, value = refusal.of.partition("=")
            if name in body and value in {"", body[name]}:
                raise _RefusedError(refusal)

    def _require(self, name: str, *, met: bool) -> None:
        refusal = self.service.find_of(name)
        if refusal and not met:
            raise _RefusedError(refusal)

    async def _embed(self, ways: Embeddings, body: dict[str, Any]) -> web.Response:
        self._check(ways.model, body)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        tokens = sum(map(count_tokens, texts))
        self._require("inputs", met=len(texts) <= ways.inputs)
        self._require("tokens", met=tokens <= ways.tokens)
        asks_for_base64 = body.get("encoding_format") == "base64"
        packed = ways.packs and asks_for_base64
        texts = [] if ways.empties and asks_for_base64 else texts
        length = body.get("dimensions", ways.length) if ways.shortens else ways.length

        def compute() -> list[Any]:
            vectors = (embed(text, length) for text in texts)
            return [as_base64(vector) if packed else vector.tolist() for vector in vectors]

        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(await asyncio.to_thread(compute))
        ]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response(
            {
                "object": "list",
                "data": data if ways.ordered else data[::-1],
                "model": ways.model,
                **({"usage": usage} if ways.usage else {}),
            }
        )

    async def _chat(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        ways = self.service.chat
        assert ways is not None
        self._check(ways.model, body)
        messages = body["messages"]
        self._require("alternation", met=_alternate(messages))
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        reply = await asyncio.to_thread(make_reply, ways.model, messages, limit)
        if not body.get("stream"):
            return web.json_response(with_reasoning(ways, reply.as_completion()))
        failure = self.failures.popleft() if self.failures else None
        asked = bool((body.get("stream_options") or {}).get("include_usage"))
        events = list_events(ways, reply, with_usage=asked, failure=failure)
        if failure:
            self.refused.append(failure)
        return await _stream(request, events)


def _refuse_url(request: web.Request) -> Refusal:
    """Return OpenAI's answer to an unknown URL, for services whose own is not documented."""
    error = {
        "message": f"Invalid URL ({request.method} {request.path})",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    return Refusal(
        ServiceCondition.NOT_OFFERED,
        json.dumps({"error": error}),
        "deploy/sandbox/openai_api.py",
        404,
    )


def _alternate(messages: list[dict[str, Any]]) -> bool:
    roles = [message["role"] for message in messages if message["role"] != "system"]
    return all(
        role == ("assistant" if index % 2 else "user") for index, role in enumerate(roles)
    ) and all(message["role"] != "system" for message in messages[1:])


async def _stream(request: web.Request, events: Iterator[str]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in events:
        await response.write(event.encode())
    await response.write_eof()
    return response
