"""Leases and price lists that do not exist, in English and in Russian.

Each lease has three versions, of three years, which differ in amounts and dates only; their common
clauses are equal, word by word. Price lists are tables with a row for each part.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

YEARS = (2022, 2023, 2024)
PREMISES = (
    ("the bakery in Mill Street", "Mill Street bakery", "пекарни на Мельничной", "Пекарня"),
    ("the workshop by the harbour", "harbour workshop", "мастерской у порта", "Мастерская"),
    ("the pharmacy at the station", "station pharmacy", "аптеки на вокзале", "Аптека"),
)

_TERMS = {  # clause → (text, question), in English and Russian
    "rent": (
        (
            "The monthly rent is {value} euros, payable by the fifth working day.",
            "What is the rent of {place} under the lease of {year}?",
        ),
        (
            "Арендная плата составляет {value} евро в месяц и вносится до пятого рабочего дня.",
            "Какова плата за аренду {place} по договору {year} года?",
        ),
    ),
    "deposit": (
        (
            "The tenant leaves a deposit of {value} euros, which bears no interest.",
            "How large is the deposit for {place} in the contract of {year}?",
        ),
        (
            "Арендатор вносит залог в размере {value} евро, проценты на него не начисляются.",
            "Какой залог вносится за помещение {place} по договору {year} года?",
        ),
    ),
    "notice": (
        (
            "Either party may end the lease with {value} days of written notice.",
            "How many days of notice does the {year} lease of {place} require?",
        ),
        (
            "Каждая сторона может прекратить аренду, письменно предупредив за {value} дней.",
            "За сколько дней предупреждают о прекращении аренды {place} по договору {year} года?",
        ),
    ),
}
_COMMON = (
    (
        "The premises are handed over clean, with all keys, and returned in the same state apart "
        "from ordinary wear. The tenant insures the furniture; the landlord insures the building. "
        "Repairs of roof, pipes and outer walls are the landlord's business, unless the tenant "
        "caused the damage. Signs on the street side need consent. Noise after ten in the evening "
        "is to be avoided. Animals are allowed if no neighbour objects."
    ),
    (
        "Помещение передаётся убранным, со всеми ключами, и возвращается в том же состоянии с "
        "учётом обычного износа. Мебель страхует арендатор, здание — арендодатель. Ремонт крыши, "
        "труб и наружных стен — забота арендодателя, если ущерб причинил не арендатор. Вывески со "
        "стороны улицы требуют согласия. После десяти вечера шуметь не следует. Животные "
        "допускаются, если соседи не возражают."
    ),
)

_PARTS = (
    ("pump", "насос"),
    ("valve", "клапан"),
    ("filter", "фильтр"),
    ("gasket", "прокладка"),
    ("sensor", "датчик"),
    ("hose", "шланг"),
    ("bearing", "подшипник"),
    ("relay", "реле"),
)
_SUPPLIERS = (("Ostrava Hydraulics", "Острава Гидравлика"), ("Karelia Parts", "Карелия Детали"))
_ROWS = 40


@dataclass(frozen=True)
class Lease:
    """One version of a lease; `facts` are (clause, question, value)."""

    place: str
    year: int
    name: str
    clauses: tuple[str, ...]
    facts: tuple[tuple[str, str, str], ...]


def write_leases(language: int) -> Iterator[Lease]:
    """Yield all versions of all leases in English (0) or Russian (1), with the same numbers."""
    rng = random.Random(11)
    for premises in PREMISES:
        place, title = premises[2 * language : 2 * language + 2]
        for year in YEARS:
            clauses, facts = [], []
            for clause, languages in _TERMS.items():
                text, question = languages[language]
                value = str(
                    rng.randrange(2_030, 9_999) if clause != "notice" else 30 + year % 7 * 9
                )
                clauses.append(text.format(value=value))
                facts.append((clause, question.format(place=place, year=year), value))
            date = (f"Signed on 3 March {year}.", f"Подписан 3 марта {year} г.")[language]
            clauses = [date, *clauses, _COMMON[language]]
            kind = ("lease", "договор аренды")[language]
            yield Lease(place, year, f"{title} {kind} {year}.docx", tuple(clauses), tuple(facts))


@dataclass(frozen=True)
class PriceList:
    """A table; `facts` are (question, code)."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    facts: tuple[tuple[str, str], ...]


def write_price_lists(language: int) -> Iterator[PriceList]:
    """Yield the price list of each supplier in English (0) or Russian (1)."""
    rng = random.Random(13)
    for names in _SUPPLIERS:
        supplier = names[language]
        rows, facts = [], []
        for number in range(_ROWS):
            part = _PARTS[number % len(_PARTS)][language]
            code = f"{rng.choice('ABKTX')}{rng.choice('CEHMP')}-{rng.randrange(100, 999)}/{number}"
            size, price, stock = rng.randrange(10, 99), rng.randrange(1_050, 9_990), number * 3 + 1
            rows.append((part, code, size, price, stock))
            ask = (
                f"What does a {part} of {size} mm from {supplier} cost?",
                f"Сколько стоит {part} на {size} мм у «{supplier}»?",
            )[language]
            facts.append((ask, code))
        header = (
            ("Part", "Code", "Size, mm", "Price, €", "In stock"),
            ("Деталь", "Код", "Размер, мм", "Цена, €", "На складе"),
        )[language]
        title = (f"{supplier} price list.xlsx", f"{supplier} прайс-лист.xlsx")[language]
        yield PriceList(title, header, tuple(rows), tuple(facts[::4]))
