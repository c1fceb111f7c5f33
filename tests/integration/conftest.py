"""What tests of one bot's process have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.sandbox.server import create_app
from tests.integration.street import Street


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    app: web.Application = create_app(tmp_path / "sandbox", chunk_delay=0.02)
    async with TestServer(app) as server:
        street = Street(server, tmp_path / "state")
        await street.register()
        yield street
        await street.close()
