"""Boot order: after a reboot, bots wait until the master polls Telegram."""

import os
import time
from pathlib import Path

from personal_bot.contract import read_report
from personal_bot.process.parent import is_sibling

PATIENCE = 30.0  # seconds; Telegram may be unreachable, or the master broken


class MasterFirst:
    """Tells, at each call, whether bots must wait for the master; after False, never True again.

    There is no wait if supervisord did not start this process, as there may be no master then.
    """

    def __init__(self, report: Path, patience: float = PATIENCE) -> None:
        self._report = report
        supervised = "SUPERVISOR_ENABLED" in os.environ
        self._until = time.monotonic() + patience if supervised else 0.0

    def must_wait(self) -> bool:
        if self._until and (time.monotonic() >= self._until or self._is_ready()):
            self._until = 0.0
        return self._until > 0

    def _is_ready(self) -> bool:
        """Tell whether the ready mark is from a master that our own supervisord has started."""
        report = read_report(self._report)
        return report is not None and is_sibling(report.pid)
