"""Our extension changes a real supervisord exactly as supervisord's own methods would."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import xmlrpc.client
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from supervisor.xmlrpc import Faults, SupervisorTransport

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.integration

MAIN = """
[supervisord]
nodaemon=true
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
minfds=5
[unix_http_server]
file={folder}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[rpcinterface:fleet]
supervisor.rpcinterface_factory=master.supervision.rpcinterface:make_interface
folder={folder}/conf.d
event_socket={folder}/events.sock
[include]
files={folder}/conf.d/*.conf
"""

# A signal between fork and exec may be lost, and then supervisord waits for `stopwaitsecs`.
PROGRAM = """
[program:{name}]
command=sleep 1000
startsecs=0
stopwaitsecs=1
autostart={autostart}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "supervisord.conf").write_text(MAIN.format(folder=tmp_path))
    return tmp_path


@pytest.fixture
def proxy(folder: Path) -> Iterator[xmlrpc.client.ServerProxy]:
    write_program(folder, "first")
    process = subprocess.Popen(
        [
            *("/bin/sh", "-c", 'ulimit -Sn 512 && exec "$0" "$@"', sys.executable),
            *("-m", "supervisor.supervisord", "-c", folder / "supervisord.conf"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
    )
    wait_until(lambda: accepts(folder / "s.sock"))
    transport = SupervisorTransport(serverurl=f"unix://{folder}/s.sock")
    yield xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
    transport.close()
    process.terminate()
    process.wait(20)


def accepts(path: Path) -> bool:
    """Return True if the socket accepts; supervisord creates the file before it listens."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def write_program(folder: Path, name: str, autostart: str = "true", extra: str = "") -> None:
    text = PROGRAM.format(name=name, autostart=autostart) + extra
    (folder / "conf.d" / f"{name}.conf").write_text(text)


def fault_of(call, *arguments) -> int:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        call(*arguments)
    return caught.value.faultCode


def list_processes(proxy) -> list[dict[str, Any]]:
    return json.loads(zlib.decompress(proxy.fleet.packProcesses().data))


def test_an_added_program_runs(proxy, folder):
    write_program(folder, "bot-1")
    assert proxy.fleet.addProgram("bot-1") is True
    wait_until(lambda: proxy.supervisor.getProcessInfo("bot-1")["statename"] == "RUNNING")


def test_a_program_without_autostart_is_added_and_stays_stopped(proxy, folder):
    write_program(folder, "bot-1", autostart="false")
    proxy.fleet.addProgram("bot-1")
    assert proxy.supervisor.getProcessInfo("bot-1")["statename"] == "STOPPED"


def test_a_later_reload_sees_no_difference(proxy, folder):
    write_program(folder, "bot-1")
    proxy.fleet.addProgram("bot-1")
    assert proxy.supervisor.reloadConfig() == [[[], [], []]]


def test_a_removed_program_is_forgotten_and_can_come_back(proxy, folder):
    write_program(folder, "bot-1")
    proxy.fleet.addProgram("bot-1")
    proxy.supervisor.stopProcessGroup("bot-1")
    proxy.fleet.removeProgram("bot-1")
    assert fault_of(proxy.supervisor.getProcessInfo, "bot-1") == Faults.BAD_NAME
    assert fault_of(proxy.supervisor.addProcessGroup, "bot-1") == Faults.BAD_NAME
    assert proxy.fleet.addProgram("bot-1") is True


def test_files_may_be_open_for_as_many_programs_as_will_come(proxy):
    soft, hard = psutil.Process(proxy.supervisor.getPID()).rlimit(psutil.RLIMIT_NOFILE)
    assert soft == hard


def test_no_file_of_supervisords_is_open_in_its_programs(proxy):
    wait_until(lambda: proxy.supervisor.getProcessInfo("first")["statename"] == "RUNNING")
    pid = proxy.supervisor.getProcessInfo("first")["pid"]
    wait_until(lambda: psutil.Process(pid).name() == "sleep")
    assert psutil.Process(pid).num_fds() == 3


def test_refusals_are_supervisors_own_faults(proxy, folder):
    write_program(folder, "bot-1")
    write_program(folder, "broken", extra="stopsignal=NONE\n")
    write_program(folder, "double", extra=PROGRAM.format(name="other", autostart="true"))
    proxy.fleet.addProgram("bot-1")
    assert fault_of(proxy.fleet.addProgram, "bot-1") == Faults.ALREADY_ADDED
    assert fault_of(proxy.fleet.addProgram, "missing") == Faults.BAD_NAME
    assert fault_of(proxy.fleet.addProgram, "../supervisord") == Faults.BAD_NAME
    assert fault_of(proxy.fleet.addProgram, "broken") == Faults.CANT_REREAD
    assert fault_of(proxy.fleet.addProgram, "double") == Faults.BAD_NAME
    assert fault_of(proxy.fleet.removeProgram, "missing") == Faults.BAD_NAME
    assert fault_of(proxy.fleet.removeProgram, "bot-1") == Faults.STILL_RUNNING


def test_processes_are_listed_as_supervisord_itself_tells_them(proxy, folder):
    write_program(folder, "bot-1", autostart="false")
    proxy.fleet.addProgram("bot-1")
    wait_until(lambda: proxy.supervisor.getProcessInfo("first")["statename"] == "RUNNING")
    told = {info["name"]: info for info in proxy.supervisor.getAllProcessInfo()}
    listed = list_processes(proxy)
    assert len(listed) == 2
    for process in listed:
        now = process.pop("now")
        assert process.pop("crashes") == 0
        assert abs(told[process["name"]]["now"] - now) <= 60
        assert process == {name: told[process["name"]][name] for name in process}


@pytest.fixture
def event_socket(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as event_socket:
        event_socket.bind(str(folder / "events.sock"))
        event_socket.settimeout(20)
        yield event_socket


def kill_first(proxy) -> None:
    wait_until(lambda: proxy.supervisor.getProcessInfo("first")["statename"] == "RUNNING")
    pid = proxy.supervisor.getProcessInfo("first")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: proxy.supervisor.getProcessInfo("first")["pid"] not in {0, pid})


def crashes(proxy) -> int:
    [first] = [process for process in list_processes(proxy) if process["name"] == "first"]
    return first["crashes"]


def test_a_process_that_ends_by_itself_wakes_the_master_and_is_counted(proxy, event_socket):
    kill_first(proxy)
    assert event_socket.recv(1)
    kill_first(proxy)
    assert event_socket.recv(1)
    assert crashes(proxy) == 2


def test_a_process_that_is_stopped_wakes_nobody(proxy, event_socket):
    kill_first(proxy)
    assert event_socket.recv(1)
    proxy.supervisor.stopProcess("first")
    event_socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        event_socket.recv(1)


def test_a_start_that_was_asked_for_begins_the_count_anew(proxy):
    kill_first(proxy)
    assert crashes(proxy) == 1
    proxy.supervisor.stopProcess("first")
    proxy.supervisor.startProcess("first")
    assert crashes(proxy) == 0


def test_a_master_that_does_not_read_does_not_hold_supervisord_up(proxy, folder, event_socket):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as impatient:
        impatient.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                impatient.sendto(b"!", str(folder / "events.sock"))
    kill_first(proxy)
    assert crashes(proxy) == 1
