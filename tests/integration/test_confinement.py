"""A confined bot reaches its own folder and the network, and nothing else."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from master.installation.state_dir import Installation
from personal_bot.contract import Credentials, read_key, write_credentials

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]

DENIED = {"EACCES", "EPERM", "EXDEV"}  # EXDEV for links and moves between folders

# Started like a real bot, with its own credentials and settings; only `run` is replaced.
PROBE = """
import asyncio, ctypes, errno, json, os, signal, socket, ssl, sys, tempfile
from pathlib import Path
import personal_bot.application
from personal_bot.__main__ import main

state, user_id, neighbour_pid, abstract = sys.argv[1:]
state = Path(state)
home, other = state / "bots" / user_id, state / "bots" / "8"
outcome = {}

def attempt(name, action):
    try:
        outcome[name] = str(action())
    except OSError as error:
        outcome[name] = errno.errorcode[error.errno]

def connect(address):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)

def trace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, int(neighbour_pid), 0, 0):  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "ptrace")

def convert():
    from personal_bot.documents.conversion import convert
    (home / "uploads" / "note.txt").write_text("The tower is 324 metres tall.")
    return asyncio.run(convert(home / "uploads" / "note.txt", "note.txt"))

def run(configuration, on_ready):
    outcome["locks"] = list(configuration.locks)
    for path in (state, state / "bots", state / "conf.d", state / "log", other, Path("/root"),
                 Path.cwd(), Path("/proc")):
        attempt(f"list {path}", lambda: sorted(os.listdir(path)))
    for path in (state / "secret.key", state / "master.db", state / "master.env",
                 state / "supervisor.password", state / "supervisord.conf",
                 state / "conf.d" / "bot-8.conf", state / "log" / "bot-8.out.log",
                 state / "personal_bot.env", other / "credentials", other / "bot.db",
                 Path("/etc/passwd"), Path(f"/proc/{neighbour_pid}/environ"),
                 Path(f"/proc/{neighbour_pid}/cmdline"), Path(f"/proc/{neighbour_pid}/mem")):
        attempt(f"read {path}", path.read_bytes)
    for path in (state / "conf.d" / "new.conf", other / "new", state / "new", Path("/tmp/new-file"),
                 Path(personal_bot.__file__).parent / "new.py"):
        attempt(f"write {path}", lambda: path.write_text("x"))
    attempt("append", lambda: open(other / "bot.db", "a").write("x"))
    attempt("truncate", lambda: os.truncate(other / "bot.db", 0))
    attempt("unlink", (other / "credentials").unlink)
    attempt("take", lambda: (other / "credentials").rename(home / "taken"))
    attempt("put", lambda: (home / "uploads").rename(other / "put"))
    attempt("link", lambda: os.link(other / "credentials", home / "linked"))
    attempt("symlink", lambda: (home / "symlink").symlink_to(other))
    attempt("fifo", lambda: os.mkfifo(home / "fifo"))
    attempt("execute", lambda: os.posix_spawn("/bin/true", ["true"], {}))
    attempt("supervisor", lambda: connect(str(state / "run" / "supervisor.sock")))
    attempt("fork server", lambda: connect(str(state / "run" / "forkserver.sock")))
    attempt("abstract socket", lambda: connect("\\0" + abstract))
    attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
    attempt("kill", lambda: os.kill(int(neighbour_pid), signal.SIGTERM))
    attempt("kill launcher", lambda: os.kill(os.getppid(), 0))
    attempt("ptrace", trace)
    denied = dict(outcome)
    outcome.clear()
    outcome["denied"] = denied

    attempt("write own", lambda: (home / "new").write_text("x"))
    attempt("rename own", lambda: (home / "new").rename(home / "uploads" / "newer"))
    attempt("remove own", (home / "uploads" / "newer").unlink)
    attempt("temporary", lambda: Path(tempfile.mkstemp()[1]).parent == home)
    attempt("home", lambda: Path.home() == home)
    attempt("certificates", lambda: len(ssl.create_default_context().get_ca_certs()) >= 0)
    attempt("certifi", lambda: ssl.create_default_context(cafile=__import__("certifi").where()))
    attempt("name", lambda: bool(socket.getaddrinfo("localhost", 80)))
    attempt("connect", lambda: socket.create_connection(("127.0.0.1", int(abstract)), 5).close())
    attempt("null", lambda: Path("/dev/null").write_text("x"))
    outcome["conversion"] = repr(convert())
    print(json.dumps(outcome))

personal_bot.application.run = run
sys.exit(main(["--state-dir", str(state), "--user-id", user_id]))
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return the state folder of an installation with two bots."""
    installation = Installation(tmp_path / "state")
    installation.prepare()
    key = read_key(installation.key)
    for user_id in (7, 8):
        home = installation.bot(user_id).home
        home.mkdir(mode=0o700)
        write_credentials(
            installation.bot(user_id).credentials, Credentials("1234567:token", "sk-key"), key
        )
        (home / "bot.db").write_text("a database")
    (installation.root / "master.db").write_text("a database")
    (installation.root / "master.env").write_text("MASTER_BOT_TOKEN=1")
    (installation.root / "supervisord.conf").write_text("[supervisord]")
    (installation.root / "personal_bot.env").write_text("LOG_LEVEL=INFO\n")
    (installation.programs / "bot-8.conf").write_text("[program:bot-8]")
    (installation.logs / "bot-8.out.log").write_text("what 8 does")
    return installation.root


@pytest.fixture
def found(state: Path) -> Any:
    """Run the probe next to another process and listening sockets; return its outcomes."""
    if not _has_landlock():
        pytest.skip("this kernel has no Landlock")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as supervisor,
        socket.socket(socket.AF_UNIX) as fork_server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        port = server.getsockname()[1]
        supervisor.bind(str(state / "run" / "supervisor.sock"))
        fork_server.bind(str(state / "run" / "forkserver.sock"))
        abstract.bind(f"\0{port}")
        for listener in (supervisor, fork_server, abstract):
            listener.listen()
        neighbour = subprocess.Popen(["sleep", "600"])
        try:
            completed = subprocess.run(
                [sys.executable, "-c", PROBE, str(state), "7", str(neighbour.pid), str(port)],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "HOME": "/root"},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert neighbour.poll() is None, "the neighbour was killed"
        finally:
            neighbour.send_signal(signal.SIGKILL)
            neighbour.wait()
    assert completed.returncode == 0, completed.stdout + completed.stderr
    answers = [line for line in completed.stdout.splitlines() if line.startswith("{")]
    return json.loads(answers[0])


def test_a_bot_reaches_its_own_folder_and_nothing_else(found: Any, state: Path) -> None:
    denied = found.pop("denied")
    locks = denied.pop("locks")
    assert locks[0].startswith("landlock")
    allowed = {name: answer for name, answer in denied.items() if answer not in DENIED}
    assert allowed == _free(int(locks[0].split()[1])), "should have been denied"
    assert (state / "bots" / "8" / "bot.db").read_text() == "a database"

    conversion = found.pop("conversion")
    assert "324 metres" in conversion
    assert "landlock" in conversion
    assert "seccomp" in conversion
    refused = {name: answer for name, answer in found.items() if re.fullmatch("E[A-Z]+", answer)}
    assert not refused, "should have been allowed"
    assert found["temporary"] == "True"
    assert found["home"] == "True"
    assert found["name"] == "True"


def _free(abi: int) -> dict[str, str]:
    """Return the actions that an older Landlock ABI allows, with the outcome of each."""
    free = {}
    if abi < 6:
        free |= {"kill": "None", "kill launcher": "None"}
    if abi < 4:
        free |= {"listen": "None"}
    return free


def _has_landlock() -> bool:
    script = "from personal_bot.isolation.landlock import restrict_files; raise SystemExit(not restrict_files([]))"
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
