"""Exit statuses of `tgrag`; argparse adds 2 for wrong arguments."""

from enum import IntEnum

from personal_bot.contract import ExitCode


class ExitStatus(IntEnum):
    DONE = 0
    FAILED = 1
    NOT_RUNNING = 3  # as for init scripts: "program is not running"
    MISCONFIGURED = ExitCode.MISCONFIGURED
    OUTPUT_CLOSED = 141  # what shells report for a program that SIGPIPE ended
