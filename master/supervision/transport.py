"""XML-RPC over supervisord's unix socket: a new connection for each call, with a timeout.

A persistent connection never recovers from a restart of supervisord and is not thread-safe; a new
one costs the same. Every error of a call is translated into a SupervisorError.
"""

import http.client
import socket
import xmlrpc.client
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from supervisor.xmlrpc import Faults, SupervisorTransport, UnixStreamHTTPConnection

from master.errors import (
    ProcessNotFoundError,
    ProcessStartError,
    SupervisorConfigError,
    SupervisorDeniedError,
    SupervisorError,
    SupervisorFaultError,
    SupervisorNotRunningError,
    SupervisorShuttingDownError,
    SupervisorUnreachableError,
)

Translation = Callable[[int, str], SupervisorError]


def _named(error: type[SupervisorError]) -> Translation:
    return lambda _code, method: error(method)


# The text of a fault is never repeated: that of CANT_REREAD can contain the whole environment.
FAULTS: dict[int, Translation] = {
    Faults.UNKNOWN_METHOD: SupervisorFaultError,
    Faults.INCORRECT_PARAMETERS: SupervisorFaultError,
    Faults.BAD_ARGUMENTS: SupervisorFaultError,
    Faults.SIGNATURE_UNSUPPORTED: SupervisorFaultError,
    Faults.SHUTDOWN_STATE: _named(SupervisorShuttingDownError),
    Faults.BAD_NAME: _named(ProcessNotFoundError),
    Faults.BAD_SIGNAL: SupervisorFaultError,
    Faults.NO_FILE: _named(ProcessStartError),
    Faults.NOT_EXECUTABLE: _named(ProcessStartError),
    Faults.FAILED: SupervisorFaultError,
    Faults.ABNORMAL_TERMINATION: _named(ProcessStartError),
    Faults.SPAWN_ERROR: _named(ProcessStartError),
    Faults.ALREADY_STARTED: SupervisorFaultError,
    Faults.NOT_RUNNING: SupervisorFaultError,
    Faults.SUCCESS: SupervisorFaultError,
    Faults.ALREADY_ADDED: SupervisorFaultError,
    Faults.STILL_RUNNING: SupervisorFaultError,
    Faults.CANT_REREAD: _named(SupervisorConfigError),
}


def translate(fault: xmlrpc.client.Fault, method: str) -> SupervisorError:
    return FAULTS.get(fault.faultCode, SupervisorFaultError)(fault.faultCode, method)


class SupervisorSocket:
    """Address and credentials of a supervisord. `timeout` is in seconds, for each call."""

    def __init__(self, path: Path, username: str, password: str, timeout: float) -> None:
        self._path = path
        self._username = username
        self._password = password
        self._timeout = timeout

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method and return its answer. Blocks. Raises SupervisorError."""
        transport = _Transport(self._path, self._username, self._password, timeout=self._timeout)
        # This address is not used: the transport connects to the socket.
        server = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        try:
            return getattr(server, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            raise translate(fault, method) from None
        except xmlrpc.client.ProtocolError as error:
            if error.errcode == HTTPStatus.UNAUTHORIZED:
                raise SupervisorDeniedError(method) from None
            raise SupervisorError(f"{method}: HTTP status {error.errcode}") from None
        except TimeoutError:
            raise SupervisorUnreachableError(
                f"{method}: no response within {self._timeout} s"
            ) from None
        except (FileNotFoundError, ConnectionRefusedError):
            raise SupervisorNotRunningError(f"nothing listens on {self._path}") from None
        except (OSError, http.client.HTTPException) as error:
            raise SupervisorUnreachableError(f"{method}: {error}") from error
        except (ExpatError, xmlrpc.client.ResponseError) as error:
            raise SupervisorError(f"{method}: the response is not XML-RPC") from error
        finally:
            transport.close()


class _Connection(UnixStreamHTTPConnection):  # type: ignore[misc]
    """Adds a timeout to supervisor's connection, and does not lose a response that comes early."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(self.socketfile)
        except OSError:
            self.sock.close()
            raise

    def request(self, *arguments: Any, **options: Any) -> None:
        # After a wrong password supervisord responds and disconnects before it reads the body.
        with suppress(BrokenPipeError, ConnectionResetError):
            super().request(*arguments, **options)


class _Transport(SupervisorTransport):  # type: ignore[misc]
    def __init__(self, path: Path, username: str, password: str, *, timeout: float) -> None:
        super().__init__(username, password, f"unix://{path}")
        self._path = str(path)
        self._timeout = timeout
        self._get_connection = self._open

    def _open(self) -> _Connection:
        connection = _Connection("localhost", timeout=self._timeout)
        connection.socketfile = self._path
        return connection
