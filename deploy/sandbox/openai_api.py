"""The part of OpenAI's API that the bots use: models, embeddings, chat, transcriptions."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web

from deploy.sandbox.chat_requests import check_options, read_messages, read_tools
from deploy.sandbox.embeddings import as_base64, embed
from deploy.sandbox.errors import OpenAIError
from deploy.sandbox.failing import read_key, send_events
from deploy.sandbox.faults import out_of_quota
from deploy.sandbox.model_names import AUDIO_MODELS, CHAT_MODELS, EMBEDDING_MODELS
from deploy.sandbox.replies import Reply, count_tokens, make_reply
from deploy.sandbox.transcriptions import transcribe
from deploy.sandbox.vision import see

KEY_PREFIX = "sk-sandbox"
KEY_WITHOUT_QUOTA_PREFIX = "sk-sandbox-no-quota"
MODELS = CHAT_MODELS | EMBEDDING_MODELS | AUDIO_MODELS
MAX_INPUTS = 2048
KEPT_PROMPTS = 100
MAX_INPUT_TOKENS = 8192
_DIMENSIONS = {"text-embedding-3-large": 3072}
_DEFAULT_DIMENSIONS = 1536
#: The creation time of every model, Unix seconds.
_CREATED = 1_700_000_000

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OpenAIApi:
    """The routes under /v1, and /client/prompts, which shows the last prompts received.

    Streams pause `chunk_delay` seconds before each chunk.
    """

    def __init__(self, chunk_delay: float) -> None:
        self._chunk_delay = chunk_delay
        self._prompts: deque[list[dict[str, Any]]] = deque(maxlen=KEPT_PROMPTS)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/v1/models", _answering(self.list_models))
        router.add_get("/v1/models/{model}", _answering(self.get_model))
        router.add_post("/v1/embeddings", _answering(self.embed))
        router.add_post("/v1/chat/completions", _answering(self.complete))
        router.add_post("/v1/audio/transcriptions", _answering(self.transcribe))
        router.add_route("*", "/v1/{rest:.*}", _answering(self.refuse_url))
        router.add_get("/client/prompts", self.list_prompts)

    async def list_prompts(self, _request: web.Request) -> web.StreamResponse:
        """Return the messages of each of the last chat requests, oldest first."""
        return web.json_response({"prompts": [*self._prompts]})

    async def list_models(self, request: web.Request) -> web.StreamResponse:
        _authorize(request)
        models = [_describe_model(name) for name in sorted(MODELS)]
        return web.json_response({"object": "list", "data": models})

    async def get_model(self, request: web.Request) -> web.StreamResponse:
        _authorize(request)
        name = _check_model(request.match_info["model"], MODELS)
        return web.json_response(_describe_model(name))

    async def embed(self, request: web.Request) -> web.StreamResponse:
        _authorize(request, paid=True)
        body = await _read_body(request)
        model = _check_model(body.get("model"), EMBEDDING_MODELS)
        texts = _read_inputs(body)
        dimensions = _read_dimensions(body, model)
        packed = body.get("encoding_format", "float") == "base64"

        def compute() -> list[Any]:
            vectors = (embed(text, dimensions) for text in texts)
            return [as_base64(vector) if packed else vector.tolist() for vector in vectors]

        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(await asyncio.to_thread(compute))
        ]
        tokens = sum(map(count_tokens, texts))
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response({"object": "list", "data": data, "model": model, "usage": usage})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        _authorize(request, paid=True)
        body = await _read_body(request)
        model = _check_model(body.get("model"), CHAT_MODELS)
        check_options(body, model)
        toolbox = read_tools(body)
        messages = await asyncio.to_thread(see, read_messages(body))
        self._prompts.append(messages)
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        reply = await asyncio.to_thread(make_reply, model, messages, limit, toolbox)
        if not body.get("stream"):
            return web.json_response(reply.as_completion())
        with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        return await send_events(request, _pace(reply, self._chunk_delay, with_usage=with_usage))

    async def transcribe(self, request: web.Request) -> web.StreamResponse:
        _authorize(request, paid=True)
        return await transcribe(request)

    async def refuse_url(self, request: web.Request) -> web.StreamResponse:
        raise OpenAIError(404, f"Invalid URL ({request.method} {request.path})")


async def _pace(reply: Reply, delay: float, *, with_usage: bool) -> AsyncIterator[str]:
    for event in reply.as_events(with_usage=with_usage):
        await asyncio.sleep(delay)
        yield event


def _answering(handler: _Handler) -> _Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except OpenAIError as error:
            return web.json_response(error.as_body(), status=error.status)

    return answer


def _authorize(request: web.Request, *, paid: bool = False) -> None:
    key = read_key(request)
    if not key:
        raise OpenAIError(
            401,
            "You didn't provide an API key. You need to provide your API key in an "
            "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    if not key.startswith(KEY_PREFIX):
        raise OpenAIError(
            401,
            f"Incorrect API key provided: {key[:3]}***{key[-4:]}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
        )
    if paid and key.startswith(KEY_WITHOUT_QUOTA_PREFIX):
        raise out_of_quota()


async def _read_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise OpenAIError(400, "We could not parse the JSON body of your request.")
    return body


def _check_model(model: Any, known: frozenset[str]) -> str:
    if not isinstance(model, str) or not model:
        raise OpenAIError(400, "you must provide a model parameter")
    if model not in known:
        raise OpenAIError(
            404,
            f"The model `{model}` does not exist or you do not have access to it.",
            code="model_not_found",
        )
    return model


def _read_inputs(body: dict[str, Any]) -> list[str]:
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(_is_text(text) for text in texts):
        raise OpenAIError(
            400,
            "'$.input' is invalid. Please check the API reference: non-empty texts.",
            param="input",
        )
    if len(texts) > MAX_INPUTS:
        raise OpenAIError(
            400, f"'$.input' is invalid. At most {MAX_INPUTS} inputs are allowed.", param="input"
        )
    longest = max(map(count_tokens, texts))
    if longest > MAX_INPUT_TOKENS:
        raise OpenAIError(
            400,
            f"This model's maximum context length is {MAX_INPUT_TOKENS} tokens, however you "
            f"requested {longest} tokens. Please reduce your prompt.",
        )
    return texts


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _read_dimensions(body: dict[str, Any], model: str) -> int:
    most = _DIMENSIONS.get(model, _DEFAULT_DIMENSIONS)
    dimensions = body.get("dimensions")
    if dimensions is None:
        return most
    if model == "text-embedding-ada-002":
        raise OpenAIError(
            400, "This model does not support specifying dimensions.", param="dimensions"
        )
    if not isinstance(dimensions, int) or not 1 <= dimensions <= most:
        raise OpenAIError(
            400,
            f"Invalid value for 'dimensions' = {dimensions}. Must be between 1 and {most}.",
            param="dimensions",
        )
    return dimensions


def _describe_model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "sandbox"}
