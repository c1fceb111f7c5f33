"""A stand-in for a Qdrant server: its published API in front of qdrant-client's local mode.

Every request and response is validated against `qdrant_client.http.models`, which Qdrant generates
from its OpenAPI description; unknown fields are refused. This covers paths, the API key and the
bodies, but not strict mode, gRPC, TLS or restarts.
"""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError
from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models as rest

Handler = Callable[["QdrantStandIn", str, Any], Awaitable[Any]]
_routes: list[tuple[str, str, str]] = []


def _route(method: str, path: str, request: Any, response: Any) -> Callable[[Handler], Any]:
    """Register an operation; `request` and `response` are the models of its body and result."""

    def decorate(handler: Handler) -> Any:
        takes = TypeAdapter(request) if request else None
        gives = TypeAdapter(response)

        @functools.wraps(handler)
        async def serve(self: "QdrantStandIn", http: web.Request) -> web.Response:
            if self.api_key and http.headers.get("api-key") != self.api_key:
                return web.Response(status=403, text="forbidden")
            await self.speaking.wait()
            if self.is_away:
                return web.Response(status=503)
            name = http.match_info.get("name", "")
            self.operations.append(handler.__name__)
            try:
                body = takes.validate_python(await http.json()) if takes else None
                result = await handler(self, name, body)
            except ValidationError as error:
                return _refuse(400, error.json())
            except ValueError as error:
                return _refuse(404 if "not found" in str(error) else 400, str(error))
            checked = gives.validate_python(_plain(result))
            envelope = {"usage": None, "time": 0.001, "status": "ok", "result": _plain(checked)}
            return web.json_response(envelope)

        _routes.append((method, path, handler.__name__))
        return serve

    return decorate


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return json.loads(value.model_dump_json(exclude_none=True))
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _refuse(status: int, message: str) -> web.Response:
    return web.json_response({"status": {"error": message}, "time": 0.001}, status=status)


class QdrantStandIn:
    """A server with its collections in memory."""

    def __init__(self, api_key: str | None = None) -> None:
        self.api_key = api_key
        self.is_away = False
        self.speaking = asyncio.Event()  # while cleared, requests get no answer
        self.speaking.set()
        self.operations: list[str] = []
        self._local = AsyncQdrantClient(":memory:")

    def app(self) -> web.Application:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        for method, path, name in _routes:
            app.router.add_route(method, path, getattr(self, name))
        return app

    async def close(self) -> None:
        await self._local.close()

    @_route("GET", "/collections/{name}/exists", None, rest.CollectionExistence)
    async def exists(self, name: str, _: None) -> Any:
        return {"exists": await self._local.collection_exists(name)}

    @_route("GET", "/collections/{name}", None, rest.CollectionInfo)
    async def describe(self, name: str, _: None) -> Any:
        return await self._local.get_collection(name)

    @_route("PUT", "/collections/{name}", rest.CreateCollection, bool)
    async def create(self, name: str, body: rest.CreateCollection) -> Any:
        return await self._local.create_collection(
            name, vectors_config=body.vectors, sparse_vectors_config=body.sparse_vectors
        )

    @_route("DELETE", "/collections/{name}", None, bool)
    async def drop(self, name: str, _: None) -> Any:
        return await self._local.delete_collection(name)

    @_route("PUT", "/collections/{name}/index", rest.CreateFieldIndex, rest.UpdateResult)
    async def create_index(self, name: str, body: rest.CreateFieldIndex) -> Any:
        assert body.field_schema == rest.PayloadSchemaType.KEYWORD  # local mode needs no index
        return {"operation_id": 0, "status": "completed"}

    @_route("PUT", "/collections/{name}/points", rest.PointInsertOperations, rest.UpdateResult)
    async def upsert(self, name: str, body: rest.PointsList) -> Any:
        return await self._local.upsert(name, body.points)

    @_route("POST", "/collections/{name}/points/delete", rest.PointsSelector, rest.UpdateResult)
    async def delete(self, name: str, body: Any) -> Any:
        return await self._local.delete(name, body)

    @_route("POST", "/collections/{name}/points", rest.PointRequest, list[rest.Record])
    async def retrieve(self, name: str, body: rest.PointRequest) -> Any:
        return await self._local.retrieve(name, body.ids, body.with_payload or False)

    @_route("POST", "/collections/{name}/points/scroll", rest.ScrollRequest, rest.ScrollResult)
    async def scroll(self, name: str, body: rest.ScrollRequest) -> Any:
        points, following = await self._local.scroll(
            name,
            body.filter,
            body.limit or 10,
            offset=body.offset,
            with_payload=body.with_payload or False,
        )
        return rest.ScrollResult(points=points, next_page_offset=following)

    @_route("POST", "/collections/{name}/points/count", rest.CountRequest, rest.CountResult)
    async def count(self, name: str, body: rest.CountRequest) -> Any:
        return await self._local.count(name, body.filter, exact=True)

    @_route(
        "POST",
        "/collections/{name}/points/query/batch",
        rest.QueryRequestBatch,
        list[rest.QueryResponse],
    )
    async def query_batch(self, name: str, body: rest.QueryRequestBatch) -> Any:
        return await self._local.query_batch_points(name, body.searches)

    @_route("POST", "/collections/{name}/facet", rest.FacetRequest, rest.FacetResponse)
    async def facet(self, name: str, body: rest.FacetRequest) -> Any:
        return await self._local.facet(name, body.key, body.filter, body.limit or 10, exact=True)
