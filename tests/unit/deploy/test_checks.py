"""A start warns of ignored settings and of servers that do not respond, one line each."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.checks import list_warnings
from deploy.configuration import Configuration
from deploy.stand_in import StandIn
from master.settings import Settings

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"


@pytest.fixture
def configure(tmp_path):
    def make(**values) -> Configuration:
        return Configuration(
            Settings(_env_file=None, master_bot_token=TOKEN, state_dir=tmp_path, **values)
        )

    return make


@pytest.fixture
async def qdrant():
    """A server that knows one key, and answers others as Qdrant does: in plain text."""

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("api-key") != "right":
            return web.Response(text="Must provide an API key", status=401)
        return web.json_response({"result": {"collections": []}, "status": "ok", "time": 0.1})

    application = web.Application()
    application.router.add_get("/collections", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_without_a_qdrant_server_there_is_nothing_to_say(configure):
    assert await list_warnings(configure()) == []


async def test_a_qdrant_server_that_takes_the_key_is_not_mentioned(configure, qdrant):
    assert await list_warnings(configure(qdrant_url=qdrant, qdrant_api_key="right")) == []


async def test_a_qdrant_server_that_is_away_is_named_with_its_setting(configure):
    url = "http://reader:hunter2@127.0.0.1:9"
    [warning] = await list_warnings(configure(qdrant_url=url))
    assert warning.startswith("Qdrant at http://127.0.0.1:9 is not responding: ")
    assert "QDRANT_URL" in warning
    assert "hunter2" not in warning


@pytest.mark.parametrize("key", [None, "wrong-secret"])
async def test_a_wrong_qdrant_key_is_told_without_the_key(configure, qdrant, key):
    [warning] = await list_warnings(configure(qdrant_url=qdrant, qdrant_api_key=key))
    assert warning == f"Qdrant at {qdrant} rejects the key (HTTP 401): check QDRANT_API_KEY."


async def test_a_server_that_is_no_qdrant_is_told(configure, qdrant):
    [warning] = await list_warnings(configure(qdrant_url=f"{qdrant}/other"))
    assert warning == f"Qdrant at {qdrant} answers HTTP 404: check QDRANT_URL."


async def test_a_sandbox_says_which_settings_it_ignores(configure, tmp_path, monkeypatch):
    sandbox = Configuration(configure().settings, StandIn(tmp_path))
    assert await list_warnings(sandbox) == []
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@production/bots")
    monkeypatch.setenv("QDRANT_URL", "http://production:6333")
    assert await list_warnings(sandbox) == [
        "The sandbox keeps everything in its own folder and ignores DATABASE_URL, QDRANT_URL."
    ]
