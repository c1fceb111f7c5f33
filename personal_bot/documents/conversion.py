"""Converts files to text in a separate process, so that a hostile file cannot harm the bot.

This is the bot's side: it starts the worker, reads its output up to a limit, and ends it. Parsing
libraries are never imported here.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from personal_bot.contract import mask_secrets
from personal_bot.documents.converted import Conversion, ConvertedFile, read_conversion
from personal_bot.documents.converters.protocol import (
    DEFAULT,
    Hints,
    Limits,
)
from personal_bot.errors import (
    ConversionLimitError,
    DamagedFileError,
    DocumentError,
    EmptyFileError,
    FileTooLargeError,
)

__all__ = ["DEFAULT", "Conversion", "ConvertedFile", "Limits", "convert"]

logger = logging.getLogger(__name__)

_LIMIT_SIGNALS: Final = {
    signal.SIGXCPU: "CPU time",
    signal.SIGXFSZ: "written bytes",
    signal.SIGKILL: "memory",  # by the kernel; our own kills are handled before
}
_OUT_OF_MEMORY: Final = ("MemoryError", "memory allocation of")  # of Python, of Rust
_REQUEST: Final = "TGRAG_CONVERSION"  # worker.REQUEST
_CHUNK_BYTES: Final = 256 * 1024
_STDERR_BYTES: Final = 8 * 1024
# Like `python -m personal_bot.documents.worker`, but Landlock keeps a confined bot and its
# child processes from listing the checkout's folder, where Python would search for the package.
_PACKAGE: Final = Path(__file__).resolve().parents[1] / "__init__.py"
_WORKER: Final = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("personal_bot", sys.argv[2])
package = sys.modules["personal_bot"] = module_from_spec(spec)
spec.loader.exec_module(package)
from personal_bot.documents.worker import main
main()
"""
_LOCKS: Final = 2  # Landlock and seccomp


async def convert(
    path: Path, name: str, mime_type: str = "", encoding: str = "", limits: Limits = DEFAULT
) -> Conversion:
    """Convert the file at `path`, which the owner named `name`, to text.

    `mime_type` is what the sender said. `encoding` is the owner's choice for a text whose encoding
    is in doubt. Raises a subclass of DocumentError that tells why there is no text.
    """
    source = await asyncio.to_thread(_open, path, name, limits)
    hints = Hints(PurePosixPath(name).suffix.lower()[:20], mime_type[:200], encoding)
    try:
        answer, status, problem = await _run_worker(source, name, hints, limits)
    finally:
        source.close()
    if problem:
        logger.info("A worker reported problems: %s", mask_secrets(problem))
    conversion = await asyncio.to_thread(read_conversion, answer, name)
    if conversion is None:
        raise _explain_death(status, problem, name)
    if len(conversion.locks) < _LOCKS:
        held = ", ".join(conversion.locks) or "nothing"
        logger.warning("This kernel cannot confine a worker fully; it supports only %s", held)
    return conversion


def _open(path: Path, name: str, limits: Limits) -> BinaryIO:
    source = path.open("rb")
    size = os.fstat(source.fileno()).st_size
    if 0 < size <= limits.input_bytes:
        return source
    source.close()
    if size:
        raise FileTooLargeError(name, size, limits.input_bytes)
    raise EmptyFileError(name)


async def _run_worker(
    source: BinaryIO, name: str, hints: Hints, limits: Limits
) -> tuple[bytes, int, str]:
    """Return the worker's output, its exit status, and the end of its standard error."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-P",
            "-B",
            "-W",
            "ignore",
            "-c",
            _WORKER,
            "personal_bot.documents.worker",
            str(_PACKAGE),
        ),
        stdin=source,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
        env=_make_environment(hints, limits),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.wall_seconds), asyncio.TaskGroup() as group:
            answer = group.create_task(_read_answer(process, limits.message_bytes))
            problem = group.create_task(_read_tail(process))
            group.create_task(process.wait())
    except TimeoutError:
        raise ConversionLimitError(name, "time") from None
    finally:
        _kill_group(process)
        await process.wait()
    if len(answer.result()) > limits.message_bytes:
        raise ConversionLimitError(name, "output")
    logger.debug("Converted in %.2f s, status %s", time.monotonic() - started, process.returncode)
    return answer.result(), process.returncode or 0, problem.result()


def _make_environment(hints: Hints, limits: Limits) -> dict[str, str]:
    """Return the worker's whole environment, without the bot's secrets and the file name."""
    request = {
        "hints": asdict(hints),
        "limits": asdict(limits),
        "parent": os.getpid(),
    }
    return {
        _REQUEST: json.dumps(request),
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


def _explain_death(status: int, problem: str, name: str) -> DocumentError:
    logger.warning("The worker exited with status %s: %s", status, mask_secrets(problem))
    if status < 0 and (limit := _LIMIT_SIGNALS.get(signal.Signals(-status))):
        return ConversionLimitError(name, limit)
    if any(mark in problem for mark in _OUT_OF_MEMORY):
        return ConversionLimitError(name, "memory")
    return DamagedFileError(name, f"worker exited with status {status}")
