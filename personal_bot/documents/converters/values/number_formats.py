"""Shows the numbers of a spreadsheet as people see them, according to their number formats.

Rules: ECMA-376 part 1, 18.8.30 and 18.8.31. Decimal separators and the order of dates in formats
that depend on the reader's locale are those of the format codes themselves or of ISO 8601. Dates
and durations are followed by their ISO form if they are shown in another one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from personal_bot.documents.converters.tables.table import CellKind
from personal_bot.documents.converters.values import number_rendering, time_rendering
from personal_bot.documents.converters.values.number_rendering import Token

GENERAL: Final = "General"
_CODE_CHARS: Final = 1_000  # four times as many as Excel allows
_CACHED_CODES: Final = 1_000

_DATE: Final = "yyyy-mm-dd"
_TIME: Final = "hh:mm:ss"
# Without the currency in formats of money, because it is that of the reader's locale.
BUILT_IN: Final = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    **dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0;(#,##0)"),
    **dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00;(#,##0.00)"),
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: _DATE,
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: f"{_DATE} hh:mm",
    **dict.fromkeys((*range(27, 32), *range(34, 37), *range(50, 55), 57, 58), _DATE),
    **dict.fromkeys((32, 33, 55, 56), _TIME),
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
"""The format codes that files refer to by number only."""

_SYSTEM_DATE, _SYSTEM_TIME = 0xF800, 0xF400  # "locales" that stand for a format of the system
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<elapsed>h+|m+|s+)\]"
    r"|\[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[0-9a-f]*)[^\]]*)?\]"
    r"|\[(?P<operator><=|>=|<>|<|>|=)(?P<operand>-?[0-9.]+(?:e[+-]?\d+)?)\]|\[(?P<other>[^\]]*)\]"
    r"|(?P<general>general)|(?P<noon>am/pm|a/p|上午/下午)|(?P<exponent>e[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|e+|g+|b+)|(?P<digit>[0#?])|(?P<text>@)|(?P<mark>[.,%/])|(?P<end>;)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Section:
    """One of up to four parts of a format, for positive, negative, zero and text values."""

    tokens: Sequence[Token]
    locale: int = 0  # a Windows locale identifier
    operator: str = ""
    operand: float = 0.0

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)

    @property
    def is_time(self) -> bool:
        return self.has("date", "elapsed")

    def accepts(self, value: float) -> bool:
        return {
            "<": value < self.operand,
            "<=": value <= self.operand,
            ">": value > self.operand,
            ">=": value >= self.operand,
            "=": value == self.operand,
            "<>": value != self.operand,
        }.get(self.operator, False)


def show_number(value: float, code: str, *, since_1904: bool = False) -> tuple[str, CellKind]:
    """Return a finite number as the format code shows it. `since_1904` tells how dates count."""
    if code == GENERAL:
        return number_rendering.show_general(value), CellKind.NUMBER
    sections = _parse(code)
    section, is_signed = _choose(sections, value)
    if section is None:
        return number_rendering.show_general(value), CellKind.NUMBER
    if section.is_time:
        shown = time_rendering.show_time(value, section.tokens, section.locale, since_1904)
        if shown:
            return shown
        return number_rendering.show_general(value), CellKind.NUMBER
    is_signed = is_signed and value < 0 and (len(sections) == 1 or section.has("digit", "general"))
    sign = "-" if is_signed else ""
    return number_rendering.show(abs(value), section.tokens, sign), CellKind.NUMBER


def show_text(text: str, code: str) -> str:
    """Return a text as the format code shows it, which may add words around it."""
    if code in {GENERAL, "@"}:
        return text
    sections = _parse(code)
    section = sections[-1] if len(sections) != 1 or sections[0].has("text") else None
    if section is None or not (section.has("text") or len(sections) > 3):
        return text
    return "".join(text if kind == "text" else part for kind, part in section.tokens).strip()


def _choose(sections: Sequence[Section], value: float) -> tuple[Section | None, bool]:
    """Return the section for a number, and whether a minus sign is to be added."""
    numeric = [section for section in sections[:3] if not section.has("text")]
    if not numeric:
        return None, True
    if any(section.operator for section in numeric):
        for section in numeric:
            if section.accepts(value):
                return section, not (section.operator in {"<", "<="} and section.operand <= 0)
        rest = [section for section in numeric if not section.operator]
        return (rest[-1] if rest else None), True
    if value < 0 and len(numeric) > 1:
        return numeric[1], False
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], True


@lru_cache(_CACHED_CODES)
def _parse(code: str) -> Sequence[Section]:
    sections: list[Section] = []
    tokens: list[Token] = []
    locale, operator, operand = 0, "", 0.0
    for match in _TOKEN.finditer(f"{code.strip()[:_CODE_CHARS] or GENERAL};"):
        kind, text = match.lastgroup or "literal", match.group()
        if kind == "end":
            sections.append(_complete(Section(tokens, locale, operator, operand)))
            tokens, locale, operator, operand = [], 0, "", 0.0
        elif kind == "operand":
            operator, operand = match["operator"], _read_number(match["operand"])
        elif kind in {"currency", "locale"}:
            tokens.append(("literal", match["currency"]))
            locale = int(match["locale"] or "0", 16) or locale
        elif kind in {"quoted", "escaped"}:
            tokens.append(("literal", match[kind]))
        elif kind == "space":
            tokens.append(("literal", " "))
        elif kind == "elapsed":
            tokens.append((kind, match[kind].lower()))
        elif kind not in {"fill", "other"}:
            tokens.append((kind, text.lower() if kind == "date" else text))
    return sections


def _complete(section: Section) -> Section:
    """Replace a format of the system's locale by one of ISO 8601."""
    system = {_SYSTEM_DATE: _DATE, _SYSTEM_TIME: _TIME}.get(section.locale)
    return _parse(system)[0] if system else section


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # such as 1.2.3
        return 0.0
