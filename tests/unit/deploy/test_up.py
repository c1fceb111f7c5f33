"""`deploy/up` reports each problem in one line, with a suitable exit code."""

import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.environment import ROOT
from deploy.up import tell_move

UP = (sys.executable, "-P", "-m", "deploy.up")
DOWN = (sys.executable, "-P", "-m", "deploy.down")


def run(command, tmp_path, **environment):
    """Run a command outside the checkout, without a terminal."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command,
        cwd=tmp_path,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said_in_a_line(done, status):
    assert done.returncode == status, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_wrong_token_is_one_line(tmp_path):
    done = run(UP, tmp_path, MASTER_BOT_TOKEN="hunter2", STATE_DIR=str(tmp_path / "state"))
    said = said_in_a_line(done, 78)
    assert "MASTER_BOT_TOKEN" in said
    assert "hunter2" not in said
    assert not (tmp_path / "state").exists()


def test_a_busy_port_is_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run((*UP, "--sandbox", "--port", str(port), "--state-dir", "state"), tmp_path)
    assert f"127.0.0.1:{port}" in said_in_a_line(done, 78)


class Telegram(BaseHTTPRequestHandler):
    """Accepts any token."""

    def do_POST(self):
        reply = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "M", "username": "m_bot"}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


@pytest.fixture
def telegram():
    with ThreadingHTTPServer(("127.0.0.1", 0), Telegram) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_database_that_does_not_respond_is_named_before_anything_starts(tmp_path, telegram):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        done = run(
            (*UP, "--detach", "--state-dir", "state"),
            tmp_path,
            MASTER_BOT_TOKEN="123456789:" + "A" * 35,
            TELEGRAM_API_URL=telegram,
            DATABASE_URL=f"postgresql://keeper:s3cret@127.0.0.1:{port}/bots",
        )
    assert done.returncode == 78, done.stderr
    *progress, said = done.stderr.splitlines()
    assert said.startswith(f"DATABASE_URL: PostgreSQL at 127.0.0.1:{port} (database bots, user ")
    assert not any("Starting" in line for line in progress)
    assert "s3cret" not in done.stderr
    assert not (tmp_path / "state" / "master.env").exists()


def test_a_database_password_that_must_be_encoded_is_one_line(tmp_path):
    done = run(
        (*UP, "--state-dir", "state"),
        tmp_path,
        MASTER_BOT_TOKEN="123456789:" + "A" * 35,
        DATABASE_URL="postgresql://keeper:s3/cret@127.0.0.1/bots",
    )
    said = said_in_a_line(done, 78)
    assert "DATABASE_URL: the password contains /" in said
    assert "%2F" in said
    assert "cret" not in said


def test_a_setting_that_contradicts_local_embeddings_is_one_line(tmp_path):
    command = (*UP, "--sandbox", "--local-embeddings", "--state-dir", "state")
    said = said_in_a_line(run(command, tmp_path, EMBEDDING_DIM="1536"), 78)
    assert said == "EMBEDDING_DIM: can only be 384 with local embeddings: unset it\n"


@pytest.mark.parametrize(
    ("folder", "reason"),
    [("/dev/null/state", "Not a directory"), ("/tmp/" + "long/" * 30, "too long")],
)
def test_a_folder_that_cannot_be_is_one_line(tmp_path, folder, reason):
    done = run((*UP, "--sandbox", "--state-dir", folder), tmp_path)
    assert reason in done.stderr
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_line(tmp_path):
    tmp_path.chmod(0o500)
    done = run((*UP, "--sandbox", "--state-dir", str(tmp_path / "state")), tmp_path)
    assert "Permission denied" in said_in_a_line(done, 1)


@pytest.mark.parametrize(
    ("files", "words"), [(1, "1 program file was"), (2, "2 program files were")]
)
def test_a_folder_that_was_moved_is_told_in_a_line(files, words):
    told = tell_move(Path("/old/var"), files)
    assert told == f"This folder was moved or copied from /old/var: {words} written anew."


def test_down_where_nothing_runs_says_so_and_succeeds(tmp_path):
    done = run((*DOWN, "--state-dir", "state"), tmp_path)
    assert done.returncode == 0
    assert done.stdout == f"Nothing is running in {tmp_path / 'state'}.\n"
