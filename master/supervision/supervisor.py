"""What the master asks of supervisord, and what supervisord says of a process."""

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

TIMEOUT = 30.0  # seconds; a reload at 1,000 programs takes 3, on a busy machine more

STOP_TIMEOUT = 60.0  # seconds; KILL follows TERM after the section's stopwaitsecs


class ProcessState(StrEnum):
    """supervisord's own words."""

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
        """Whether there is a process now, or supervisord is about to start one."""
        return self in {self.STARTING, self.RUNNING, self.BACKOFF, self.STOPPING}


@dataclass(frozen=True)
class Process:
    """What supervisord knows of a process. Times are Unix time in whole seconds, 0 for never.

    `exit_status` is 0 for a FATAL or BACKOFF process whatever it was, and -1 for death by signal.
    `crashes`, how often it ended by itself within the last ten minutes, is told by
    `list_processes` alone, where supervisord runs our extension.
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
        """Seconds since the start, 0 unless it runs."""
        alive = self.state in {ProcessState.RUNNING, ProcessState.STARTING}
        return max(0, self.now - self.started_at) if alive else 0


class Supervisor:
    """The supervisord behind a unix socket. `timeout` is in seconds, for each call.

    Every method raises SupervisorUnreachableError, SupervisorDeniedError,
    SupervisorShuttingDownError, and what else it names.
    """

    def __init__(
        self, socket_path: Path, username: str, password: str, timeout: float = TIMEOUT
    ) -> None:
        self._socket = SupervisorSocket(socket_path, username, password, timeout)
        self._configuration = asyncio.Lock()

    async def is_reachable(self) -> bool:
        """Tell whether supervisord answers and is not about to stop."""
        try:
            state = await self._call("supervisor.getState")
        except (SupervisorUnreachableError, SupervisorShuttingDownError):
            return False
        return bool(state["statename"] == "RUNNING")

    async def read_pid(self) -> int:
        return int(await self._call("supervisor.getPID"))

    async def add(self, name: str) -> None:
        """Let supervisord read the file of this program and start it if it says autostart.

        Without our extension the reload reads every file, but acts on none: other programs are
        not touched either way. Raises SupervisorConfigError, ProcessNotFoundError if no file
        defines the program.
        """
        async with self._configuration:
            try:
                await self._tolerate(Faults.ALREADY_ADDED, "fleet.addProgram", name)
            except SupervisorFaultError as error:
                _demand_unknown_method(error)
                await self._call("supervisor.reloadConfig")
                await self._tolerate(Faults.ALREADY_ADDED, "supervisor.addProcessGroup", name)

    async def remove(self, name: str) -> bool:
        """Stop a program and make supervisord forget it; return whether it knew it."""
        try:
            await self.stop(name)
            await self._forget(name)
        except ProcessNotFoundError:
            return False
        return True

    async def start(self, name: str) -> None:
        """Start without waiting; a process that runs is left alone.

        Raises ProcessNotFoundError, ProcessStartError.
        """
        await self._tolerate(Faults.ALREADY_STARTED, "supervisor.startProcess", name, False)

    async def stop(self, name: str) -> None:
        """Stop and wait until it is down: TERM, then KILL as the section says.

        Stopping what is stopped is not an error. Raises ProcessNotFoundError, and SupervisorError
        for a process that not even KILL ends.
        """
        # One call with wait=True spins supervisord's loop while the program takes its time.
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
        """Return what supervisord knows of a process. Raises ProcessNotFoundError."""
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
        """Stop all programs at once, then supervisord: on its own it stops them one by one."""
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
    """Let the one fault pass that means: this supervisord runs without our extension."""
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
