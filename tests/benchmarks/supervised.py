"""Run a separate supervisord, without master and fork server."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from master.errors import SupervisorError
from master.installation.state_dir import Installation
from master.supervision.configuration import environment
from master.supervision.supervisor import Supervisor


@asynccontextmanager
async def run_supervisord(installation: Installation, supervisor: Supervisor) -> AsyncIterator[int]:
    """Start supervisord and yield its PID once it answers; stop it and all its programs at exit."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "supervisor.supervisord", "-n", "-s"),
            *("-c", str(installation.supervisor_config)),
        ],
        env=environment(),
        cwd=installation.root,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not await is_up(supervisor):
            assert process.poll() is None, "supervisord did not start"
            await asyncio.sleep(0.1)
        yield process.pid
    finally:
        await supervisor.shut_down()
        await asyncio.to_thread(process.wait, 120)


async def is_up(supervisor: Supervisor) -> bool:
    try:
        return await supervisor.is_reachable()
    except SupervisorError:
        return False
