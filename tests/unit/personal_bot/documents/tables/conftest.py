"""Tables of documents in this process instead of workers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from personal_bot.documents.converters import reading
from personal_bot.documents.converters.protocol import DEFAULT, Hints, Limits, Message, MessageType
from personal_bot.documents.tables.building import TableFiles
from personal_bot.documents.tables.session import QueryLimits, Session

Keep = Callable[..., Path]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Return a function that reads a file and returns the database with its tables."""

    def keep(content: bytes | str, suffix: str, limits: Limits = DEFAULT) -> Path:
        messages = read(content, suffix, tmp_path / "tables", limits)
        [(_, offset, size)] = [one for one in messages if one[0] == MessageType.TABLES]
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
        path.write_bytes((tmp_path / "tables").read_bytes()[offset : offset + size])
        return path

    return keep


def read(
    content: bytes | str, suffix: str, output: Path, limits: Limits = DEFAULT
) -> list[Message]:
    source = output.with_name("source")
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    with source.open("rb") as opened, output.open("wb") as written:
        return list(reading.read(opened, Hints(suffix), limits, TableFiles(written, limits)))


def ask(sql: str, *paths: Path, **limits: Any) -> dict[str, Any]:
    """Return what the worker would answer."""
    return Session([str(path) for path in paths], QueryLimits(**limits)).query(sql)


def rows(sql: str, *paths: Path) -> list[list[Any]]:
    answer = ask(sql, *paths)
    assert "rows" in answer, answer
    return answer["rows"]


def columns(path: Path, table: int = 0) -> dict[str, str]:
    """Return the names and types of the columns of a table."""
    card = Session([str(path)], QueryLimits()).tables[table][2]
    return {column.name: str(column.type) for column in card.columns}
