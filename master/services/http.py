"""Single HTTP requests with a timeout."""

import json as decoder
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from personal_bot.contract.tls import client_context


class NoResponseError(Exception):
    """The service sent no response, or no JSON object. Carries no URL, as it may hold a token."""


@dataclass(frozen=True)
class Reply:
    """HTTP status and decoded JSON object. `retry_after` is in seconds, None without the header."""

    status: int
    body: dict[str, Any]
    retry_after: float | None = None


@dataclass(frozen=True)
class Response:
    """Like `Reply`, but `body` is JSON of any shape, or the text of a body that is no JSON."""

    status: int
    body: object
    retry_after: float | None = None


async def post(
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> Reply:
    """Send a POST request; `seconds` is the timeout. Raises NoResponseError."""
    return await _request("POST", url, seconds, headers, json)


async def post_for_any(
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> Response:
    """Like `post`, for a service whose errors need not be JSON objects. Raises NoResponseError."""
    return await _send("POST", url, seconds, headers, json)


async def get_status(url: str, *, seconds: float, headers: Mapping[str, str] | None = None) -> int:
    """Send a GET request and return the HTTP status, whatever the body. Raises NoResponseError."""
    try:
        async with _session(seconds) as session, session.get(url, headers=headers) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise NoResponseError(type(error).__name__) from None


async def delete(url: str, *, seconds: float, headers: Mapping[str, str] | None = None) -> Reply:
    """Send a DELETE request; `seconds` is the timeout. Raises NoResponseError."""
    return await _request("DELETE", url, seconds, headers, None)


async def _request(
    method: str,
    url: str,
    seconds: float,
    headers: Mapping[str, str] | None,
    json: Mapping[str, Any] | None,
) -> Reply:
    response = await _send(method, url, seconds, headers, json)
    if not isinstance(response.body, dict):
        raise NoResponseError(f"HTTP {response.status} without a JSON object")
    return Reply(response.status, response.body, response.retry_after)


async def _send(
    method: str,
    url: str,
    seconds: float,
    headers: Mapping[str, str] | None,
    json: Mapping[str, Any] | None,
) -> Response:
    try:
        async with (
            _session(seconds) as session,
            session.request(method, url, headers=headers, json=json) as response,
        ):
            text = await response.text(errors="replace")
            retry_after = response.headers.get("Retry-After", "")
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError) as error:
        # A chained exception would put the URL, and with it the token, into a log.
        raise NoResponseError(type(error).__name__) from None
    wait = float(retry_after) if retry_after.isdecimal() else None
    return Response(response.status, _decode(text), wait)


def _decode(text: str) -> object:
    try:
        return decoder.loads(text)
    except (ValueError, RecursionError):
        return text


def _session(seconds: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=client_context()),
        timeout=aiohttp.ClientTimeout(total=seconds),
    )
