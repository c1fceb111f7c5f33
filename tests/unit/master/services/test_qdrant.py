"""Deleting a collection tells whether it existed, and raises an error if the server fails."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from master.errors import QdrantUnreachableError
from master.services.qdrant import delete_collection


@pytest.fixture
async def server():
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.match_info["name"], request.headers.get("api-key")))
        match request.match_info["name"]:
            case "user_1":
                return web.json_response({"result": True, "status": "ok", "time": 0.1})
            case "user_2":
                return web.json_response({"result": False, "status": "ok", "time": 0.1})
            case "user_3":
                return web.json_response({"status": {"error": "Not found"}}, status=404)
            case "user_4":
                return web.json_response({"status": {"error": "Forbidden"}}, status=403)
        return web.Response(text="no JSON", status=502)

    application = web.Application()
    application.router.add_delete("/collections/{name}", answer)
    async with TestServer(application) as server:
        server.seen = seen
        yield server


@pytest.mark.parametrize(
    ("name", "existed"), [("user_1", True), ("user_2", False), ("user_3", False)]
)
async def test_a_collection_is_gone_afterwards(server, name, existed):
    assert await delete_collection(str(server.make_url("")), "key", name) is existed
    assert server.seen == [(name, "key")]


@pytest.mark.parametrize("name", ["user_4", "user_5"])
async def test_an_answer_that_is_no_success_is_told(server, name):
    with pytest.raises(QdrantUnreachableError):
        await delete_collection(str(server.make_url("")), None, name)


async def test_a_server_that_is_away_is_told():
    with pytest.raises(QdrantUnreachableError):
        await delete_collection("http://127.0.0.1:9", None, "user_1")
