"""XML-RPC methods that we add to stock supervisord by its extension point `[rpcinterface:…]`.

`reloadConfig` reads every section again: 1.1 to 2.9 s at 1,000 programs, during which supervisord
serves nobody. `fleet.addProgram` reads the one file that is new, with supervisor's own classes, and
leaves supervisord in the state that `reloadConfig` and `addProcessGroup` would have left it in.
What happens between the calls is told by `ringing`.
"""

import json
import resource
import time
import zlib
from pathlib import Path
from typing import Any

from supervisor import loggers
from supervisor.options import UnhosedConfigParser
from supervisor.rpcinterface import Faults, RPCError, getProcessStateDescription

from master.supervision.events import EventNotifier


class FleetInterface:
    """The namespace `fleet` of supervisord. `folder` is the folder of the include glob."""

    def __init__(self, supervisord: Any, folder: str, notifier: EventNotifier) -> None:
        self._supervisord = supervisord
        self._notifier = notifier
        self._folder = Path(folder)

    def addProgram(self, name: str) -> bool:  # noqa: N802 - supervisor names its methods so
        """Add the program of `<folder>/<name>.conf` and start it if it says autostart.

        Faults: ALREADY_ADDED, BAD_NAME (no such file, or not the one program of that name in it),
        CANT_REREAD (the file is not valid).
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
        """Forget a stopped program. Faults: BAD_NAME, STILL_RUNNING."""
        self._check_running()
        if name not in self._supervisord.process_groups:
            raise RPCError(Faults.BAD_NAME, name)
        if not self._supervisord.remove_process_group(name):
            raise RPCError(Faults.STILL_RUNNING, name)
        self._supervisord.options.process_group_configs = self._others(name)
        return True

    def packProcesses(self) -> bytes:  # noqa: N802
        """Return what `getAllProcessInfo` tells of each process and we need, as packed JSON.

        `crashes` is ours: how often it ended by itself within the last ten minutes.
        As XML the answer takes supervisord 1 to 2 s at 1,000 processes. As JSON alone it is sent in
        50 pieces of 4 KB, and supervisord looks at every program before each.
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
        # RUNNING is 1, RESTARTING 0 and SHUTDOWN -1: supervisor.states.SupervisorStates
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
            # supervisor's own words can quote the whole environment
            raise RPCError(Faults.CANT_REREAD, name) from None
        if [group.name for group in groups] != [name]:
            raise RPCError(Faults.BAD_NAME, name)
        return groups[0]


def _drop_line(_handler: loggers.Handler) -> None:
    """Let a line be lost that cannot be written.

    supervisord would print a traceback to its stderr (4.3, `loggers.Handler.handleError`). Where
    that is a file on the same full disk, it raises out of there, closes the pipe of the program
    that it was logging for, and ends by what it cannot log of that.
    """


def make_interface(supervisord: Any, **settings: str) -> FleetInterface:
    """Put the namespace together. `event_socket` is where the master listens, if it does.

    supervisord may then open as many files as the hard limit allows: each program takes five, and
    programs are added while it runs. Its children get none of them, whatever `minfds` says: Python
    itself sees to that (PEP 446).
    """
    loggers.Handler.handleError = _drop_line
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    notifier = EventNotifier(Path(settings["event_socket"]) if "event_socket" in settings else None)
    notifier.listen()
    return FleetInterface(supervisord, settings["folder"], notifier)
