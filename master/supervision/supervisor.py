"""The master's requests to supervisord, and the process information that it returns."""

import asyncio
import json
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults

from master.errors import (
    ProcessNotFoundError,
    SupervisorError,
    SupervisorFaultError,
    SupervisorShuttingDownError,
    SupervisorUnreachableError,
)
from master.supervision.transport import SupervisorSocket

TIMEOUT = 30.0  # seconds; a reload takes 3 at 1,000 programs, more on a busy machine

STOP_TIMEOUT = 60.0  # seconds; SIGKILL follows SIGTERM after the section's stopwaitsecs


class ProcessState(StrEnum):
    """supervisord's process states."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    BACKOFF = "BACKOFF"
    STOPPING = "STOPPING"
    EXITED = "EXITED"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"

    @property
    def is_alive(self) -> bool:
        """Whether there is a process, or supervisord is about to start one."""
        return self in {self.STARTING, self.RUNNING, self.BACKOFF, self.STOPPING}


@dataclass(frozen=True)
class Process:
    """What supervisord knows about a process. Times are Unix time in whole seconds, 0 for never.

    `exit_status` is always 0 for a FATAL or BACKOFF process, and -1 if a signal killed it.
    `crashes` is how often it exited by itself within the last ten minutes; only `list_processes`
    provides it, and only if supervisord has the extension `rpcinterface.py`.
    """

    name: str
    state: ProcessState
    pid: int
    started_at: int
    stopped_at: int
    now: int
    exit_status: int
    spawn_error: str
    crashes: int = 0

    @property
    def uptime(self) -> int:
        """Seconds since the start, 0 if the process is not running."""
        alive = self.state in {ProcessState.RUNNING, ProcessState.STARTING}
        return max(0, self.now - self.started_at) if alive else 0


class Supervisor:
    """The supervisord at a unix socket. `timeout` is in seconds, for each call.

    Every method may raise SupervisorUnreachableError, SupervisorDeniedError and
    SupervisorShuttingDownError, besides the errors that it names.
    """

    def __init__(
        self, socket_path: Path, username: str, password: str, timeout: float = TIMEOUT
    ) -> None:
        self._socket = SupervisorSocket(socket_path, username, password, timeout)
        self._configuration = asyncio.Lock()

    async def is_reachable(self) -> bool:
        """Tell whether supervisord responds and is not shutting down."""
        try:
            state = await self._call("supervisor.getState")
        except (SupervisorUnreachableError, SupervisorShuttingDownError):
            return False
        return bool(state["statename"] == "RUNNING")

    async def read_pid(self) -> int:
        return int(await self._call("supervisor.getPID"))

    async def add(self, name: str) -> None:
        """Make supervisord read a program's file, and start the program if autostart is true.

        Without the extension, supervisord reads every file again but acts on none, so other
        programs are unaffected in either case. Raises SupervisorConfigError, and
        ProcessNotFoundError if no file defines the program.
        """
        async with self._configuration:
            try:
                await self._tolerate(Faults.ALREADY_ADDED, "fleet.addProgram", name)
            except SupervisorFaultError as error:
                _demand_unknown_method(error)
                await self._call("supervisor.reloadConfig")
                await self._tolerate(Faults.ALREADY_ADDED, "supervisor.addProcessGroup", name)

    async def remove(self, name: str) -> bool:
        """Stop a program and remove it from supervisord; return whether supervisord knew it."""
        try:
            await self.stop(name)
            await self._forget(name)
        except ProcessNotFoundError:
            return False
        return True

    async def start(self, name: str) -> None:
        """Start a process without waiting for it; do nothing if it is running.

        Raises ProcessNotFoundError, ProcessStartError.
        """
        await self._tolerate(Faults.ALREADY_STARTED, "supervisor.startProcess", name, False)

    async def stop(self, name: str) -> None:
        """Stop a process (SIGTERM, then SIGKILL, as its section says) and wait until it is down.

        Stopping a stopped process is not an error. Raises ProcessNotFoundError, and SupervisorError
        if the process does not end even after SIGKILL.
        """
        # A single call with wait=True makes supervisord's loop spin until the program has stopped.
        delay = 0.05
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                while True:
                    await self._call("supervisor.stopProcessGroup", name, False)
                    process = await self.read_process(name)
                    if not process.state.is_alive:
                        return
                    await asyncio.sleep(delay)
                    delay = min(delay * 1.5, 1.0)
        except TimeoutError:
            raise SupervisorError(f"{name} did not stop within {STOP_TIMEOUT} s") from None

    async def read_process(self, name: str) -> Process:
        """Return what supervisord knows about a process. Raises ProcessNotFoundError."""
        return _process(await self._call("supervisor.getProcessInfo", name))

    async def list_processes(self) -> list[Process]:
        try:
            answer = await self._call("fleet.packProcesses")
            listing = json.loads(zlib.decompress(answer.data))
        except SupervisorFaultError as error:
            _demand_unknown_method(error)
            listing = await self._call("supervisor.getAllProcessInfo")
        return [_process(info) for info in listing]

    async def shut_down(self) -> None:
        """Stop all programs at once, then supervisord, which would stop them one by one."""
        await self._call("supervisor.stopAllProcesses", False)
        delay = 0.1
        while any(process.state.is_alive for process in await self.list_processes()):
            await asyncio.sleep(delay)
            delay = min(delay * 1.5, 1.0)
        await self._call("supervisor.shutdown")

    async def _forget(self, name: str) -> None:
        try:
            await self._call("fleet.removeProgram", name)
        except SupervisorFaultError as error:
            _demand_unknown_method(error)
            await self._call("supervisor.removeProcessGroup", name)

    async def _tolerate(self, code: int, method: str, *arguments: Any) -> None:
        try:
            await self._call(method, *arguments)
        except SupervisorFaultError as error:
            if error.code != code:
                raise

    async def _call(self, method: str, *arguments: Any) -> Any:
        return await asyncio.to_thread(self._socket.call, method, *arguments)


def _demand_unknown_method(error: SupervisorFaultError) -> None:
    """Raise `error` unless it means that supervisord lacks the extension `rpcinterface.py`."""
    if error.code != Faults.UNKNOWN_METHOD:
        raise error


def _process(info: dict[str, Any]) -> Process:
    return Process(
        name=info["name"],
        state=ProcessState(info["statename"]),
        pid=info["pid"],
        started_at=info["start"],
        stopped_at=info["stop"],
        now=info["now"],
        exit_status=info["exitstatus"],
        spawn_error=info["spawnerr"],
        crashes=info.get("crashes", 0),
    )
