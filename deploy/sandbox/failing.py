"""Injects the requested faults into the calls of Telegram and OpenAI."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Middleware

from deploy.sandbox.faults import Fault, Faults
from deploy.sandbox.uploads import StoredFileResponse

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_FAULT = web.RequestKey("fault", Fault)


@dataclass(frozen=True)
class _Called:
    service: Literal["telegram", "openai"]
    method: str
    token: str


def make_middleware(faults: Faults) -> Middleware:
    """Return a middleware that injects faults, but not into requests of the page."""

    @web.middleware
    async def fail(request: web.Request, handler: _Handler) -> web.StreamResponse:
        called = _find_call(request)
        fault = faults.take(called.method, called.token) if called else None
        if called is None or fault is None:
            return await handler(request)
        await asyncio.sleep(fault.delay)
        if not fault.fails:
            request[_FAULT] = fault
            return await _cut(request, await handler(request), fault)
        if fault.performed:
            await handler(request)
        return _refuse(request, fault, called)

    return fail


async def send_events(request: web.Request, events: AsyncIterator[str]) -> web.StreamResponse:
    """Stream server-sent events; a fault may end the stream early."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
    )
    await response.prepare(request)
    fault = request.get(_FAULT)
    left = fault.after_bytes if fault is not None else None
    try:
        async for event in events:
            piece = event.encode()
            if fault is None or left is None:
                await response.write(piece)
                continue
            await response.write(piece[:left])
            left -= min(left, len(piece))
            if left == 0:
                return await _end(request, response, fault)
        await response.write_eof()
    except ConnectionError:  # the client has disconnected
        return response
    return response


async def _cut(
    request: web.Request, response: web.StreamResponse, fault: Fault
) -> web.StreamResponse:
    if fault.after_bytes is None or response.prepared:
        return response
    if isinstance(response, StoredFileResponse):
        whole = await asyncio.to_thread(response.path.read_bytes)
    elif isinstance(response, web.Response) and isinstance(response.body, bytes):
        whole = response.body
    else:
        return response
    shortened = web.StreamResponse(status=response.status)
    shortened.content_type = response.content_type
    if fault.drop:  # lets the client notice the missing bytes
        shortened.content_length = len(whole)
    await shortened.prepare(request)
    await shortened.write(whole[: fault.after_bytes])
    return await _end(request, shortened, fault)


async def _end(
    request: web.Request, response: web.StreamResponse, fault: Fault
) -> web.StreamResponse:
    await asyncio.sleep(fault.stall)
    if fault.drop:
        if request.transport is not None:
            request.transport.close()
        return response
    if fault.body is not None:
        await response.write(fault.body.encode())
    await response.write_eof()
    return response


def _refuse(request: web.Request, fault: Fault, called: _Called) -> web.Response:
    if fault.drop:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=fault.status or 200, text=fault.body)
    telegram, openai = fault.as_telegram_error(), fault.as_openai_error()
    error = telegram if called.service == "telegram" else openai
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.json_response(error.as_body(), status=error.status, headers=headers)


def _find_call(request: web.Request) -> _Called | None:
    parts = request.path.split("/")
    if request.path.startswith("/v1/"):
        method = request.path.removeprefix("/v1/")
        method = "models" if method.startswith("models/") else method
        return _Called("openai", method, read_key(request))
    if parts[1].startswith("bot") and len(parts) == 3:
        return _Called("telegram", parts[2], parts[1].removeprefix("bot"))
    if parts[1] == "file" and len(parts) > 3:
        return _Called("telegram", "download", parts[2].removeprefix("bot"))
    return None


def read_key(request: web.Request) -> str:
    """Return the key of a call to OpenAI, or an empty string if there is none."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
