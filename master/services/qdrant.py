"""Asks Qdrant over plain HTTP, because the client library would cost the master 60 MB of memory."""

from http import HTTPStatus

from master.errors import QdrantUnreachableError
from master.services import http as web

TIMEOUT = 30  # seconds
_CHECK_TIMEOUT = 5  # seconds


async def delete_collection(url: str, api_key: str | None, name: str) -> bool:
    """Drop a collection; return whether it existed. Raises QdrantUnreachableError.

    Source: https://api.qdrant.tech/api-reference/collections/delete-collection
    """
    try:
        reply = await web.delete(
            f"{url}/collections/{name}", seconds=TIMEOUT, headers=_authorize(api_key)
        )
    except web.NoResponseError as error:
        raise QdrantUnreachableError(str(error)) from None
    if reply.status == HTTPStatus.NOT_FOUND:
        return False
    if reply.status != HTTPStatus.OK:
        raise QdrantUnreachableError(f"HTTP status {reply.status}")
    return bool(reply.body.get("result"))


async def check_server(url: str, api_key: str | None) -> int:
    """Return the HTTP status of listing the collections: 200, or 401 and 403 for a wrong key.

    Raises QdrantUnreachableError if the server sends no response within 5 seconds.
    """
    try:
        return await web.get_status(
            f"{url}/collections", seconds=_CHECK_TIMEOUT, headers=_authorize(api_key)
        )
    except web.NoResponseError as error:
        raise QdrantUnreachableError(str(error)) from None


def _authorize(api_key: str | None) -> dict[str, str] | None:
    return {"api-key": api_key} if api_key else None
