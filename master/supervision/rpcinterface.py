"""XML-RPC methods added to stock supervisord through its extension point `[rpcinterface:…]`.

`reloadConfig` reads every section again, which blocks supervisord for 1.1 to 2.9 s at 1,000
programs. `fleet.addProgram` reads only the new file, with supervisor's own classes, and leaves
supervisord in the same state as `reloadConfig` and `addProcessGroup`. `events.py` notifies the
master of what happens between calls, and `stopping.py` prepares a shutdown or a reload.
"""

import json
import re
import resource
import time
import zlib
from pathlib import Path
from typing import Any

from supervisor import events, loggers, rpcinterface
from supervisor.options import UnhosedConfigParser, readFile
from supervisor.rpcinterface import Faults, RPCError, getProcessStateDescription

from master.supervision.events import EventNotifier
from master.supervision.stopping import prepare_to_stop

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FleetInterface:
    """The namespace `fleet` of supervisord's XML-RPC. `folder` is that of the include glob."""

    def __init__(self, supervisord: Any, folder: str, notifier: EventNotifier) -> None:
        self._supervisord = supervisord
        self._notifier = notifier
        self._folder = Path(folder)

    def addProgram(self, name: str) -> bool:  # noqa: N802 - supervisor's naming convention
        """Add the program in `<folder>/<name>.conf`, and start it if autostart is true.

        Faults: ALREADY_ADDED, BAD_NAME (no such file, or it does not contain exactly the program of
        that name), CANT_REREAD (the file is invalid).
        """
        self._check_running()
        if name in self._supervisord.process_groups:
            raise RPCError(Faults.ALREADY_ADDED, name)
        options = self._supervisord.options
        group = self._read(name)
        options.process_group_configs = [*self._others(name), group]
        self._supervisord.add_process_group(group)
        return True

    def removeProgram(self, name: str) -> bool:  # noqa: N802
        """Remove a stopped program. Faults: BAD_NAME, STILL_RUNNING."""
        self._check_running()
        if name not in self._supervisord.process_groups:
            raise RPCError(Faults.BAD_NAME, name)
        if not self._supervisord.remove_process_group(name):
            raise RPCError(Faults.STILL_RUNNING, name)
        self._supervisord.options.process_group_configs = self._others(name)
        return True

    def packProcesses(self) -> bytes:  # noqa: N802
        """Return the fields of `getAllProcessInfo` that the master needs, as compressed JSON.

        An additional field, `crashes`, is how often a process exited by itself within the last ten
        minutes. As XML the response takes supervisord 1 to 2 s at 1,000 processes. As uncompressed
        JSON it is sent in 50 pieces of 4 KB, and supervisord checks every program before each.
        """
        self._check_running()
        now = int(time.time())
        listing = json.dumps(
            [
                {
                    "name": process.config.name,
                    "statename": getProcessStateDescription(process.get_state()),
                    "pid": process.pid,
                    "start": int(process.laststart),
                    "stop": int(process.laststop),
                    "now": now,
                    "exitstatus": process.exitstatus or 0,
                    "spawnerr": process.spawnerr or "",
                    "crashes": self._notifier.count_crashes(process.config.name),
                }
                for group in self._supervisord.process_groups.values()
                for process in group.processes.values()
            ]
        )
        return zlib.compress(listing.encode())

    def _check_running(self) -> None:
        # supervisor.states.SupervisorStates: RUNNING is 1, RESTARTING 0 and SHUTDOWN -1.
        if self._supervisord.options.mood < 1:
            raise RPCError(Faults.SHUTDOWN_STATE)

    def _others(self, name: str) -> list[Any]:
        configs = self._supervisord.options.process_group_configs
        return [config for config in configs if config.name != name]

    def _read(self, name: str) -> Any:
        path = self._folder / f"{name}.conf"
        if path.parent != self._folder or not path.is_file():
            raise RPCError(Faults.BAD_NAME, name)
        options = self._supervisord.options
        parser = UnhosedConfigParser()
        parser.mysection = "supervisord"
        parser.expansions = options.environ_expansions
        try:
            parser.read_string(path.read_text(encoding="utf-8"))
            groups = options.process_groups_from_parser(parser)
        except (ValueError, OSError):
            # supervisor's message can quote the whole environment
            raise RPCError(Faults.CANT_REREAD, name) from None
        if [group.name for group in groups] != [name]:
            raise RPCError(Faults.BAD_NAME, name)
        return groups[0]


def _drop_line(_handler: loggers.Handler) -> None:
    """Drop a log line that cannot be written.

    supervisord would print a traceback to its stderr (4.3, `loggers.Handler.handleError`). If that
    is a file on the same full disk, printing raises as well: supervisord closes the pipe of the
    program whose output it was logging, cannot log this either, and exits.
    """


def _read_as_xml(filename: str, offset: int, length: int) -> str:
    """Read a part of a log as text that XML can carry. Raises ValueError.

    `supervisorctl tail` counts bytes: supervisord answered with status 500 where they begin or end
    within a character, and supervisorctl could not parse control characters (4.3, `readFile`).
    """
    return _NOT_XML.sub("", readFile(filename, offset, length).decode(errors="replace"))


def make_interface(supervisord: Any, **settings: str) -> FleetInterface:
    """Create the namespace. `event_socket` is the path of the master's event socket, if any.

    The limit of open files is raised to the hard limit, because each program takes five, and
    programs are added while supervisord runs. Its children inherit none of them, whatever `minfds`
    is: Python makes file descriptors non-inheritable (PEP 446).
    """
    loggers.Handler.handleError = _drop_line
    rpcinterface.readFile = _read_as_xml
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    notifier = EventNotifier(Path(settings["event_socket"]) if "event_socket" in settings else None)
    notifier.listen()
    folder = settings["folder"]
    events.subscribe(
        events.SupervisorStoppingEvent, lambda _event: prepare_to_stop(supervisord, Path(folder))
    )
    return FleetInterface(supervisord, folder, notifier)
