"""Libraries of generated documents, and the sets of questions about them."""

import itertools
from collections.abc import Iterator, Sequence

from tests.benchmarks.retrieval import contracts, files, reports
from tests.benchmarks.retrieval.sections import SECTIONS
from tests.benchmarks.retrieval.sets import (
    ENGLISH,
    LANGUAGES,
    RUSSIAN,
    Collection,
    File,
    Gold,
    Question,
    Set,
    ask_across,
    mistype,
    normalize,
    transliterate,
)


def add_generated(made: Collection) -> None:
    _add_reports(made)
    _add_leases(made)
    _add_price_lists(made)


def _add_reports(made: Collection) -> None:
    written = [[*reports.write_reports(language)] for language in (ENGLISH, RUSSIAN)]
    asked: list[list[Question]] = []
    for language, ours in enumerate(written):
        library = f"reports {LANGUAGES[language]}"
        made.libraries[library] = [File(one.name, files.make_pdf(one.pages)) for one in ours]
        asked.append([question for report in ours for question in _ask_report(report)])
        made.sets.append(Set(library, library, asked[-1]))
        made.sets.append(Set(f"{library}, typo", library, [*map(mistype, asked[-1])]))
        made.sets.append(Set(f"{library}, follow-up", library, [*_follow_up(asked[-1], language)]))
        made.sets.append(Set(f"{library}, two years", library, [*_compare(ours, language)]))
    translit = [transliterate(question) for question in asked[RUSSIAN]]
    made.sets.append(Set("reports ru, in Latin letters", "reports ru", translit))
    # Half of the companies in each language; questions are asked in the other one.
    half = 2 * len(reports.YEARS)
    made.libraries["reports en and ru"] = [
        File(one.name, files.make_pdf(one.pages))
        for one in (*written[ENGLISH][:half], *written[RUSSIAN][half:])
    ]
    facts = half * len(SECTIONS)
    for language, there, part in (
        (RUSSIAN, ENGLISH, slice(0, facts)),
        (ENGLISH, RUSSIAN, slice(facts, None)),
    ):
        pairs = [*zip(asked[language][part], asked[there][part], strict=True)]
        name = f"reports en and ru, {LANGUAGES[language]}→{LANGUAGES[there]}"
        made.sets += ask_across(name, "reports en and ru", pairs)
        same = asked[there][part]
        made.sets.append(
            Set(
                f"reports en and ru, {LANGUAGES[there]}→{LANGUAGES[there]}",
                "reports en and ru",
                same,
            )
        )


def _ask_report(report: reports.Report) -> Iterator[Question]:
    for question, value, page in report.facts:
        yield Question((question,), (Gold(report.name, _whole(value), page),))


def _whole(value: str) -> tuple[str, ...]:
    """A number is followed by a space or a full stop in all generated texts."""
    return (f" {value} ", f" {value}.", f" {value},")


def _compare(ours: Sequence[reports.Report], language: int) -> Iterator[Question]:
    """Ask about two years at once; the answer needs a page of each report."""
    for earlier, later in itertools.pairwise(ours):
        if earlier.company != later.company:
            continue
        for (question, value, page), (_, other, _page) in zip(
            earlier.facts, later.facts, strict=True
        ):
            both = (f"{earlier.year} and {later.year}", f"{earlier.year} и {later.year}")[language]
            gold = (Gold(earlier.name, _whole(value), page), Gold(later.name, _whole(other), page))
            yield Question((question.replace(str(earlier.year), both),), gold)


def _follow_up(asked: Sequence[Question], language: int) -> Iterator[Question]:
    """Ask "And in 2022?" after the question about another year, as a search without rewriting."""
    facts = len(SECTIONS)
    for number, question in enumerate(asked):
        year = reports.YEARS[number // facts % len(reports.YEARS)]
        before = reports.YEARS[(number // facts + 1) % len(reports.YEARS)]
        first = question.wordings[0].replace(str(year), str(before))
        short = (f"And in {year}?", f"А в {year} году?")[language]
        yield Question((f"{first} {short}",), question.gold)


def _add_leases(made: Collection) -> None:
    for language, code in enumerate(LANGUAGES):
        leases = [*contracts.write_leases(language)]
        library = f"leases {code}"
        made.libraries[library] = [File(one.name, files.make_docx(one.clauses)) for one in leases]
        questions = [
            Question((question,), (Gold(lease.name, _whole(value)),))
            for lease in leases
            for _, question, value in lease.facts
        ]
        made.sets.append(Set(f"{library}, by year", library, questions))


def _add_price_lists(made: Collection) -> None:
    for language, code in enumerate(LANGUAGES):
        lists = [*contracts.write_price_lists(language)]
        library = f"tables {code}"
        made.libraries[library] = [
            File(one.name, files.make_xlsx(one.header, one.rows)) for one in lists
        ]
        made.sets.append(
            Set(
                library,
                library,
                [
                    Question((question,), (Gold(one.name, (normalize(row),)),))
                    for one in lists
                    for question, row in one.facts
                ],
            )
        )
