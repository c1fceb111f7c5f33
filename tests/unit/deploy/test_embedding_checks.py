"""A start finds an embedding model of another length, and says when it cannot try."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.checks import list_warnings
from deploy.configuration import Configuration
from deploy.local_embeddings import LocalEmbeddings
from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.settings import Settings
from master.settings_files import write_settings

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"
KEY = "key-of-the-operator"
NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def make_settings(tmp_path):
    def make(**values) -> Settings:
        return Settings(_env_file=None, master_bot_token=TOKEN, state_dir=tmp_path, **values)

    return make


@pytest.fixture
async def service():
    """A service that wants one key, has one model of 768 dimensions and refuses `dimensions`."""

    async def embed(request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {KEY}":
            return web.json_response({"error": {"code": "invalid_api_key"}}, status=401)
        body = await request.json()
        if body["model"] != "nomic-embed-text":
            return web.json_response({"error": {"code": "model_not_found"}}, status=404)
        if "dimensions" in body:
            return web.json_response({"error": {"message": "unknown: dimensions"}}, status=400)
        return web.json_response({"data": [{"index": 0, "embedding": [0.5] * 768}]})

    app = web.Application()
    app.router.add_post("/v1/embeddings", embed)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


@pytest.fixture
def nomic(service):
    return {
        "embedding_base_url": service,
        "embedding_api_key": KEY,
        "embedding_model": "nomic-embed-text",
        "embedding_dim": 768,
    }


async def check(settings: Settings) -> list[str]:
    return await list_warnings(Configuration(settings))


async def test_a_model_of_the_right_length_is_not_mentioned(make_settings, nomic):
    assert await check(make_settings(**nomic)) == []


async def test_another_length_is_told_with_the_setting(make_settings, nomic):
    with pytest.raises(SettingsError) as caught:
        await check(make_settings(**nomic | {"embedding_dim": 1536}))
    assert str(caught.value) == "EMBEDDING_DIM: is 1536, but nomic-embed-text has 768 dimensions"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"embedding_base_url": NOWHERE}, "EMBEDDING_BASE_URL"),
        ({"embedding_api_key": "another-secret"}, "EMBEDDING_API_KEY"),
        ({"embedding_api_key": None}, "EMBEDDING_API_KEY"),
        ({"embedding_model": "unknown"}, "EMBEDDING_MODEL"),
    ],
)
async def test_what_cannot_be_tried_is_a_warning_that_names_the_setting(
    make_settings, nomic, values, named
):
    [warning] = await check(make_settings(**nomic | values))
    assert warning.endswith(f"check {named}.")
    assert "secret" not in warning


async def test_a_service_that_wants_the_owners_key_is_left_to_the_owners(make_settings, service):
    settings = make_settings(openai_base_url=service, embedding_model="nomic-embed-text")
    assert await check(settings) == []


async def test_a_service_of_the_owners_that_is_away_is_a_warning(make_settings):
    [warning] = await check(make_settings(openai_base_url=NOWHERE))
    assert warning.endswith("check OPENAI_BASE_URL.")


@pytest.mark.parametrize(
    ("model", "dim"),
    [("text-embedding-3-small", 1536), ("text-embedding-3-large", 256), ("unknown", 5000)],
)
async def test_what_openais_models_can_do_is_not_mentioned(make_settings, model, dim):
    assert await check(make_settings(embedding_model=model, embedding_dim=dim)) == []


@pytest.mark.parametrize(
    ("model", "dim", "words"),
    [
        ("text-embedding-3-small", 3072, "at most 1536 dimensions"),
        ("text-embedding-3-large", 4096, "at most 3072 dimensions"),
        ("text-embedding-ada-002", 512, "text-embedding-ada-002 has 1536 dimensions"),
    ],
)
async def test_the_lengths_of_openais_models_are_known_without_a_key(
    make_settings, model, dim, words
):
    with pytest.raises(SettingsError, match=f"EMBEDDING_DIM: is {dim}, but .*{words}"):
        await check(make_settings(embedding_model=model, embedding_dim=dim))


async def test_another_model_than_at_the_last_start_is_told(make_settings, tmp_path):
    Installation(tmp_path).prepare()
    local = LocalEmbeddings(8082)
    write_settings(local.configure(make_settings()))
    [warning] = await check(make_settings())
    assert warning == (
        "Until now, multilingual-e5-small with 384 dimensions was used, now text-embedding-3-small "
        "with 1536 dimensions: bots ask their owners for all documents again."
    )
    settings = local.configure(make_settings())
    assert await list_warnings(Configuration(settings, embeddings=local)) == []
