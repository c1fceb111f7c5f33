"""What supervisord does first when it is told to shut down or to reload.

Stock supervisord stops one program after another, and ends for good if a program file turns out to
be invalid when it reads them again.
"""

import re
from pathlib import Path
from typing import Any

from supervisor.states import SupervisorStates

_BOT = re.compile(r"bot-\d+")


def prepare_to_stop(supervisord: Any, folder: Path) -> None:
    """Stop all bots at the same time and, before a reload, quarantine invalid program files.

    The other programs follow the bots in supervisord's order. `folder` is that of the include glob.
    This runs on supervisord's only thread, where an exception would end supervisord.
    """
    for name, group in supervisord.process_groups.items():
        if _BOT.fullmatch(name):
            group.stop_all()
    if supervisord.options.mood == SupervisorStates.RESTARTING:
        _quarantine(folder, supervisord.options.logger)


def _quarantine(folder: Path, logger: Any) -> None:
    # Imported only now, because rendering templates takes several MB.
    from master.errors import ProgramError  # noqa: PLC0415
    from master.installation.state_dir import Installation  # noqa: PLC0415
    from master.supervision.configuration import quarantine_invalid_programs  # noqa: PLC0415

    try:
        for path in quarantine_invalid_programs(Installation(folder.parent)):
            logger.critical("Quarantined an invalid program file: %(path)s", path=path)
    except (ProgramError, OSError) as error:
        logger.critical("Cannot check the program files: %(error)s", error=error)
