"""The launcher and the fork server together, as real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "personal_bot" / "launcher.py"
PROGRAM = Path(__file__).with_name("forkserver_program.py")

pytestmark = pytest.mark.integration


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def server(state: Path) -> Iterator[subprocess.Popen[str]]:
    path = state / "run" / "forkserver.sock"
    process = subprocess.Popen(
        [sys.executable, PROGRAM, path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    wait_until(path.exists)
    yield process
    process.kill()
    process.wait()


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


def bot_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    word, pid = process.stdout.readline().split()
    assert word == "waiting"
    return int(pid)


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
    """Have a process of its own start the launcher, and perhaps a fork server too."""
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


@pytest.mark.usefixtures("server")
class TestLauncher:
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

    def test_a_killed_launcher_takes_its_bot_along(self, launch):
        process = launch("wait")
        pid = bot_pid(process)
        process.kill()
        wait_until(lambda: not psutil.pid_exists(pid))


@pytest.mark.usefixtures("server")
class TestFork:
    def test_nothing_is_shared_that_must_not_be(self, launch):
        descriptions = [launch("describe").communicate(timeout=30)[0].split("\n") for _ in range(3)]
        own = ("random", "uuid", "secrets", "TLS", "NumPy", "process group")
        for name, values in zip(own, zip(*descriptions, strict=False), strict=False):
            assert len(set(values)) == 3, name
        for lines in descriptions:
            assert lines[6:8] == ["True", "True"], "signal handlers are the default ones"
            open_files = [line for line in lines[8:] if line]
            kinds = sorted(name.partition(":")[0] for name in open_files)
            # stdin, stdout and stderr, the launcher's socket, the pipe that tells readiness
            assert kinds == ["/dev/null", "pipe", "pipe", "pipe", "socket"]

    def test_twenty_bots_at_once_all_start(self, launch):
        processes = [launch("wait") for _ in range(20)]
        pids = {bot_pid(process) for process in processes}
        assert len(pids) == 20


class TestFaults:
    def test_bots_outlive_the_fork_server(self, server, launch):
        process = launch("wait")
        pid = bot_pid(process)
        server.kill()
        server.wait()
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "usr1\n"
        assert psutil.pid_exists(pid)

    def test_after_the_fork_servers_death_the_bots_own_exit_code_counts(self, server, launch):
        process = launch("wait")
        bot_pid(process)
        server.kill()
        server.wait()
        process.terminate()
        assert process.wait(30) == 5

    def test_a_request_is_withdrawn_when_its_launcher_ends(self, server, launch):
        server.send_signal(signal.SIGSTOP)
        process = launch("wait")
        wait_until(lambda: psutil.Process(process.pid).net_connections("unix"))
        process.terminate()
        assert process.wait(30) == -signal.SIGTERM
        server.send_signal(signal.SIGCONT)
        other = launch("exit=3")
        assert other.wait(30) == 3
        assert not psutil.Process(server.pid).children()

    def test_a_killed_parent_takes_launcher_and_bot_along(self, state):
        with started_by_another(state, PARENT_OF_BOTH) as parent:
            pid = bot_pid(parent)
            server = psutil.Process(psutil.Process(pid).ppid())
            parent.kill()
            parent.communicate(timeout=30)
            wait_until(lambda: not psutil.pid_exists(pid))
            server.kill()

    def test_whoever_has_another_parent_is_no_launcher(self, server, state):
        with started_by_another(state, PARENT_OF_LAUNCHER) as parent:
            # refused, the launcher becomes the bot, which says what is wrong with its arguments
            _, err = parent.communicate(timeout=60)
        assert "unrecognized arguments: wait" in err
        assert not psutil.Process(server.pid).children()

    def test_without_a_fork_server_the_launcher_becomes_the_bot(self, launch):
        process = launch("--help", cwd=ROOT)
        out, _ = process.communicate(timeout=60)
        assert "--user-id" in out
        assert process.returncode == 0
