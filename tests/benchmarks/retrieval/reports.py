"""Yearly reports of companies that do not exist, the same in English and in Russian.

Each page is one section. As in real reports, pages name neither the company nor the year; only the
document does. All reports have the same sections, so most pages are like many others.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.retrieval.sections import SECTIONS

COMPANIES = {
    "Norvik Shipping": "Норвик Шиппинг",
    "Altair Foods": "Альтаир Фудс",
    "Belmont Cement": "Белмонт Цемент",
    "Tavda Energy": "Тавда Энерго",
    "Rosella Clinics": "Клиники Розелла",
}
YEARS = (2021, 2022, 2023)


@dataclass(frozen=True)
class Report:
    """A report in one language; `facts` are (section, question, value, page)."""

    company: str
    year: int
    name: str
    pages: tuple[tuple[str, str], ...]  # heading and text
    facts: tuple[tuple[str, str, int], ...]  # question, value, page


def write_reports(language: int) -> Iterator[Report]:
    """Yield the reports in English (0) or Russian (1); both have the same numbers."""
    rng = random.Random(7)
    values = iter(rng.sample(range(101, 999), len(COMPANIES) * len(YEARS) * len(SECTIONS)))
    for names in COMPANIES.items():
        for year in YEARS:
            company = names[language]
            kind = ("annual report", "годовой отчёт")[language]
            pages, facts = [], []
            for page, section in enumerate(SECTIONS, 1):
                chosen = section[language]
                value = str(next(values))
                sentences = rng.sample(range(len(chosen.filler)), len(chosen.filler))
                filler = [chosen.filler[number] for number in sentences]
                at = rng.randrange(1, len(filler))
                fact = chosen.fact.format(value=value)
                pages.append((chosen.heading, " ".join([*filler[:at], fact, *filler[at:]])))
                question = chosen.question.format(company=company, year=year)
                facts.append((question, value, page))
            yield Report(company, year, f"{company} {year} {kind}.pdf", tuple(pages), tuple(facts))
