"""Every fault, state and invalid answer of supervisord becomes one of our errors or states."""

import socket
import threading
import xmlrpc.client

import pytest
from supervisor.states import ProcessStates
from supervisor.xmlrpc import Faults

from master import errors
from master.supervision.supervisor import ProcessState, Supervisor
from master.supervision.transport import FAULTS, translate

SECRET_TEXT = "CANT_REREAD: Format string ... {'ENV_TOKEN': '1:secret'}"

CODES = {name: code for name, code in vars(Faults).items() if not name.startswith("_")}


@pytest.mark.parametrize("name", CODES)
def test_every_fault_of_supervisor_has_an_error_of_ours(name):
    code = CODES[name]
    assert code in FAULTS
    error = translate(xmlrpc.client.Fault(code, SECRET_TEXT), "supervisor.method")
    assert isinstance(error, errors.SupervisorError)
    assert "secret" not in str(error)
    assert "supervisor.method" in str(error)


def test_a_fault_that_is_not_known_keeps_its_code():
    error = translate(xmlrpc.client.Fault(12345, SECRET_TEXT), "method")
    assert isinstance(error, errors.SupervisorFaultError)
    assert error.code == 12345


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Faults.SHUTDOWN_STATE, errors.SupervisorShuttingDownError),
        (Faults.BAD_NAME, errors.ProcessNotFoundError),
        (Faults.CANT_REREAD, errors.SupervisorConfigError),
        (Faults.NO_FILE, errors.ProcessStartError),
        (Faults.NOT_EXECUTABLE, errors.ProcessStartError),
        (Faults.SPAWN_ERROR, errors.ProcessStartError),
        (Faults.ABNORMAL_TERMINATION, errors.ProcessStartError),
    ],
)
def test_conditions_that_are_handled_have_their_own_errors(code, kind):
    assert type(translate(xmlrpc.client.Fault(code, ""), "method")) is kind


def test_every_state_of_supervisor_is_one_of_ours():
    assert {name for name in vars(ProcessStates) if not name.startswith("_")} == set(ProcessState)


class Listener:
    """A unix socket server that answers each connection with the given bytes and closes it."""

    def __init__(self, path, answer: bytes) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


def http(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.0 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", errors.SupervisorUnreachableError),
        (b"garbage\r\n", errors.SupervisorUnreachableError),
        (http(b"no xml"), errors.SupervisorError),
        (http(b"<methodResponse></methodResponse>"), errors.SupervisorError),
        (http(b"", "401 Unauthorized"), errors.SupervisorDeniedError),
        (http(b"", "500 Internal Server Error"), errors.SupervisorError),
    ],
)
async def test_any_answer_that_is_none_is_an_error_of_ours(tmp_path, answer, kind):
    listener = Listener(tmp_path / "s.sock", answer)
    try:
        with pytest.raises(kind):
            await Supervisor(tmp_path / "s.sock", "u", "p", timeout=5).read_pid()
    finally:
        listener.close()


async def test_no_socket_and_nobody_behind_one_are_unreachable(tmp_path):
    supervisor = Supervisor(tmp_path / "s.sock", "u", "p", timeout=5)
    with pytest.raises(errors.SupervisorUnreachableError):
        await supervisor.read_pid()
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / "s.sock"))
    stale.close()
    with pytest.raises(errors.SupervisorUnreachableError):
        await supervisor.read_pid()
    assert not await supervisor.is_reachable()
