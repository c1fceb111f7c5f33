"""Numbers that follow from others: sums, differences, products, percentages, counts."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from personal_bot.answers.claims.quantity import Quantity
from personal_bot.answers.claims.units import MONTHS, PERCENT, SECONDS, Unit

_MOST = 60  # numbers that a sum or difference is looked for in
_SEPARATOR = re.compile(r"[,;]|(?<![^\W_])(?:and|or|и|или)(?![^\W_])")
_ITEM = re.compile(r"^[^\S\n]*(?:[-*•–+]|[0-9]{1,3}[.)])[^\S\n]|^[^\S\n]*\|", re.MULTILINE)
_RULE = re.compile(r"^[^\S\n]*\|[\s|:-]+$", re.MULTILINE)
_RESULT_BEFORE = re.compile(
    r"(?:[=≈]|(?<![^\W_])(?:i\.e\.|that is|totals?|sum|difference|together|equals?|makes?|in all|"
    r"range|remain\w*|left|combined|plus|minus|"
    r"(?:rose|risen|grew|grown|fell|fallen|dropped|increased|decreased|declined|up|down)(?= by )|"
    r"т\. ?е\.|то есть|всего|итого|вместе|разниц\w*|рост|сумм\w*|выход\w*|итог\w*|остал\w*|"
    r"общ\w*|плюс|минус|"
    r"(?:вырос|увелич|сни[зж]|упал|уменьш|подорож|подешев)\w*(?= на )))[^0-9,;]{0,25}\Z"
)
_VERB_BEFORE = re.compile(r"(?<![^\W_])(?:by|or|is|are|was|were|на|или|это|составля\w*)\W{0,3}\Z")
_RESULT_AFTER = re.compile(
    r"[^0-9,;.]{0,25}(?<![^\W_])(?:more|less|in all|in total|together|altogether|combined|longer|"
    r"shorter|higher|lower|cheaper|left|больше|меньше|вместе|всего|дороже|дешевле|дольше|выше|ниже|"
    r"в сумме|в год|a year|per year)"
)
_MEAN = re.compile(r"(?<![^\W_])(?:average|mean|средн\w*)(?![^\W_])")
_OPERATOR_BEFORE = re.compile(r"(?:[×÷·] ?| [/xх] )\Z")
_OPERATOR_BEHIND = re.compile(r" ?[×÷·]| [/xх] ")
_OPERATOR = 3  # characters
_LARGEST_FACTOR = 366
_CONJUNCTION = re.compile(r"(?<![^\W_])(?:and|or|и|или)(?![^\W_])")
_DIGIT = re.compile(r"[0-9]")
_MOST_COUNTED = 50
_FEW = 8
_LEAST_DISTINCTIVE = 100  # of the last digit that is shown: 100, or 14.30
_REACH = 40  # characters


def is_result(folded: str, start: int, end: int) -> bool:
    """Tell whether words beside `folded[start:end]` say that it has been computed."""
    before = folded[max(0, start - _REACH) : start]
    return bool(_RESULT_BEFORE.search(before) or _RESULT_AFTER.match(folded, end))


def may_be_result(folded: str, start: int) -> bool:
    """Tell whether the words before a number allow it to be computed from others beside it."""
    return bool(_VERB_BEFORE.search(folded[max(0, start - _REACH) : start]))


def is_factor(answer: str, quantity: Quantity) -> bool:
    """Tell whether a number is a factor that the answer shows, as in `12 × 950 €`."""
    if quantity.unit.family not in {"", MONTHS, SECONDS} or not quantity.values:
        return False
    before = answer[max(0, quantity.start - _OPERATOR) : quantity.start]
    return bool(_OPERATOR_BEFORE.search(before) or _OPERATOR_BEHIND.match(answer, quantity.end))


def is_distinctive(quantity: Quantity) -> bool:
    """Tell whether a number is hardly computed from others by chance."""
    return bool(quantity.unit.family) or any(
        value >= _LEAST_DISTINCTIVE * quantity.step for value in quantity.values
    )


def follows(quantity: Quantity, others: Sequence[Quantity]) -> bool:
    """Tell whether a number is computed from two of these others, or is the sum of all."""
    if adds_up(quantity, others):
        return True
    others = [other for other in others[:_MOST] if other.values]
    numbers = [other.values[0] for other in others]
    percents = [other.values[0] for other in others if other.unit.family == PERCENT]
    return any(
        _is_ratio(value, quantity.step, numbers)
        if quantity.unit.family == PERCENT
        else _is_product(value, numbers) or _is_share(value, percents, numbers)
        for value in quantity.values
    )


def adds_up(quantity: Quantity, others: Sequence[Quantity]) -> bool:
    """Tell whether a number is the sum or difference of two others, or the sum of all."""
    unit = quantity.unit
    amounts = [
        other.values[0] * (other.unit.factor if other.unit.family else unit.factor)
        for other in others[:_MOST]
        if other.values and _are_alike(unit, other.unit)
    ]
    return any(_adds_up(value, amounts) for value in quantity.base_values)


def is_multiple(quantity: Quantity, said: Sequence[Quantity]) -> bool:
    """Tell whether one amount is so many times another: a deposit of two months' rent."""
    amounts = {one.values[0] for one in said[:_MOST] if one.unit.is_currency and one.values[0]}
    return quantity.unit.family in {"", MONTHS} and any(
        value > 1 and any(one * value in amounts for one in amounts) for value in quantity.values
    )


def is_change(quantity: Quantity, own: Sequence[Quantity], said: Sequence[Quantity]) -> bool:
    """Tell whether a percentage compares a number beside it with one that is cited."""
    return quantity.unit.family == PERCENT and any(
        _is_ratio(quantity.values[0], quantity.step, [one.values[0], other.values[0]])
        for one in own[:_FEW]
        for other in said[:_MOST]
        if one.values and other.values and other.unit.family in {one.unit.family, ""}
    )


def is_mean(quantity: Quantity, claim: str, others: Sequence[Quantity]) -> bool:
    """Tell whether a number is the mean of two others, or of all."""
    if not _MEAN.search(claim):
        return False
    amounts = [
        one.values[0] for one in others if one.values and _are_alike(quantity.unit, one.unit)
    ]
    return any(
        abs((one + other) / 2 - value) <= quantity.step / 2
        for value in quantity.values
        for one, other in combinations(amounts[:_FEW], 2)
    ) or any(
        amounts and abs(sum(amounts, Decimal()) / len(amounts) - value) <= quantity.step / 2
        for value in quantity.values
    )


def _are_alike(unit: Unit, other: Unit) -> bool:
    return other.family in {unit.family, ""} or (not unit.family and other.is_currency)


def _adds_up(value: Decimal, amounts: Sequence[Decimal]) -> bool:
    """Tell whether a number is the sum of all, or the sum or difference of two."""
    if len(amounts) > 1 and value == sum(amounts):
        return True
    counts = Counter(amounts)
    return any(
        counts[one + value] or (counts[value - one] > (value == 2 * one)) for one in counts if one
    )


def _is_product(value: Decimal, numbers: Sequence[Decimal]) -> bool:
    known = Counter(numbers)
    return any(
        (known[value / one] > (value == one * one) and value != one) or known[value * one]
        for one in known
        if one not in {0, 1}
    )


def _is_share(value: Decimal, percents: Sequence[Decimal], numbers: Sequence[Decimal]) -> bool:
    return any(value * 100 == one * percent for percent in percents for one in numbers)


def _is_ratio(value: Decimal, step: Decimal, numbers: Sequence[Decimal]) -> bool:
    """Tell whether a percentage is the ratio of two numbers, or the change from one to another."""
    return any(
        min(abs(100 * one / other - value), abs(abs(100 * one / other - 100) - value)) <= step / 2
        for one in numbers[:_FEW]
        for other in numbers[:_FEW]
        if other and one != other
    )


def sum_columns(rows: Iterable[Sequence[Quantity]]) -> frozenset[tuple[str, Decimal]]:
    """Return the sums of the first, second … numbers of lines that are alike, and of all."""
    columns: dict[tuple[int, str], list[Decimal]] = {}
    for row in rows:
        counts: Counter[str] = Counter()
        for quantity in (quantity for quantity in row if quantity.values):
            family = quantity.unit.family
            counts[family] += 1
            for column in (0, counts[family]):
                columns.setdefault((column, family), []).append(quantity.base_values[0])
    return frozenset(
        (family, sum(values, Decimal())) for (_, family), values in columns.items() if values[1:]
    )


def is_sum(quantity: Quantity, sums: Collection[tuple[str, Decimal]]) -> bool:
    families = {quantity.unit.family, ""}
    return any((family, value) in sums for family in families for value in quantity.base_values)


def counts_items(quantity: Quantity, before: str, after: str, lists: Collection[int]) -> bool:
    """Tell whether as many things are listed beside a number, or in a list of the answer."""
    number = quantity.values[0]
    if not 2 <= number <= _MOST_COUNTED:
        return False
    parts = [part for text in (before, after) for part in (text, text.rpartition(":")[2])]
    return number in lists or any(
        number == len(_SEPARATOR.findall(part.strip(" ,"))) + 1
        for part in parts
        if _CONJUNCTION.search(part) and not _DIGIT.search(part)
    )


def count_lists(answer: str) -> set[int]:
    """Return how many items the lists and tables of an answer have."""
    answer = _RULE.sub("", answer)
    counts = set()
    run = 0
    for line in [*answer.split("\n"), "end"]:
        if _ITEM.match(line):
            run += 1
        elif line.strip():
            counts |= {run, run - 1}
            run = 0
    return counts
