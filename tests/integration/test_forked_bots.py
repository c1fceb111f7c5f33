"""Real forked bots are isolated from each other, and are replaced once idle after work."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from cryptography.fernet import Fernet

from master.supervision.configuration import environment
from personal_bot.contract import (
    Credentials,
    Report,
    StateFiles,
    read_key,
    read_report,
    write_credentials,
    write_private,
)
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
OWNERS = (7, 8)
News = queue.SimpleQueue[object]

pytestmark = pytest.mark.integration


# A bot counts as idle after one second instead of five minutes.
IMPATIENT = """
from personal_bot.forking import forkserver
from personal_bot.jobs import services
services.Services.__init__.__defaults__ = (1.0,)
forkserver.main()
"""
QUESTION_OF_STATUS = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 0,
        "chat": {"id": OWNERS[0], "type": "private"},
        "from": {"id": OWNERS[0], "is_bot": False, "first_name": "Alex"},
        "text": "/status",
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    },
}


@pytest.fixture(scope="module")
def news() -> News:
    """Return the updates to deliver to the first owner's bot."""
    return queue.SimpleQueue()


@pytest.fixture(scope="module")
def telegram(news: News) -> Iterator[str]:
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            polling = self.path.endswith("/getUpdates")
            result: object = [] if polling else True
            if self.path.endswith("/sendMessage"):
                result = {"message_id": 2, "date": 0, "chat": {"id": OWNERS[0], "type": "private"}}
            if polling and b"timeout=50" in body:
                if self.path.startswith(f"/bot{OWNERS[0]}00000:"):
                    with suppress(queue.Empty):
                        result = [news.get(timeout=60)]
                else:
                    stopped.wait(60)
            answer = json.dumps({"ok": True, "result": result}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, template: str, *args: object) -> None:
            """Suppress the request log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Ignore aborted requests of stopped bots."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    stopped.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def state(telegram: str) -> Iterator[StateFiles]:
    with tempfile.TemporaryDirectory(prefix="tgrag-") as folder:
        yield make_state(StateFiles(Path(folder)), telegram)


def make_state(state: StateFiles, telegram: str) -> StateFiles:
    state.fork_server.parent.mkdir()
    write_private(state.key, Fernet.generate_key())
    write_private(state.bot_settings, f"TELEGRAM_API_URL={telegram}\n".encode())
    for owner in OWNERS:
        files = state.bot(owner)
        files.home.mkdir(parents=True)
        credentials = Credentials(f"{owner}00000:{'x' * 35}", "sk-sandbox-of-nobody")
        write_credentials(files.credentials, credentials, read_key(state.key))
    return state


@pytest.fixture(scope="module")
def server(state: StateFiles) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, "--state-dir", state.root],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until(state.fork_server.exists, 60)
    yield process
    process.terminate()
    _, complaints = process.communicate(timeout=60)
    assert not complaints, "a warmup that fails, or threads before the fork"


@pytest.fixture(scope="module")
def bots(server: subprocess.Popen[bytes], state: StateFiles) -> Iterator[list[Report]]:
    """Start two bots for all tests here; the last of these replaces one of them."""
    launchers = [
        subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", ROOT / "personal_bot" / "forking" / "launcher.py"),
                *("--state-dir", state.root, "--user-id", str(owner)),
            ],
            cwd=ROOT,
            env=environment(),
            process_group=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for owner in OWNERS
    ]
    reports = [state.bot(owner).report for owner in OWNERS]
    wait_until(lambda: all(read_report(path) for path in reports), 90)
    yield [report for path in reports if (report := read_report(path))]
    for launcher in launchers:
        launcher.terminate()
    assert [launcher.wait(30) for launcher in launchers] == [0, 0]


def open_files(pid: int) -> set[str]:
    folder = Path(f"/proc/{pid}/fd")
    return {str(path.readlink()) for path in folder.iterdir()}


def test_forked_bots_share_no_file_and_no_socket(bots, server, state):
    assert all(psutil.Process(bot.pid).ppid() == server.pid for bot in bots)
    first, second = (open_files(bot.pid) for bot in bots)
    servers = open_files(server.pid)
    anonymous = {"anon_inode:[eventpoll]", "/dev/null"}  # separate files with the same names
    assert not (first & second) - anonymous
    for files in (first, second):
        # The bot shares only its launcher's socket with the server, as both write to it.
        mine = (files & servers) - anonymous
        assert len(mine) == 1
        assert next(iter(mine)).startswith("socket:")
    for owner, files in zip(OWNERS, (first, second), strict=True):
        home = f"{state.bot(owner).home}/"
        paths = {name for name in files if name.startswith("/")} - {"/dev/null"}
        assert all(path.startswith(home) for path in paths), "nothing of anyone else's is open"


def test_a_forked_bot_catches_the_signals_that_stop_it_and_no_other(bots):
    for bot in bots:
        status = Path(f"/proc/{bot.pid}/status").read_text()
        caught = int(re.search(r"SigCgt:\s+(\w+)", status)[1], 16)
        numbers = {number for number in range(1, 32) if caught >> (number - 1) & 1}
        assert numbers == {signal.SIGTERM, signal.SIGINT}


def test_the_report_names_the_bot_and_its_launcher(bots):
    for bot in bots:
        assert bot.launcher is not None
        assert bot.supervised_pid == bot.launcher == os.getpgid(bot.pid)


def test_a_bot_that_was_busy_and_is_idle_is_replaced_by_a_fresh_one(bots, state, news):
    """A busy bot is replaced once idle, without a restart in the eyes of supervisord and master."""
    busy, idle = bots
    news.put(QUESTION_OF_STATUS)
    report = state.bot(OWNERS[0]).report
    wait_until(lambda: (found := read_report(report)) and found.pid != busy.pid, 60)
    fresh = read_report(report)
    assert fresh is not None
    assert fresh.launcher == busy.launcher
    assert fresh.restarts == 0, "a fresh fork is no restart after a failure"
    assert not psutil.pid_exists(busy.pid)
    assert psutil.pid_exists(idle.pid)
    assert news.empty()
