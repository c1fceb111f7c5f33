"""Whatever a document states plainly is found again in a passage that can be read alone."""

from pathlib import Path

import pytest

from tests.benchmarks.reading import own
from tests.benchmarks.reading.facts import Fact, Pair, Passage, Together, Value, Verbatim
from tests.benchmarks.reading.formats import list_documents
from tests.benchmarks.reading.generated import Generated
from tests.benchmarks.reading.tables import find_lost

FORMATS = [
    "XLSX",
    "CSV",
    "MD",
    "TXT",
    "JSON",
    "HTML",
    "EPUB",
    "EML",
    "ODT",
    "ODS",
    "RTF",
    "DOCX",
    "PPTX",
    "PDF",
]
TABLE = "| City | 2023 | 2024 |\n| --- | --- | --- |\n| Omsk | 64 | 71 |\n| Tula | 71 | 5 |"


@pytest.fixture(scope="module")
def documents() -> list[Generated]:
    return list(list_documents())


@pytest.mark.integration
@pytest.mark.parametrize("name", FORMATS)
async def test_every_fact_of_a_format_is_found_in_a_passage(
    tmp_path: Path, documents: list[Generated], name: str
) -> None:
    chosen = [document for document in documents if document.format == name]
    assert chosen
    assert find_lost(chosen, await own.read(chosen, tmp_path)) == []


def test_every_format_is_tried(documents: list[Generated]) -> None:
    assert {document.format for document in documents} == set(FORMATS)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("City: Omsk; 2023: 64; 2024: 71", Value("Omsk", "2024", "71")),
        ("Omsk; Quarter 1 – Plan: 64", Value("Omsk", ("Quarter 1", "Plan"), "64")),
        (TABLE, Value("Tula", "2023", "71")),
        ("City,2023,2024\nOmsk,64,71", Value("Omsk", "2024", "71")),
        ("City\t2023\nOmsk\t64", Value("Omsk", "2023", "64")),
        ("| | Q 1 |\n| City | Plan |\n| Omsk | 64 |", Value("Omsk", ("Q 1", "Plan"), "64")),
        ("Seller: Alfa", Pair("Seller", "Alfa")),
        ("| Seller | | Alfa |", Pair("Seller", "Alfa")),
        ("Seller,Buyer\nAlfa,Beta", Pair("Buyer", "Beta")),
        ("Paid\nin **June**: file\\_1", Together("Paid in June", "file_1")),
        ("仓库的地址是北京。", Together("地址是北京")),
        ("run:\n\n  a\n    b", Verbatim("  a\n    b")),
    ],
)
def test_a_fact_is_found_in_whatever_form_it_is_written(text: str, fact: Fact) -> None:
    assert fact.is_in(Passage(text))


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (TABLE, Value("Omsk", "2023", "71")),
        (TABLE, Value("Omsk", "2024", "5")),
        ("| Omsk | 64 | 71 |", Value("Omsk", "2023", "64")),
        ("City: Omsk; 2023: 64\nCity: Tula; 2023: 71", Value("Omsk", "2023", "71")),
        ("City: Omsk; 2023: 64.5", Value("Omsk", "2023", "64")),
        ("| | Q 1 | |\n| | Plan | Fact |\n| Omsk | 6 | 7 |", Value("Omsk", ("Q 1", "Fact"), "7")),
        ("Seller: Buyer; Alfa: Beta", Pair("Seller", "Alfa")),
        ("1647 paid", Together("64")),
        ("run: a b", Verbatim("a\nb")),
    ],
)
def test_a_fact_that_must_be_guessed_is_not_found(text: str, fact: Fact) -> None:
    assert not fact.is_in(Passage(text))
