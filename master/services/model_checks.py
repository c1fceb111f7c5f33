"""Checks whether a service does for a key what a bot needs: chat, and embeddings of a set length.

Listing models would be free, but it succeeds for an account that cannot pay for a single answer.
"""

import asyncio
import math
from typing import Any

from master.errors import EmbeddingUnusableError, ModelRefusedError, ModelUse, Remedy
from master.services import http as web
from master.settings import Settings
from personal_bot.contract import ServiceCondition, is_openai, read_fault

CHAT_TIMEOUT = 45.0  # seconds; a local service loads its model first
EMBEDDINGS_TIMEOUT = 30.0  # seconds
LONGEST_WAIT = 5.0  # seconds before the only retry after a rate limit; the user is waiting
MAX_TOKENS = 16  # of the answer, which nobody reads
# What a request that is tiny in every other respect can be refused for.
_ABOUT_PARAMETERS = frozenset(
    {
        ServiceCondition.PARAMETER_REFUSED,
        ServiceCondition.TOO_LARGE,
        ServiceCondition.REJECTED,
    }
)
_RANKS = [Remedy.OTHER_KEY, Remedy.PAY, Remedy.OPERATOR, Remedy.WAIT]


def find_chat(settings: Settings, key: str) -> ModelUse:
    """Return where the bot of the owner with this key chats."""
    return ModelUse(
        base_url=settings.openai_base_url,
        key=key,
        model=settings.chat_model,
        url_setting="OPENAI_BASE_URL",
        model_setting="CHAT_MODEL",
    )


def find_embeddings(settings: Settings, key: str) -> ModelUse:
    """Return where the texts of the owner with this key are embedded.

    That may be with a key of the operator, or without one.
    """
    service = settings.choose_embedding_service(key)
    is_apart = service.base_url != settings.openai_base_url
    return ModelUse(
        base_url=service.base_url,
        key=service.key,
        model=settings.embedding_model,
        url_setting="EMBEDDING_BASE_URL" if is_apart else "OPENAI_BASE_URL",
        model_setting="EMBEDDING_MODEL",
        key_setting="EMBEDDING_API_KEY" if is_apart or settings.embedding_secret else None,
        dim=settings.embedding_dim,
    )


async def check_models(chat: ModelUse, embeddings: ModelUse) -> None:
    """Check both at once, with one request each unless a service refuses a parameter.

    If both fail, raise the error whose remedy is to be told first: there is no use in waiting for
    one service while the other refuses the key. Raises ModelRefusedError.
    """
    results = await asyncio.gather(
        check_chat(chat), check_embeddings(embeddings), return_exceptions=True
    )
    failures = [result for result in results if result is not None]
    for failure in failures:
        if not isinstance(failure, ModelRefusedError):
            raise failure
    refusals = [failure for failure in failures if isinstance(failure, ModelRefusedError)]
    if refusals:
        raise min(refusals, key=lambda refusal: _RANKS.index(refusal.remedy))


async def check_chat(use: ModelUse) -> None:
    """Ask for an answer of a few tokens. Raises ModelRefusedError."""
    limits = [{"max_tokens": MAX_TOKENS}, {"max_completion_tokens": MAX_TOKENS}]
    if is_openai(use.base_url):
        limits.reverse()
    body = {"model": use.model, "messages": [{"role": "user", "content": "Reply with: ok"}]}
    reply = await _post_with(use, "chat/completions", body, limits, CHAT_TIMEOUT)
    if not (isinstance(reply, dict) and isinstance(reply.get("choices"), list)):
        raise _read_refusal(use, 200, reply)


async def check_embeddings(use: ModelUse) -> None:
    """Embed one word, and compare the length with `dim`.

    Raises ModelRefusedError, and EmbeddingUnusableError for another length or invalid numbers.
    """
    body = {"model": use.model, "input": ["hello"]}
    options = [{"dimensions": use.dim}]
    reply = await _post_with(use, "embeddings", body, options, EMBEDDINGS_TIMEOUT)
    try:
        [item] = reply["data"]
        embedding = item["embedding"]
    except (TypeError, KeyError, ValueError):
        raise _read_refusal(use, 200, reply) from None
    if not (isinstance(embedding, list) and all(map(_is_finite, embedding))):
        raise EmbeddingUnusableError(use, None)
    if len(embedding) != use.dim:
        raise EmbeddingUnusableError(use, len(embedding))


async def _post_with(
    use: ModelUse, path: str, body: dict[str, Any], options: list[dict[str, Any]], seconds: float
) -> Any:
    """Return the body of a successful response to a request with one of `options`, or with none.

    The next one is tried if the service refuses one.
    """
    for option in options:
        try:
            return await _post(use, path, body | option, seconds)
        except ModelRefusedError as error:
            if error.condition not in _ABOUT_PARAMETERS:
                raise
    return await _post(use, path, body, seconds)


async def _post(use: ModelUse, path: str, body: dict[str, Any], seconds: float) -> Any:
    response = await _send(use, path, body, seconds)
    if response.status == 429:
        refusal = _read_refusal(use, 429, response.body)
        if refusal.condition is not ServiceCondition.RATE_LIMIT:
            raise refusal
        await asyncio.sleep(min(response.retry_after or 1.0, LONGEST_WAIT))
        response = await _send(use, path, body, seconds)
    if response.status != 200:
        raise _read_refusal(use, response.status, response.body)
    return response.body


async def _send(use: ModelUse, path: str, body: dict[str, Any], seconds: float) -> web.Response:
    try:
        return await web.post_for_any(
            f"{use.base_url.rstrip('/')}/{path}",
            seconds=seconds,
            headers={"Authorization": f"Bearer {use.key}"},
            json=body,
        )
    except web.NoResponseError as error:
        raise ModelRefusedError(use, ServiceCondition.UNREACHABLE, str(error)) from None


def _read_refusal(use: ModelUse, status: int, body: object) -> ModelRefusedError:
    """Return what a response means that has no answer in it."""
    if status != 200:
        condition = read_fault(status, body).condition
    elif isinstance(body, dict) and body.get("error"):
        condition = read_fault(None, body).condition
    else:
        condition = ServiceCondition.NOT_OFFERED  # a web page, or another API
    return ModelRefusedError(use, condition, f"HTTP {status}")


def _is_finite(number: object) -> bool:
    return isinstance(number, int | float) and math.isfinite(number)
