"""Single HTTP requests with a timeout, whose response is a JSON object."""

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


async def post(
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> Reply:
    """Send a POST request; `seconds` is the timeout. Raises NoResponseError."""
    return await _request("POST", url, seconds, headers, json)


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
    try:
        async with (
            _session(seconds) as session,
            session.request(method, url, headers=headers, json=json) as response,
        ):
            body = await response.json(content_type=None)
            retry_after = response.headers.get("Retry-After", "")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # A chained exception would put the URL, and with it the token, into a log.
        raise NoResponseError(type(error).__name__) from None
    if not isinstance(body, dict):
        raise NoResponseError(f"HTTP {response.status} without a JSON object")
    return Reply(response.status, body, float(retry_after) if retry_after.isdecimal() else None)


def _session(seconds: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=client_context()),
        timeout=aiohttp.ClientTimeout(total=seconds),
    )
