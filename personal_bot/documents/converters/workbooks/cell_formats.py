"""Reads the styles of a workbook: how cells show their values, and whether they stand out."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.office.package import read_tag
from personal_bot.documents.converters.values.number_formats import BUILT_IN, GENERAL

_WHITE: Final = {"FFFFFFFF", "00FFFFFF"}
_WHITE_INDEXES: Final = {"1", "9", "64", "65"}  # 64 and 65 are colours of the system
_NO_FILLS: Final = {"none", "gray125"}


class CellFormat(NamedTuple):
    code: str = GENERAL  # of the number format
    is_strong: bool = False  # bold or filled


def read_cell_formats(styles: etree._Element | None) -> Sequence[CellFormat]:
    """Return the formats that cells refer to by index."""
    if styles is None:
        return []
    codes = {**BUILT_IN}
    for element in styles.iterfind("{*}numFmts/{*}numFmt"):
        codes[_read_index(element, "numFmtId")] = element.get("formatCode") or GENERAL
    bold = [_is_bold(font) for font in styles.iterfind("{*}fonts/{*}font")]
    filled = [_is_filled(fill) for fill in styles.iterfind("{*}fills/{*}fill")]
    return [
        CellFormat(
            codes.get(_read_index(element, "numFmtId"), GENERAL),
            _pick(bold, _read_index(element, "fontId"))
            or _pick(filled, _read_index(element, "fillId")),
        )
        for element in styles.iterfind("{*}cellXfs/{*}xf")
    ]


def _pick(flags: Sequence[bool], index: int) -> bool:
    return 0 <= index < len(flags) and flags[index]


def _is_bold(font: etree._Element) -> bool:
    bold = font.find("{*}b")
    return bold is not None and bold.get("val", "1") in {"1", "true"}


def _is_filled(fill: etree._Element) -> bool:
    for pattern in fill:
        if read_tag(pattern) != "patternFill":  # a gradient
            return True
        color = pattern.find("{*}fgColor")
        is_white = color is not None and (
            color.get("rgb", "").upper() in _WHITE
            or color.get("indexed") in _WHITE_INDEXES
            or (color.get("theme") == "0" and float(color.get("tint") or 0) == 0)
        )
        return pattern.get("patternType", "none") not in _NO_FILLS and not is_white
    return False


def _read_index(element: etree._Element, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
