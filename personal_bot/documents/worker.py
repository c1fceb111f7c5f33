"""Converts one file in a confined process, which `conversion.convert` starts.

The file is standard input, so that not even its path is known here. The request comes in an
environment variable. Lines of JSON go to standard output, a traceback, if any, to standard error.
The tables, as SQLite, go to a file that the bot has opened.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final, NoReturn

from personal_bot.documents.converters.protocol import (
    REQUEST,
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalKind,
    explain_failure,
    write_message,
)
from personal_bot.isolation.landlock import restrict_files
from personal_bot.isolation.limits import limit_resources
from personal_bot.isolation.paths import find_code
from personal_bot.isolation.seccomp import deny_calls
from personal_bot.process.parent import end_with_parent

# The parsing libraries import these if they are installed, for features that text extraction does
# not need; each takes more time and memory than the conversion, and numpy starts threads.
_NEVER_IMPORTED: Final = ("numpy", "pandas", "PIL")


def main() -> NoReturn:
    """Read the request, lock the process in, and convert. Exits with 0 even for a refused file."""
    request = json.loads(os.environ.pop(REQUEST))
    limits = Limits(**request["limits"])
    end_with_parent(request["parent"])
    limit_resources(
        memory_bytes=limits.memory_bytes,
        cpu_seconds=limits.cpu_seconds,
        open_files=limits.open_files,
        written_bytes=limits.table_bytes,
    )
    for name in _NEVER_IMPORTED:
        sys.modules[name] = None  # type: ignore[assignment]
    # Keep the output of a library's `print` apart from the messages.
    output = os.fdopen(os.dup(1), "wb", buffering=256 * 1024)
    os.dup2(2, 1)
    locks = _lock()
    tables = None if request["tables"] is None else os.fdopen(request["tables"], "wb")
    with output, os.fdopen(os.dup(0), "rb") as source:
        write_message(output, (MessageType.LOCKS, *locks))
        try:
            for message in convert(source, Hints(**request["hints"]), limits, tables):
                write_message(output, message)
        except MemoryError:  # while writing a page
            write_message(output, (MessageType.REFUSAL, RefusalKind.LIMIT, "memory"))
    sys.stderr.flush()
    # Skip deallocation, which takes long for a document of a million objects.
    os._exit(0)


def convert(
    source: BinaryIO, hints: Hints, limits: Limits, tables: BinaryIO | None = None
) -> Iterator[Message]:
    """Yield the messages about the file; the last one is `END` or `REFUSAL`. Raises nothing.

    The databases with its tables are written to `tables`.
    """
    try:
        # Under the limits.
        from personal_bot.documents.converters.reading import read  # noqa: PLC0415
        from personal_bot.documents.tables.building import TableFiles  # noqa: PLC0415

        yield from read(source, hints, limits, TableFiles(tables, limits) if tables else None)
    except Exception as error:  # noqa: BLE001 - libraries raise anything on a damaged file
        refusal = explain_failure(error)
        yield (MessageType.REFUSAL, refusal.kind, refusal.detail)
    else:
        yield (MessageType.END,)


def _lock() -> list[str]:
    abi = restrict_files(find_code())
    calls = deny_calls()
    return ([f"landlock {abi}"] if abi else []) + (["seccomp"] if calls else [])


if __name__ == "__main__":
    main()
