"""Checks whether a personal bot can work with an OpenAI key."""

import asyncio
import re
from typing import Any

from master.errors import (
    KeyForbiddenError,
    KeyInvalidError,
    KeyMalformedError,
    KeyQuotaError,
    OpenAIUnreachableError,
)
from master.services import http as web

KEY = re.compile(r"(?<![\w-])sk-[A-Za-z0-9_-]{7,256}(?![\w-])")
TIMEOUT = 15  # seconds
LONGEST_WAIT = 5.0  # seconds; the user is waiting
# Rate limits come with HTTP 429, too; only these codes mean that the account cannot pay.
QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


async def check_key(key: str, base_url: str, embedding_model: str) -> None:
    """Check a key by embedding one word, the cheapest request that also reveals a missing quota.

    Listing models would be free, but succeeds for an account that cannot pay for a single answer.
    A rate limit is retried once.
    Raises KeyMalformedError, KeyInvalidError, KeyForbiddenError, KeyQuotaError,
    OpenAIUnreachableError.
    """
    if not KEY.fullmatch(key):
        raise KeyMalformedError
    reply = await _embed_word(key, base_url, embedding_model)
    if _is_rate_limit(reply):
        await asyncio.sleep(min(reply.retry_after or 1.0, LONGEST_WAIT))
        reply = await _embed_word(key, base_url, embedding_model)
    _judge(reply, embedding_model)


async def _embed_word(key: str, base_url: str, embedding_model: str) -> web.Reply:
    try:
        return await web.post(
            f"{base_url.rstrip('/')}/embeddings",
            seconds=TIMEOUT,
            headers={"Authorization": f"Bearer {key}"},
            json={"model": embedding_model, "input": "hello"},
        )
    except web.NoResponseError as error:
        raise OpenAIUnreachableError(str(error)) from None


def _judge(reply: web.Reply, embedding_model: str) -> None:
    if reply.status == 200 and "data" in reply.body:
        return
    code = _code(reply)
    if reply.status == 401:
        raise KeyInvalidError(code)
    if reply.status == 403:
        raise KeyForbiddenError(code or "forbidden")
    if reply.status == 404:
        raise KeyForbiddenError(f"{code or 'model_not_found'}: {embedding_model}")
    if reply.status == 429 and not _is_rate_limit(reply):
        raise KeyQuotaError(code)
    raise OpenAIUnreachableError(f"HTTP {reply.status} {code}".strip())


def _is_rate_limit(reply: web.Reply) -> bool:
    return reply.status == 429 and _code(reply) not in QUOTA_CODES


def _code(reply: web.Reply) -> str:
    """Return OpenAI's error `code`, else its `type`, else an empty string."""
    error: Any = reply.body.get("error")
    if not isinstance(error, dict):
        return ""
    return str(error.get("code") or error.get("type") or "")
