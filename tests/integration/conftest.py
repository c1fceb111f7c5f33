"""Fixtures for tests of one bot's process."""

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.sandbox.server import create_app
from master.supervision.configuration import environment
from personal_bot.contract import StateFiles
from tests.integration.bot_harness import ROOT, BotHarness


@pytest.fixture(scope="module")
def fork_server_program() -> tuple[str, ...]:
    return ("-m", "personal_bot.forking.forkserver")


@pytest.fixture(scope="module")
def fork_server(fork_server_program: tuple[str, ...]) -> Iterator[StateFiles]:
    """Run one fork server per module, because its imports take six seconds."""
    with tempfile.TemporaryDirectory(prefix="tgrag-") as folder:
        state = StateFiles(Path(folder))
        state.fork_server.parent.mkdir()
        process = subprocess.Popen(
            [sys.executable, *fork_server_program, "--state-dir", folder],
            cwd=ROOT,
            env=environment(),
        )
        yield state
        process.terminate()
        assert process.wait(60) == 0


@pytest.fixture
async def bot(tmp_path: Path, fork_server: StateFiles) -> AsyncIterator[BotHarness]:
    app: web.Application = create_app(tmp_path / "sandbox", chunk_delay=0.02)
    async with TestServer(app) as server:
        bot = BotHarness(server, tmp_path / "state", fork_server)
        await bot.register()
        yield bot
        await bot.close()
