"""Renders a number by the tokens of a section of a number format, see `number_formats`."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

Token = tuple[str, str]
"""A kind, which is the name of a group in `number_formats`, and a text."""


_SHOWN_DIGITS: Final = 10  # of a number that is not whole, in the general format
_EXACT_DIGITS: Final = 15  # of a number in a spreadsheet
_HUGE: Final = 1e21
_SMALL: Final = 1e-4
_GROUP: Final = 3
_DENOMINATOR_DIGITS: Final = 7
_CONTEXT: Final = Context(prec=400, rounding=ROUND_HALF_UP)


def show_general(value: float) -> str:
    """Return a number as the format General shows it in a cell that is wide enough."""
    if value == int(value) and abs(value) < 10**_EXACT_DIGITS:
        return str(int(value))
    if not _SMALL <= abs(value) < _HUGE:
        return f"{value:.6G}"
    whole = len(str(int(abs(value))))
    decimals = max(0, min(_EXACT_DIGITS, max(_SHOWN_DIGITS, whole)) - whole)
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show(value: float, tokens: Sequence[Token], sign: str) -> str:
    """Return a number, which is not negative, with its sign and the section's literal texts."""
    value *= 100.0 ** tokens.count(("mark", "%"))
    if not any(kind == "digit" for kind, _ in tokens) or value >= _HUGE:
        parts = [show_general(value) if kind == "general" else text for kind, text in tokens]
        if value >= _HUGE:
            return f"{sign}{show_general(value)}"
        return f"{sign}{''.join(parts)}".strip()
    exponent = next(
        (
            i
            for i, (kind, _) in enumerate(tokens)
            if kind == "exponent" and _list_digits(tokens[:i])
        ),
        None,
    )
    slash = _find_fraction(tokens)
    if exponent is not None:
        text = _show_scientific(value, tokens, exponent)
    elif slash is not None:
        text = _show_fraction(value, tokens, slash)
    else:
        text = _show_decimal(value, tokens)
    is_zero = not any(char in "123456789" for char in text)
    return f"{'' if is_zero else sign}{text.strip()}"


def _show_decimal(value: float, tokens: Sequence[Token]) -> str:
    tokens, thousands = _take_scale(tokens)
    point = next((i for i, token in enumerate(tokens) if token == ("mark", ".")), len(tokens))
    left, right = tokens[:point], tokens[point + 1 :]
    decimals = len(_list_digits(right))
    number = Decimal(f"{value:.{_EXACT_DIGITS}g}").scaleb(-_GROUP * thousands)
    number = number.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    whole, _, fraction = f"{number:f}".partition(".")
    is_grouped = ("mark", ",") in left
    left = [token for token in left if token != ("mark", ",")]
    text = _place_whole(whole.lstrip("0"), left, is_grouped)
    shown = _place_fraction(fraction, right)
    # Spreadsheets show 1 as "1." in the format 0.##, to the dismay of people.
    return f"{text}.{shown}" if shown[:1].isdigit() else text + shown


def _take_scale(tokens: Sequence[Token]) -> tuple[Sequence[Token], int]:
    """Take out the commas after the last digit; return their number, each divides by 1,000."""
    start = end = _list_digits(tokens)[-1] + 1
    while end < len(tokens) and tokens[end] == ("mark", ","):
        end += 1
    return [*tokens[:start], *tokens[end:]], end - start


def _place_whole(digits: str, tokens: Iterable[Token], is_grouped: bool) -> str:
    """Put digits into their places from the right; the first place takes all that are left."""
    tokens = list(tokens)
    places = _list_digits(tokens)
    if not places:
        return "".join(text for _, text in tokens) + digits
    parts: list[str] = []
    count = 0

    def put(digit: str) -> None:
        nonlocal count
        if is_grouped and count and count % _GROUP == 0 and digit.isdigit():
            parts.append(",")
        parts.append(digit)
        count += 1

    for index in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[index]
        if kind != "digit":
            parts.append(text[::-1])
            continue
        if digits:
            put(digits[-1])
            digits = digits[:-1]
        elif text != "#":
            put("0" if text == "0" else " ")
        if index == places[0]:
            for digit in reversed(digits):
                put(digit)
    return "".join(parts)[::-1]


def _place_fraction(digits: str, tokens: Sequence[Token]) -> str:
    significant = len(digits.rstrip("0"))
    parts: list[str] = []
    count = 0
    for kind, text in tokens:
        if kind != "digit":
            parts.append(text)
            continue
        if count < significant or text == "0":
            parts.append(digits[count])
        elif text == "?":
            parts.append(" ")
        count += 1
    return "".join(parts)


def _show_scientific(value: float, tokens: Sequence[Token], exponent: int) -> str:
    mantissa, power = tokens[:exponent], tokens[exponent + 1 :]
    point = next((i for i, t in enumerate(mantissa) if t == ("mark", ".")), len(mantissa))
    step = max(1, len(_list_digits(mantissa[:point])))
    decimals = len(_list_digits(mantissa[point:]))
    number = Decimal(f"{value:.{_EXACT_DIGITS}g}")
    scale = number.adjusted() // step * step if number else 0
    rounded = round(number.scaleb(-scale, _CONTEXT), decimals)
    if rounded >= 10**step:  # rounded up to the next power
        scale += step
    text = _show_decimal(float(number.scaleb(-scale, _CONTEXT)), mantissa)
    sign = "-" if scale < 0 else "+" if tokens[exponent][1].endswith("+") else ""
    return f"{text}E{sign}{_place_whole(str(abs(scale)), power, is_grouped=False)}"


def _find_fraction(tokens: Sequence[Token]) -> int | None:
    """Return the index of the slash between a numerator and a denominator."""
    for index in range(1, len(tokens) - 1):
        if tokens[index] == ("mark", "/") and tokens[index - 1][0] == "digit":
            kind, text = tokens[index + 1]
            return index if kind == "digit" or text.isdigit() else None
    return None


def _show_fraction(value: float, tokens: Sequence[Token], slash: int) -> str:
    start = slash
    while start and tokens[start - 1][0] == "digit":
        start -= 1
    end = slash + 1
    while end < len(tokens) and (tokens[end][0] == "digit" or tokens[end][1].isdigit()):
        end += 1
    given = "".join(text for _, text in tokens[slash + 1 : end]).lstrip("#?0")
    exact = Fraction(Decimal(f"{value:.{_EXACT_DIGITS}g}"))
    has_whole = bool(_list_digits(tokens[:start]))
    whole = int(exact) if has_whole else 0
    rest = exact - whole
    if given.isdecimal():
        denominator = max(1, int(given[:_DENOMINATOR_DIGITS]))
        numerator = round(rest * denominator)
    else:
        digits = min(end - slash - 1, _DENOMINATOR_DIGITS)
        numerator, denominator = rest.limit_denominator(10**digits - 1).as_integer_ratio()
    if has_whole and numerator == denominator:
        whole, numerator = whole + 1, 0
    after = "".join(text for _, text in tokens[end:])
    if not has_whole:
        before = "".join(text for _, text in tokens[:start])
        return f"{before}{numerator}/{denominator}{after}"
    text = _place_whole(str(whole) if whole or not numerator else "", tokens[:start], False)
    return f"{text}{f'{numerator}/{denominator}' if numerator else ''}{after}"


def _list_digits(tokens: Iterable[Token]) -> list[int]:
    return [index for index, (kind, _) in enumerate(tokens) if kind == "digit"]
