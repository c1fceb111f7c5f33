"""The sandbox program serves a thousand bots, and reports startup problems in one line."""

import asyncio
import os
import socket
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from deploy.sandbox.__main__ import main
from tests.unit.sandbox.conftest import MASTER_TOKEN, USER

pytestmark = pytest.mark.integration
BOTS = 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def running(tmp_path):
    token = tmp_path / "master.token"
    token.write_text(MASTER_TOKEN + "\n")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox", "--port", str(port)),
        *("--state", str(tmp_path / "state"), "--master-token-file", str(token)),
        stderr=asyncio.subprocess.PIPE,
    )
    connector = aiohttp.TCPConnector(limit=0)
    http = aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector)
    try:
        async with asyncio.timeout(60):
            while b"is open at" not in await process.stderr.readline():
                assert process.returncode is None
        yield process, http
    finally:
        await http.close()
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def wait_for_polls(http, count: int) -> None:
    waiting = 0
    async with asyncio.timeout(60):
        while waiting < count:
            waiting = (await (await http.get("/health")).json())["waiting_bots"]


async def test_a_thousand_bots_wait_at_once_and_each_gets_its_message(tmp_path):
    async with running(tmp_path) as (process, http):

        async def post(path: str, **body):
            async with http.post(path, json=body) as response:
                assert response.status == 200
                return await response.json()

        tokens = [
            (await post("/client/bots", user_id=USER + n, username=f"n{n}_bot"))["token"]
            for n in range(BOTS)
        ]
        polls = [
            asyncio.create_task(post(f"/bot{token}/getUpdates", timeout=50)) for token in tokens
        ]
        await wait_for_polls(http, BOTS)
        for n in range(BOTS):
            await post("/client/messages", user_id=USER + n, bot=f"n{n}_bot", text=str(n))
        answers = [answer["result"] for answer in await asyncio.gather(*polls)]
        assert [one["message"]["text"] for [one] in answers] == [str(n) for n in range(BOTS)]

        polls = [
            asyncio.create_task(
                post(f"/bot{token}/getUpdates", timeout=50, offset=one["update_id"] + 1)
            )
            for token, [one] in zip(tokens, answers, strict=True)
        ]
        await wait_for_polls(http, BOTS)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert all(answer["result"] == [] for answer in await asyncio.gather(*polls))


async def test_the_end_does_not_wait_for_long_polls(tmp_path):
    async with running(tmp_path) as (process, http):
        poll = asyncio.create_task(http.get(f"/bot{MASTER_TOKEN}/getUpdates?timeout=50"))
        await wait_for_polls(http, 1)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (await (await poll).json())["result"] == []


async def test_nobody_else_can_read_the_state(tmp_path):
    async with running(tmp_path):
        paths = [tmp_path / "state", *(tmp_path / "state").rglob("*")]
        assert {path.name for path in paths} >= {"state", "sandbox.db", "files"}
        assert [path for path in paths if path.stat().st_mode & 0o077] == []


@pytest.fixture
def run(tmp_path, capsys):
    """Run the program in this process, to save imports; return exit code and stderr."""
    umask = os.umask(0o077)
    os.umask(umask)

    def start(*more: str, port: int | None = None) -> tuple[int, str]:
        status = main(["--port", str(port or free_port()), "--state", f"{tmp_path}/state", *more])
        return status, capsys.readouterr().err

    yield start
    os.umask(umask)


def test_a_busy_port_is_one_clear_line(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        reason = f"cannot listen on 127.0.0.1:{port}: Address already in use"
        assert run(port=port) == (1, f"sandbox: {reason}\n")


@pytest.mark.parametrize(
    ("token", "reason"),
    [(None, "No such file"), ("nonsense", "the master's token is not like 123456789:")],
)
def test_a_wrong_token_file_is_one_clear_line(run, tmp_path, token, reason):
    path = tmp_path / "token"
    if token is not None:
        path.write_text(token)
    status, error = run("--master-token-file", str(path))
    assert status == 78
    [line] = error.splitlines()
    assert reason in line
    assert "nonsense" not in line


def test_a_state_folder_that_cannot_be_used_is_one_clear_line(run, tmp_path):
    (tmp_path / "state").write_text("a file, not a folder")
    assert run() == (1, "sandbox: cannot open its state: File exists\n")
