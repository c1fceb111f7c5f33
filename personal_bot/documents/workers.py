"""Starts a worker: a module that works on untrusted data in a process of its own.

The bot's side starts it, reads its output up to a limit, and ends it. The worker's side confines
itself before it touches the data.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from personal_bot.documents.converters.protocol import REQUEST

logger = logging.getLogger(__name__)

_CHUNK_BYTES: Final = 256 * 1024
_STDERR_BYTES: Final = 8 * 1024
# Like `python -m <module>`, but Landlock keeps a confined bot and its child processes from listing
# the checkout's folder, where Python would search for the package.
_PACKAGE: Final = Path(__file__).resolve().parents[1] / "__init__.py"
_START: Final = """
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("personal_bot", sys.argv[2])
package = sys.modules["personal_bot"] = module_from_spec(spec)
spec.loader.exec_module(package)
import_module(sys.argv[1]).main()
"""


class WorkerLimitError(Exception):
    """A worker was ended at a limit of the bot: "time" or "output"."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class WorkerAnswer(NamedTuple):
    """The output of a worker, its exit status, and the end of its standard error."""

    content: bytes
    status: int
    problem: str


async def run_worker(
    module: str,
    request: Mapping[str, Any],
    *,
    seconds: float,
    most_bytes: int,
    source: BinaryIO | None = None,
    shared: Sequence[BinaryIO] = (),
) -> WorkerAnswer:
    """Run the `main` of a module; `source` is its standard input, `shared` are files it may use.

    Raises WorkerLimitError.
    """
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-B", "-W", "ignore", "-c", _START, module, str(_PACKAGE)),
        stdin=source or asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
        env=_make_environment(request),
        start_new_session=True,
        pass_fds=[file.fileno() for file in shared],
    )
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            answer = group.create_task(_read_answer(process, most_bytes))
            problem = group.create_task(_read_tail(process))
            group.create_task(process.wait())
    except TimeoutError:
        raise WorkerLimitError("time") from None
    finally:
        _kill_group(process)
        await process.wait()
    if len(answer.result()) > most_bytes:
        raise WorkerLimitError("output")
    status = process.returncode or 0
    logger.debug("%s took %.2f s, status %s", module, time.monotonic() - started, status)
    return WorkerAnswer(answer.result(), status, problem.result())


def _make_environment(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the worker's whole environment, without the bot's secrets and the file name."""
    return {
        REQUEST: json.dumps({**request, "parent": os.getpid()}),
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
    }


async def _read_answer(process: asyncio.subprocess.Process, limit: int) -> bytes:
    """Return the worker's output; kill the worker if it exceeds `limit` bytes."""
    content = bytearray()
    while process.stdout and (chunk := await process.stdout.read(_CHUNK_BYTES)):
        content += chunk
        if len(content) > limit:
            _kill_group(process)
            break
    return bytes(content)


async def _read_tail(process: asyncio.subprocess.Process) -> str:
    tail = b""
    while process.stderr and (chunk := await process.stderr.read(_STDERR_BYTES)):
        tail = (tail + chunk)[-_STDERR_BYTES:]
    return tail.decode(errors="replace").strip()


def _kill_group(process: asyncio.subprocess.Process) -> None:
    # Once the process has been waited for, its PID may be reused.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
