"""Computes formulas whose values are not stored, with the engine Formualizer.

The engine works in memory, in one thread, and reads neither files nor addresses.
"""

import datetime as dt
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from personal_bot.documents.converters.protocol import MIB

if TYPE_CHECKING:
    import formualizer

Value = float | str | bool | dt.date | dt.time

_UNPACKED_BYTES: Final = 32 * MIB  # of a workbook; the engine takes about ten times as much
_MILLISECONDS: Final = 20_000  # for all formulas of a workbook
# All other errors may be due to a function or a reference that the engine does not know.
_ERRORS: Final = {"Div": "#DIV/0!", "Na": "#N/A"}
_PREFIX: Final = re.compile(r"\b_xlfn\.(?:_xlws\.)?|\b_xlpm\.|\b_xludf\.")


class DataTable(NamedTuple):
    """A table that formulas can refer to by name. Rows and columns count from 1."""

    name: str
    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0


class Calculator:
    """Computes the formulas of a workbook once the first of them is asked for."""

    def __init__(self, source: BinaryIO, tables: Iterable[DataTable]) -> None:
        self._source = source
        self._tables = tables
        self._workbook: formualizer.Workbook | None = None
        self._is_loaded = False
        self._deadline: float | None = None  # for formulas computed one by one

    def compute(self, sheet: str, row: int, column: int) -> Value | None:
        """Return the value of a cell, or None if it cannot be computed."""
        workbook = self._load()
        if workbook is None:
            return None
        if self._deadline is None:
            value = workbook.get_value(sheet, row, column)
        else:
            value = self._compute_alone(workbook, sheet, row, column)
        if isinstance(value, dict):
            return _ERRORS.get(str(value.get("kind")))
        if isinstance(value, float | int | str | dt.date | dt.time):
            return value
        return None

    def find_formula(self, sheet: str, row: int, column: int) -> str:
        """Return the formula of a cell that shares it with others; empty if it is not known."""
        workbook = self._load()
        return (workbook.get_formula(sheet, row, column) or "") if workbook is not None else ""

    def _load(self) -> "formualizer.Workbook | None":
        if self._is_loaded:
            return self._workbook
        self._is_loaded = True
        import formualizer as engine  # noqa: PLC0415 - rarely needed

        settings = engine.EvaluationConfig()
        settings.enable_parallel = False  # a worker starts no threads
        settings.max_threads = 1
        settings.warmup_enabled = False
        settings.max_eval_time_ms = _MILLISECONDS
        self._source.seek(0)
        # The engine raises various errors for what it does not support.
        try:
            workbook = engine.Workbook.from_bytes(
                self._source.read(),
                config=engine.WorkbookConfig(eval_config=settings),
                load_limits={"max_expanded_bytes": _UNPACKED_BYTES},
            )
            known = {table["name"] for table in workbook.tables()}
            for table in self._tables:
                if table.name not in known:
                    workbook.add_table(
                        table.name,
                        table.sheet,
                        (table.top, table.left, table.bottom, table.right),
                        table.columns,
                        header_row=bool(table.header_rows),
                        totals_row=bool(table.totals_rows),
                    )
            self._workbook = workbook
            workbook.evaluate_all()
        except engine.ExcelEvaluationError:  # such as for a reference to another workbook
            self._deadline = time.monotonic() + _MILLISECONDS / 1_000
        except (OSError, ValueError, RuntimeError) as error:
            print(f"Formulas were not computed: {error}")  # noqa: T201 - the worker's report
            self._workbook = None
        return self._workbook

    def _compute_alone(
        self, workbook: "formualizer.Workbook", sheet: str, row: int, column: int
    ) -> object:
        """Compute a formula of a workbook that has others which the engine cannot compute."""
        import formualizer as engine  # noqa: PLC0415 - rarely needed

        if self._deadline is not None and time.monotonic() > self._deadline:
            return None
        try:
            return workbook.evaluate_cell(sheet, row, column)
        except engine.ExcelEvaluationError:
            return None


def show_formula(formula: str) -> str:
    """Return a formula as people see it in the formula bar."""
    return f"={_PREFIX.sub('', formula.removeprefix('='))}"
