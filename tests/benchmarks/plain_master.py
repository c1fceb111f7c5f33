"""A master that starts its bots as `python -m personal_bot`, without a fork server."""

import sys

from master.installation.state_dir import Installation
from master.supervision import programs

FLAG = "tests.benchmarks.plain_master"


def plain_command(installation: Installation, user_id: int) -> list[str]:
    python = [sys.executable, "-m", "personal_bot"]
    return [*python, "--state-dir", str(installation.root), "--user-id", str(user_id)]


def make_plain() -> None:
    """Make `Programs` write program sections that start bots plainly, in this process."""
    programs.Programs.__init__.__defaults__ = (plain_command, programs.START_SECONDS)


if __name__ == "__main__":
    from master.__main__ import main

    make_plain()
    sys.exit(main())
