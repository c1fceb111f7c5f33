"""Answers one query, or lists the tables, in a confined process, which `queries` starts.

The databases may come from a hostile document and the query from a hostile model: the process can
read these files and its code, and nothing else; SQLite may only select from the tables.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from personal_bot.documents.converters.protocol import REQUEST
from personal_bot.documents.tables.session import QueryLimits, Session
from personal_bot.isolation.landlock import restrict_files
from personal_bot.isolation.limits import limit_resources
from personal_bot.isolation.paths import find_code
from personal_bot.isolation.seccomp import deny_calls
from personal_bot.process.parent import end_with_parent


def main() -> NoReturn:
    """Read the request, lock the process in, and write one line of JSON."""
    request = json.loads(os.environ.pop(REQUEST))
    limits = QueryLimits(**request["limits"])
    end_with_parent(request["parent"])
    limit_resources(
        memory_bytes=limits.memory_bytes,
        cpu_seconds=int(limits.seconds) + 2,
        open_files=32,
        written_bytes=0,
    )
    restrict_files([*find_code(), *map(Path, request["paths"])])
    deny_calls()
    try:
        answer = _answer(request["paths"], request["sql"], limits)
    except MemoryError:
        answer = {"refusal": "memory", "detail": ""}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()
    os._exit(0)


def _answer(paths: Sequence[str], sql: str | None, limits: QueryLimits) -> dict[str, Any]:
    try:
        session = Session(paths, limits)
    except (sqlite3.Error, ValueError, TypeError) as error:
        return {"refusal": "damaged", "detail": str(error)}
    if sql is None:
        return {"tables": [[name, index, card] for name, index, card in session.tables]}
    return session.query(sql)


if __name__ == "__main__":
    main()
