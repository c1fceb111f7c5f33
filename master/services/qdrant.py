"""Deletes Qdrant collections for the master, because a bot's own token cannot drop one."""

from http import HTTPStatus

from master.errors import QdrantUnreachableError
from master.services import http as web

TIMEOUT = 30  # seconds


async def delete_collection(url: str, api_key: str | None, name: str) -> bool:
    """Drop a collection; return whether it existed. Raises QdrantUnreachableError.

    This is plain HTTP (https://api.qdrant.tech/api-reference/collections/delete-collection),
    because the client library would cost the master 60 MB of memory.
    """
    headers = {"api-key": api_key} if api_key else None
    try:
        reply = await web.delete(f"{url}/collections/{name}", seconds=TIMEOUT, headers=headers)
    except web.NoResponseError as error:
        raise QdrantUnreachableError(str(error)) from None
    if reply.status == HTTPStatus.NOT_FOUND:
        return False
    if reply.status != HTTPStatus.OK:
        raise QdrantUnreachableError(f"HTTP status {reply.status}")
    return bool(reply.body.get("result"))
