"""What an answer claims is in what it cites, or it is found."""

import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.answers.claims import Kind, check_claims
from tests.unit.personal_bot.answers.claims.cases import ENGLISH, MIXED, RUSSIAN, Topic
from tests.unit.personal_bot.answers.claims.falsifying import falsify, reveal

TOPICS = (*ENGLISH, *RUSSIAN, *MIXED)
SEEDS = range(3)

LEASE = "Lease of 3 May 2024 between Daniel Okafor and Margaret Holloway. The rent is EUR 950 per month for 3 rooms, due on the 3rd. Notice: three months, ‘in writing’. Set `max = 200` in FY2023."
OTHER = (
    "Договор от 12.08.2023: арендатор Сергей Иванов, 35 000 руб. за 48,6 кв. м, срок 11 месяцев."
)

PIECES = [
    "0", "1", "950", "00", " ", ".", ",", ":", "-", "/", "×", "(", ")", "€", "$", "%", "[1]", "[2]", "\n", "|", "**",
    "`", "«", "»", '"', "3 May 2024", "0000-01-01", "31.02.9999", " May ", " мая ", "about ", "over ", " тыс. ", " лет",
    " days", "million", " by ", "=", "Ivan", " И. Иванов", "XIV", "st", "A1", "№ ", "٣", "İ", "ß", "\u00ad", "\u2060", "- ",
]  # fmt: skip


def _find(
    answer: str, texts: Sequence[str] = (LEASE, OTHER), question: str = "", *known: str
) -> list[str]:
    return [found.text for found in check_claims(answer, texts, question, known)]


def _check(topic: Topic, answer: str) -> list[tuple[int, int]]:
    found = check_claims(answer, topic.texts, topic.question, topic.known)
    return [(one.start, one.end) for one in found]


def test_what_is_right_is_not_flagged() -> None:
    answers = [(topic, reveal(answer)) for topic in TOPICS for answer in topic.answers]

    flagged = [answer for topic, answer in answers if _check(topic, answer)]

    assert len(answers) >= 120
    assert len(flagged) <= 0.02 * len(answers), flagged


def test_what_was_falsified_is_found() -> None:
    made: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for topic in TOPICS:
        for answer in topic.answers:
            for wrong in (one for seed in SEEDS for one in falsify(answer, seed)):
                end = wrong.start + len(wrong.wrong)
                spans = _check(topic, wrong.answer)
                made[wrong.kind] += 1
                missed[wrong.kind] += not any(a < end and wrong.start < b for a, b in spans)

    rates = {kind: 1 - missed[kind] / made[kind] for kind in made}
    assert min(rates[kind] for kind in "nadq") >= 0.95, rates
    assert rates["p"] >= 0.8, rates


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("The rent is 960 € [1].", Kind.AMOUNT),
        ("The rent is $950 [1].", Kind.AMOUNT),
        ("The notice is 4 months [1].", Kind.NUMBER),
        ("The notice is two weeks [1].", Kind.NUMBER),
        ("The flat has 5 rooms [1].", Kind.NUMBER),
        ("It was signed on 4 May 2024 [1].", Kind.DATE),
        ("It was signed on 3 June 2024 [1].", Kind.DATE),
        ("It was signed in 2021 [1].", Kind.DATE),
        ("The landlord is Margaret Castellan [1].", Kind.NAME),
        ("Notice is given “by telephone” [1].", Kind.QUOTE),
        ("Set `max = 300` [1].", Kind.QUOTE),
        ("Срок договора — 12 месяцев [2].", Kind.NUMBER),
        ("Договор подписан Петровым [2].", Kind.NAME),
        ("Плата составляет 36 000 руб. [2].", Kind.AMOUNT),
        ("Договор заключён 13 августа 2023 г. [2].", Kind.DATE),
    ],
)
def test_what_is_wrong_is_named_by_its_kind(answer: str, kind: Kind) -> None:
    assert [found.kind for found in check_claims(answer, [LEASE, OTHER])] == [kind]


@pytest.mark.parametrize(
    "answer",
    [
        "The rent is 950 € [1].",
        "The rent is 950.00 euros, that is 11,400 € a year (12 × 950 €) [1].",
        "The lease is of 3.5.2024, 03/05/2024, May 3rd, 2024 and 2024-05-03 [1].",
        "The lease was signed in May 2024 [1].",
        "Notice is 3 months [1].",
        "Notice is given “In  Writing” [1].",
        "Daniel Okafor's rent is about 1,000 € [1].",
        "In the fiscal year 2023, set `max=200` [1].",
        "Арендатор договорился с Ивановым, договор подписан Сергеем Ивановым [2].",
        "Плата — 35 тыс. рублей, срок — одиннадцать месяцев, с августа 2023 года [2].",
        "| Rent | 950 € |\n|---|---|\n| Notice | 3 months |\n\nAll of it is in [1].",
        "## 4. Rent in 2031\nIt is 950 € [1].",
        "12. It is 950 € [1].\n13. It is for 3 rooms [1].",
        "See page 12 and rows 40–45: the rent is 950 € [1].",
        "I found nothing about pets.",
        "```python\nx = 77\n```",
        "",
    ],
)
def test_what_is_said_otherwise_or_is_no_claim_is_not_flagged(answer: str) -> None:
    assert not _find(answer)


def test_a_claim_is_checked_against_what_it_cites() -> None:
    assert _find("The rent is 950 € [2].") == ["950 €"]
    assert check_claims("The rent is 950 € [2].", [LEASE, OTHER])[0].elsewhere == (1,)
    assert not _find("The rents are 950 € and 35 000 ₽ [1][2].")


def test_a_sentence_without_citation_is_checked_against_those_beside_it_or_else_against_all() -> (
    None
):
    assert not _find("The rent of the flat is 950 €. It has three rooms [1].")
    assert _find("The rent of the flat is 35 000 ₽. It has three rooms [1].") == ["35 000 ₽"]
    assert not _find("The rent of the other flat is 35 000 ₽.")


def test_what_was_said_and_cited_before_may_be_repeated() -> None:
    assert not _find("The rent is 950 € [1].\n\nThe other one costs more than these 950 € [2].")
    assert _find("The other one is not 950 € [2].\n\nThe rent is 950 € [1].") == ["950 €"]


def test_words_of_the_question_and_names_of_documents_may_be_repeated() -> None:
    answer = "The file Rheinallee.pdf says nothing about 1,200 € for Ms Abernathy [1]."

    assert _find(answer) == ["Rheinallee", "1,200 €", "Abernathy"]
    assert not _find(answer, (LEASE,), "Does Abernathy pay 1200 EUR?", "Rheinallee.pdf")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("The rent rose from 3 to 5 by 2 [1].", "The rent rose from 3 to 5 by 4 [1]."),
        ("Tea is 40 € and milk 25 €, 65 € in all [1].", "Tea is 40 € and milk 25 €, 66 € in all [1]."),
        ("It fell by 37.5 %, from 40 € to 25 € [1].", "It fell by 39.5 %, from 40 € to 25 € [1]."),
        ("It is 10 % of 40 €, or 4 € [1].", "It is 10 % of 40 €, or 6 € [1]."),
        ("- Tea: 40 € [1]\n- Milk: 25 € [1]\n\nSum: 65 €", "- Tea: 40 € [1]\n- Milk: 25 € [1]\n\nSum: 75 €"),
        ("About 1.6 thousand people came [1].", "About 1.9 thousand people came [1]."),
        ("Over 1,500 people came [1].", "Over 1,600 people came [1]."),
        ("It lasts from 1 May 2024 to 1 May 2026, i.e. 2 years [1].", "It lasts from 1 May 2024 to 1 May 2026, i.e. 9 years [1]."),
        ("It starts on 1 May 2024 and ends 12 months later, on 1 May 2025 [1].", "It starts on 1 May 2024 and ends 12 months later, on 1 July 2025 [1]."),
        ("There are 4 kinds: tea, milk, juice and water [1].", "There are 6 kinds: tea, milk, juice and water [1]."),
    ],
)  # fmt: skip
def test_what_follows_is_right_only_if_it_is_exact(right: str, wrong: str) -> None:
    texts = [
        "Tea 40 EUR, milk 25 EUR, juice, water; from 3 to 5; 10 %; 1577 people; 12 months from 1 May 2024, not beyond 1 May 2026."
    ]

    assert not _find(right, texts)
    assert len(_find(wrong, texts)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "Heating cost 112.40 € in January and 98.10 € in February, 210.50 € together [1].",
        "1. January: 950.00 [1]\n2. February: 950.00 [1]\n\nTotal for the two months: 1,900.00",
        "The average heating bill was 105.25 € ((112.40 + 98.10) / 2) [1].",
        "Heating fell by 14.30 between January and February [1].",
        "Heating fell from 112.40 € in January by 12.7 % [1].",
        "Yearly rent: 12 months x 950 EUR = 11,400 EUR [1].",
        "The deposit equals two months' rent [1].",
        "Deposit plus first rent: €2,850 [1].",
        "You have 2 documents: rent.xlsx and lease.pdf.",
    ],
)
def test_what_is_computed_from_a_table_is_not_flagged(answer: str) -> None:
    text = "Deposit: 1900 EUR\n| Month | Rent | Heating |\n| Jan | 950.00 EUR | 112.40 |\n| Feb | 950.00 EUR | 98.10 |"

    assert not _find(answer, [text])


def test_a_quotation_may_be_divided_shortened_and_spelled_with_yo() -> None:
    text = "Платёж вносится не позд-\nнее десятого числа каждого месяца, иначе начисля­ется пеня."

    assert not _find("Сказано: «платеж вносится не позднее десятого числа» [1].", [text])
    assert not _find("Сказано: «Платёж вносится … иначе начисляется пеня» [1].", [text])
    assert _find("Сказано: «платеж вносится не позднее пятого числа» [1].", [text])


def test_words_translated_from_another_script_are_not_compared() -> None:
    assert not _find("Арендатор — Дэниел Окафор, уведомление «в письменной форме» [1].")
    assert _find("Арендатор — Дэниел Окафор, аренда 960 евро [1].") == ["960 евро"]


def test_a_mark_copied_from_a_document_cites_nothing() -> None:
    texts = ["Pumps are safe [2]. They weigh 168 kg.", "Ladders weigh 12 kg."]

    assert not _find("«Pumps are safe [2].» They weigh 168 kg [1].", texts)


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), st.integers(0, 2))
def test_whatever_an_answer_is_its_facts_are_found_apart_from_each_other(
    answer: str, texts: int
) -> None:
    found = check_claims(answer, [LEASE, OTHER][:texts])

    assert all(answer[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    ["[1]", "1 ", "1 577 ", "1.", "a1-", "Ab ", '"a" ', "„a“", "`a` ", "3 May ", "5 % ", "two ", "- 1\n",
     "| 1 ", "950 € ", "A. ", "+1(", "# 1\n", "1:", "950 € 777 "],
)  # fmt: skip
def test_hostile_answers_take_linear_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    started = time.process_time()
    check_claims(text, [LEASE, OTHER])

    assert time.process_time() - started < 3
