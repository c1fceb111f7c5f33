"""`deploy/up --sandbox` and `deploy/down` start and stop a complete installation."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from deploy.environment import ROOT
from deploy.stack import find_supervisord
from master.installation.state_dir import Installation
from tests.waiting import wait_until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(tmp_path):
    yield from make_run(tmp_path)


def make_run(tmp_path):
    """Yield a function that runs a module of `deploy` outside the checkout, without a terminal."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def start(module, *arguments):
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"deploy.{module}", "--state-dir", "state", *arguments],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(module, *arguments):
        with start(module, *arguments) as process:
            output, _ = process.communicate(timeout=120)
        return process.returncode, output

    end.start = start
    yield end
    end("down")


@pytest.fixture(scope="module")
def detached(port):
    """Start one installation with a broken program file, for all tests that inspect it."""
    with tempfile.TemporaryDirectory(prefix="tgrag-") as folder:
        installation = Installation(Path(folder) / "state")
        installation.prepare()
        (installation.programs / "bot-7.conf").write_text("[program:bot-7]\nno command\n")
        for run in make_run(Path(folder)):
            yield run, installation, *run("up", "--sandbox", "--detach", "--port", str(port))


def test_detached_it_outlives_the_command(detached, port):
    _, installation, status, output = detached
    assert status == 0, output
    assert f"http://127.0.0.1:{port}" in output
    assert f"--state-dir {installation.root}" in output
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as response:
        assert response.status == 200


def test_a_program_file_that_is_broken_is_put_aside_and_named(detached):
    *_, output = detached
    assert "Quarantined" in output
    assert "bot-7.conf" in output


def test_a_second_up_says_that_it_runs(detached, port):
    run, installation, *_ = detached
    pid = find_supervisord(installation)
    status, output = run("up", "--sandbox", "--detach", "--port", str(port))
    assert status == 0
    assert f"is already running here: supervisord, PID {pid}." in output
    assert f"http://127.0.0.1:{port}" in output


def test_down_ends_everything(detached, port):
    run, installation, *_ = detached
    assert run("down")[0] == 0
    assert find_supervisord(installation) is None
    assert not is_listening(port)
    assert "Nothing is running in" in run("down")[1]


def test_in_the_foreground_a_signal_stops_everything(run, port, tmp_path):
    with run.start("up", "--sandbox", "--port", str(port)) as process:
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        installation = Installation(tmp_path / "state")
        supervisord = find_supervisord(installation)
        assert supervisord is not None
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=60)[0]
    assert process.returncode == 0, output
    assert output.endswith("Stopped.\n")
    assert find_supervisord(installation) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_in_the_middle_of_a_start_stops_everything(run, port, tmp_path, number):
    installation = Installation(tmp_path / "state")
    with run.start("up", "--sandbox", "--port", str(port)) as process:
        wait_until(lambda: is_listening(port), 60)
        process.send_signal(number)
        output = process.communicate(timeout=60)[0]
    assert process.returncode == 0, output
    assert output.endswith("Stopped.\n")
    assert find_supervisord(installation) is None


def test_down_ends_an_up_in_the_foreground(run, port):
    with run.start("up", "--sandbox", "--port", str(port)) as process:
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        assert run("down")[0] == 0
        assert process.wait(timeout=60) == 0
