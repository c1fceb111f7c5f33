import time

from personal_bot.documents.converters.pdf.lines import Line
from personal_bot.documents.converters.pdf.paragraphs import Piece
from personal_bot.documents.converters.pdf.words import Word


def make_lines(*texts: str) -> list[Line]:
    return [
        Line([Word(text, 50, 12 * number, 300, 12 * number + 10, 10)])
        for number, text in enumerate(texts)
    ]


def test_a_line_that_ends_early_keeps_its_end_if_it_is_repeated() -> None:
    piece = Piece(make_lines("Row,", "Row,", "Row on"), breaks=frozenset({0}))
    assert piece.text == "Row,\nRow, Row on"
    again = Piece(make_lines("Row,", "Row,", "Row,"), breaks=frozenset({0}))
    assert again.text == "Row,\nRow, Row,"


def test_a_page_that_is_one_paragraph_takes_linear_time() -> None:
    piece = Piece(make_lines(*["some words in a line of text"] * 5_000))

    started = time.process_time()
    text = piece.text

    assert time.process_time() - started < 3
    assert len(text) == 5_000 * 29 - 1
