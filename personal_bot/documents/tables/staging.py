"""A table whose rows are staged in SQLite until the types of its columns are known."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from personal_bot.documents.converters.content import TableData, TableHead, TableRow
from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.tables.catalog import (
    GROUP,
    PAGE,
    ROW,
    SAMPLES,
    TOTALS,
    ColumnCard,
    TableCard,
    write_card,
)
from personal_bot.documents.tables.columns import Column, Profile, Type
from personal_bot.documents.tables.names import make_identifiers

_MOST_COLUMNS: Final = 400  # SQLite allows 2,000; each has a value, a text and perhaps a second one
_TITLE_CHARS: Final = 200
_NAME_CHARS: Final = 200
_SAMPLE_CHARS: Final = 60
_LISTED_TOTALS: Final = 20
_FIXED: Final = 4  # staged columns before those of values: row, page, group, total
_SAMPLED_ROWS: Final = 200


class TooLargeError(Exception):
    """A table has more columns, cells or bytes than the limits allow."""


class StagedTable:
    """A table of which not all rows may have come yet."""

    def __init__(self, database: sqlite3.Connection, head: TableHead, sheet: str) -> None:
        self.is_given_up = False
        self.is_closed = False  # nothing on the next page continues it
        self._database = database
        self._head = head
        self._title = head.title
        self._sheet = sheet
        self._pages: list[int] = []  # first and last
        self._columns: dict[int, Profile] = {}
        self._totals: dict[int, Profile] = {}
        self._rows = 0
        self._has_groups = False
        database.execute("CREATE TABLE stage.staged (number, page, label, is_total)")

    def continues(self, head: TableHead, page: int | None, sheet: str) -> bool:
        """Tell whether rows are of this table: the same, or its continuation on the next page."""
        if head is self._head:
            return True
        return (
            not self.is_closed
            and bool(self._pages)
            and page == self._pages[-1] + 1
            and sheet == self._sheet
            and bool(head.names)
            and head.names == self._head.names
            and head.title in {"", self._title}
        )

    def add(self, data: TableData, page: int | None, cells_left: int) -> int:
        """Stage rows; return the number of cells. Raises TooLargeError."""
        if self.is_given_up:
            return 0
        wanted = {*data.head.names, *(column for row in data.rows for column in row.cells)}
        cells = len(wanted) * len(data.rows)
        if len(wanted | self._columns.keys()) > _MOST_COLUMNS or cells > cells_left:
            raise TooLargeError
        for column in sorted(wanted - self._columns.keys()):
            self._columns[column] = Profile()
            self._totals[column] = Profile()
            for name in _name_staged(column):
                self._database.execute(f"ALTER TABLE stage.staged ADD COLUMN {name}")
        self._head = data.head
        if page is not None:
            self._pages = [*self._pages[:1], page]
        marks = ", ".join("?" * (_FIXED + 2 * len(self._columns)))
        self._database.executemany(
            f"INSERT INTO stage.staged VALUES ({marks})",  # noqa: S608 - question marks
            self._stage(data.rows, page),
        )
        return cells

    def give_up(self) -> None:
        self.is_given_up = True
        self.drop()

    def drop(self) -> None:
        self._database.execute("DROP TABLE IF EXISTS stage.staged")

    def _stage(self, rows: Sequence[TableRow], page: int | None) -> Iterator[list[object]]:
        for row in rows:
            self._rows += 1
            self._has_groups = self._has_groups or bool(row.group)
            group = normalize_line(row.group) or None
            values: list[object] = [row.number or self._rows, page, group, row.is_total]
            profiles = self._totals if row.is_total else self._columns
            for column, profile in profiles.items():
                values += profile.take(row.cells.get(column))
            yield values

    def finish(self, number: int) -> int:
        """Create the table with this number; return how many were created, as it may be empty.

        Raises TooLargeError and sqlite3.OperationalError.
        """
        execute = self._database.execute
        if not execute("SELECT 1 FROM stage.staged WHERE NOT is_total LIMIT 1").fetchone():
            execute("UPDATE stage.staged SET is_total = 0")
            self._columns = self._totals
        columns = [*self._decide()]
        if not self._rows or not columns:
            return 0
        fixed = {ROW: ("INTEGER", "number")}
        if self._pages:
            fixed[PAGE] = ("INTEGER", "page")
        if self._has_groups:
            fixed[GROUP] = ("TEXT", "label")
        parts = {**fixed, **{column.name: (column.declared, column.source) for column in columns}}
        for table, condition in ((f"t{number}", "NOT is_total"), (_totals(number), "is_total")):
            if self._has_rows(condition):
                declared = ", ".join(f'"{name}" {type_}' for name, (type_, _) in parts.items())
                execute(f"CREATE TABLE {table} ({declared})")
                sources = ", ".join(source for _, source in parts.values())
                execute(
                    f"INSERT INTO {table} SELECT {sources} FROM stage.staged "  # noqa: S608
                    f"WHERE {condition} ORDER BY rowid"
                )
        write_card(self._database, self._describe(number, columns))
        return 1

    def _has_rows(self, condition: str) -> bool:
        sql = f"SELECT 1 FROM stage.staged WHERE {condition} LIMIT 1"  # noqa: S608
        return self._database.execute(sql).fetchone() is not None

    def _decide(self) -> Iterator["_Finished"]:
        originals = {
            c: normalize_line(self._head.names.get(c, ""))[:_NAME_CHARS] for c in self._columns
        }
        ordered = sorted(self._columns)
        names = make_identifiers(
            (originals[c] or f"column {c + 1}" for c in ordered), {ROW, PAGE, GROUP}
        )
        taken = {ROW, PAGE, GROUP, *names}
        if len(ordered) > _MOST_COLUMNS:
            raise TooLargeError
        for column, name in zip(ordered, names, strict=True):
            profile = self._columns[column]
            staged = _name_staged(column)
            if profile.is_open:
                self._database.create_function("read_open", 1, profile.read_open)
                self._database.execute(
                    f"UPDATE stage.staged SET {staged.value} = read_open({staged.shown}) "  # noqa: S608
                    f"WHERE {staged.value} IS NULL AND {staged.shown} IS NOT NULL"
                )
            for decided in profile.decide():
                identifier = name
                if decided.suffix:
                    (identifier,) = make_identifiers([f"{name}{decided.suffix}"], taken)
                    taken.add(identifier)
                yield _Finished(identifier, originals[column], decided, staged)

    def _describe(self, number: int, columns: Sequence["_Finished"]) -> TableCard:
        ((rows, first, last),) = self._database.execute(
            f"SELECT COUNT(*), MIN({ROW}), MAX({ROW}) FROM t{number}"  # noqa: S608
        )
        totals = self._database.execute(
            f"SELECT number FROM stage.staged WHERE is_total LIMIT {_LISTED_TOTALS}"  # noqa: S608
        )
        first_page, last_page = (self._pages[0], self._pages[-1]) if self._pages else (None, None)
        return TableCard(
            number,
            self._sheet[:_TITLE_CHARS],
            normalize_line(self._title)[:_TITLE_CHARS],
            *(rows, first, last, first_page, last_page),
            tuple(row for (row,) in totals),
            self._head.may_have_header,
            tuple(
                ColumnCard(
                    column.name,
                    column.original,
                    column.decided.type,
                    column.decided.unit,
                    tuple(self._read_samples(column)),
                )
                for column in columns
            ),
        )

    def _read_samples(self, column: "_Finished") -> Iterator[str]:
        seen: set[str] = set()
        for value, shown in self._database.execute(
            f"SELECT {column.source}, {column.staged.shown} FROM stage.staged "  # noqa: S608
            f"WHERE NOT is_total AND {column.source} IS NOT NULL LIMIT {_SAMPLED_ROWS}"
        ):
            text = f"{value:.15g}" if isinstance(value, (int, float)) else str(value)
            if column.decided.type in {Type.NUMBER, Type.YEAR} and text != shown:
                text = f"{text} (shown: {shown})"
            if text not in seen:
                seen.add(text)
                yield text[:_SAMPLE_CHARS]
            if len(seen) == SAMPLES:
                return


class _Staged(NamedTuple):
    """The names of a staged column: of its values, and of its texts."""

    value: str
    shown: str


class _Finished(NamedTuple):
    """A column of a finished table."""

    name: str
    original: str
    decided: Column
    staged: _Staged

    @property
    def declared(self) -> str:
        return "TEXT" if self.decided.type is Type.DATE else self.decided.type.value

    @property
    def source(self) -> str:
        """The expression that yields its values from the staged row."""
        if self.decided.is_shown:
            return self.staged.shown
        kinds = "'text'" if self.decided.type is Type.DATE else "'real', 'integer'"
        value = self.staged.value
        return f"CASE WHEN typeof({value}) IN ({kinds}) THEN {value} END"


def _name_staged(column: int) -> _Staged:
    return _Staged(f"v{column}", f"s{column}")


def _totals(number: int) -> str:
    return f"t{number}{TOTALS}"
