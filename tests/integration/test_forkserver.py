"""The launcher and the fork server run a bot as if supervisord had started it directly."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "personal_bot" / "forking" / "launcher.py"
PROGRAM = Path(__file__).with_name("forkserver_program.py")

UMASK = os.umask(0o22)
os.umask(UMASK)

pytestmark = pytest.mark.integration


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


@contextmanager
def serving(state: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that starts a fork server; all are killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*how: str) -> subprocess.Popen[str]:
        path = state / "run" / "forkserver.sock"
        path.unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, PROGRAM, path, *how],
            env={**os.environ, "PYTHONPATH": str(ROOT), "SUPERVISOR_PROCESS_NAME": "forkserver"},
            text=True,
        )
        started.append(process)
        wait_until(path.exists)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def serve(state: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    with serving(state) as start:
        yield start


@pytest.fixture
def server(serve: Callable[..., subprocess.Popen[str]]) -> subprocess.Popen[str]:
    return serve()


@pytest.fixture
def launch(state: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(deed: str, **options: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", LAUNCHER, "--state-dir", state, "--user-id", "7", deed],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
            **options,  # type: ignore[call-overload]
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_bot_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    word, pid = process.stdout.readline().split()
    assert word == "waiting"
    return int(pid)


def bot_pid(launcher: subprocess.Popen[str]) -> int:
    """Return the PID of a bot once its launcher has become the waiting shell."""
    pid = read_bot_pid(launcher)
    wait_until(lambda: catches(launcher.pid, signal.SIGUSR2))  # the last trap that the shell sets
    return pid


def catches(pid: int, number: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(re.search(r"SigCgt:\s+(\w+)", status)[1], 16) >> (number - 1) & 1)


PARENT_OF_LAUNCHER = """
import subprocess, sys
subprocess.Popen([sys.executable, "-I", "-S", *sys.argv[3:]], process_group=0).wait()
"""
PARENT_OF_BOTH = f"""
import os, subprocess, sys, time
null = subprocess.DEVNULL
subprocess.Popen([sys.executable, *sys.argv[1:3]], stdout=null, stderr=null)
while not os.path.exists(sys.argv[2]):
    time.sleep(0.05)
{PARENT_OF_LAUNCHER}
"""


@contextmanager
def started_by_another(state: Path, script: str) -> Iterator[subprocess.Popen[str]]:
    """Run a script in a separate process that starts the launcher, and maybe a fork server."""
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c", script, PROGRAM, state / "run" / "forkserver.sock"),
            *(LAUNCHER, "--state-dir", state, "--user-id", "7", "wait"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield parent
    parent.kill()
    parent.communicate()


class OneServer:
    """One fork server for all tests of a class, which leave it as it is."""

    @pytest.fixture(scope="class")
    @classmethod
    def state(cls) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="tgrag-") as folder:
            (Path(folder) / "run").mkdir()
            yield Path(folder)

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def server(cls, state: Path) -> Iterator[subprocess.Popen[str]]:
        with serving(state) as start:
            yield start()


class TestLauncher(OneServer):
    def test_output_goes_where_the_launcher_writes(self, launch):
        out, err = launch("exit=0").communicate(timeout=30)
        assert out == "out of the bot\n"
        assert err == "err of the bot\n"

    @pytest.mark.parametrize("code", [0, 1, 77, 78, 255])
    def test_exit_code_is_reproduced(self, launch, code):
        assert launch(f"exit={code}").wait(30) == code

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
    def test_death_by_a_signal_is_reproduced(self, launch, number):
        assert launch(f"kill={int(number)}").wait(30) == -number

    def test_an_exception_is_logged_and_ends_with_one(self, launch):
        process = launch("raise=something")
        _, err = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "RuntimeError: something" in err

    def test_signals_to_the_launcher_reach_the_bot(self, launch):
        process = launch("wait")
        bot_pid(process)
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "usr1\n"
        process.terminate()
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(30) == 0

    def test_the_bot_is_in_the_launchers_process_group(self, launch):
        process = launch("wait")
        pid = bot_pid(process)
        assert os.getpgid(pid) == process.pid
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
        wait_until(lambda: not psutil.pid_exists(pid))

    def test_a_bot_that_makes_room_is_replaced_and_nobody_notices(self, launch):
        process = launch("renew")
        pid = bot_pid(process)
        assert psutil.Process(pid).ppid() != process.pid
        assert os.getpgid(pid) == process.pid
        process.terminate()
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(30) == 0

    def test_while_it_waits_a_launcher_is_a_shell(self, launch):
        process = launch("wait")
        bot_pid(process)
        assert psutil.Process(process.pid).name() == "sh"

    def test_a_killed_launcher_takes_its_bot_along(self, launch):
        process = launch("wait")
        pid = bot_pid(process)
        process.kill()
        wait_until(lambda: not psutil.pid_exists(pid))


class TestFork(OneServer):
    def test_nothing_is_shared_that_must_not_be(self, launch):
        bots = [json.loads(launch("describe").communicate(timeout=30)[0]) for _ in range(3)]
        for name in bots[0]["own"]:
            assert len({bot["own"][name] for bot in bots}) == 3, name
        for bot in bots:
            assert bot["common"] == {
                # stdin, stdout, stderr, the readiness pipe and the launcher's socket
                "files": ["/dev/null", "pipe", "pipe", "pipe", "socket"],
                "default handlers": True,
                "blocked signals": [],
                "timer": [0.0, 0.0],
                "wakes": -1,
                "names": [],
                "threads": 1,
                "collects garbage": True,
                "folder": str(Path.cwd()),
                "umask": UMASK,
                "log": ["<stderr>"],
            }

    def test_twenty_bots_at_once_all_start(self, launch):
        processes = [launch("wait") for _ in range(20)]
        pids = {bot_pid(process) for process in processes}
        assert len(pids) == 20


class TestHostility:
    def test_a_bot_that_babbles_ends_itself_alone(self, server, launch):
        assert launch("babble").wait(60) not in {0, None}
        assert launch("exit=3").wait(30) == 3
        assert server.poll() is None

    @pytest.mark.parametrize("line", ["exit a[$(touch${IFS}run)]", "exit", "exit 1 2", "nothing"])
    def test_a_bot_has_its_launcher_do_nothing_but_end(self, server, launch, line, tmp_path):
        assert launch(f"say={line}", cwd=tmp_path).wait(30) == 1
        assert not (tmp_path / "run").is_file()

    def test_a_bot_cannot_make_the_server_wait_for_its_launcher(self, server, launch):
        os.kill(read_bot_pid(launch("clog")), signal.SIGKILL)
        wait_until(lambda: not psutil.Process(server.pid).children())
        assert launch("exit=3").wait(30) == 3

    def test_what_is_no_request_is_refused_and_leaves_nothing_behind(self, server, launch, state):
        files = psutil.Process(server.pid).num_fds()
        packets = [b"", b"\xff", b"--user-id\0" * 10_000, b"x", b"x\0"]
        for packet in packets:
            for count in (0, 1, 3, 10):
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
                    stranger.connect(str(state / "run" / "forkserver.sock"))
                    socket.send_fds(stranger, [packet], [0] * count)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
            silent.connect(str(state / "run" / "forkserver.sock"))
            assert launch("exit=3").wait(30) == 3
        wait_until(lambda: psutil.Process(server.pid).num_fds() == files)


class TestFaults:
    def test_a_bot_that_cannot_be_forked_is_one_that_crashed(self, serve, launch):
        server = serve("unable")
        assert launch("exit=3").wait(30) == os.EX_OSERR
        assert server.poll() is None

    def test_a_launcher_that_waits_turns_to_the_next_fork_server(self, server, serve, launch):
        server.send_signal(signal.SIGSTOP)
        process = launch("wait")
        wait_until(lambda: psutil.Process(process.pid).net_connections("unix"))
        server.kill()
        server.wait()
        successor = serve()
        assert psutil.Process(bot_pid(process)).ppid() == successor.pid

    def test_bots_outlive_the_fork_server(self, server, launch):
        process = launch("wait")
        pid = bot_pid(process)
        server.kill()
        server.wait()
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "usr1\n"
        assert psutil.pid_exists(pid)

    def test_a_bot_makes_room_for_one_of_the_next_fork_server(self, server, serve, launch, state):
        process = launch("wait")
        pid = bot_pid(process)
        server.kill()
        server.wait()
        successor = serve()
        home = state / "bots" / "7"
        (home / "exit.json").write_text(json.dumps({"pid": pid, "code": 75}))
        os.kill(pid, signal.SIGKILL)
        assert psutil.Process(bot_pid(process)).ppid() == successor.pid

    def test_after_the_fork_servers_death_the_bots_own_exit_code_counts(self, server, launch):
        process = launch("wait")
        bot_pid(process)
        server.kill()
        server.wait()
        process.terminate()
        assert process.wait(30) == 5

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR2])
    def test_a_request_is_withdrawn_when_its_launcher_ends(self, server, launch, number):
        server.send_signal(signal.SIGSTOP)
        process = launch("wait")
        wait_until(lambda: psutil.Process(process.pid).net_connections("unix"))
        process.send_signal(number)
        assert process.wait(30) == -number
        server.send_signal(signal.SIGCONT)
        other = launch("exit=3")
        assert other.wait(30) == 3
        assert not psutil.Process(server.pid).children()

    def test_a_killed_parent_takes_launcher_and_bot_along(self, state):
        with started_by_another(state, PARENT_OF_BOTH) as parent:
            pid = read_bot_pid(parent)
            server = psutil.Process(psutil.Process(pid).ppid())
            parent.kill()
            parent.communicate(timeout=30)
            wait_until(lambda: not psutil.pid_exists(pid))
            server.kill()

    def test_a_socket_that_somebody_removed_is_made_again(self, server, state, launch):
        path = state / "run" / "forkserver.sock"
        path.unlink()
        server.send_signal(signal.SIGCHLD)  # triggers the check that runs once a minute
        wait_until(path.exists)
        assert launch("exit=5").wait(20) == 5

    def test_whoever_has_another_parent_is_no_launcher(self, server, state):
        with started_by_another(state, PARENT_OF_LAUNCHER) as parent:
            # The refused launcher becomes the bot, which rejects its arguments.
            _, err = parent.communicate(timeout=60)
        assert "unrecognized arguments: wait" in err
        assert not psutil.Process(server.pid).children()

    def test_without_a_fork_server_the_launcher_becomes_the_bot(self, launch):
        process = launch("--help", cwd=ROOT)
        out, _ = process.communicate(timeout=60)
        assert "--user-id" in out
        assert process.returncode == 0
