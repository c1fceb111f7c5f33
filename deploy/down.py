"""Stop everything that runs in a state folder, and wait until it has ended."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from deploy.configuration import find_state_dir
from deploy.progress import Progress
from deploy.stack import StackError, find_supervisord, stop
from deploy.up import is_installed
from master.errors import SettingsError
from master.installation.state_dir import Installation


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Stop the master bot and every personal bot.",
        prog="tgrag-down" if is_installed() else "deploy/down",
    )
    parser.add_argument(
        "--state-dir", type=Path, help="the folder that deploy/up used (default: var)"
    )
    options = parser.parse_args()
    if options.state_dir is not None:
        os.environ["STATE_DIR"] = str(options.state_dir.resolve())
    installation = Installation(find_state_dir())
    if find_supervisord(installation) is None:
        print(f"Nothing is running in {installation.root}.")
        return 0
    try:
        with Progress("Stopping every bot"):
            asyncio.run(stop(installation))
    except (StackError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
