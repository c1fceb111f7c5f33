"""Large harmless files."""

import random
from collections.abc import Iterator

from tests.documents import make_docx, make_epub, make_pdf, make_xlsx, paragraph
from tests.hostile.case import Hostile

MB = 1_000_000


def write_words(size: int, *, seed: int = 1, russian: bool = False) -> str:
    """Return about `size` characters of random sentences in paragraphs."""
    dice = random.Random(seed)
    letters = "абвгдежзийклмнопрстуфхцчшщыьэюя" if russian else "abcdefghiklmnoprstuvy"
    words = ["".join(dice.choices(letters, k=dice.randint(3, 9))) for _ in range(20_000)]
    pieces: list[str] = []
    left = size
    while left > 0:
        sentence = " ".join(dice.choices(words, k=dice.randint(6, 20))).capitalize()
        pieces.append(sentence + dice.choice((". ", ". ", ". ", ".\n\n")))
        left -= len(pieces[-1])
    return "".join(pieces)


def list_large() -> Iterator[Hostile]:
    yield Hostile("large.txt", lambda: write_words(20 * MB).encode()[: 19 * MB])
    yield Hostile("russian.txt", lambda: write_words(9 * MB, russian=True).encode())
    yield Hostile("one_line.txt", lambda: write_words(8 * MB).replace("\n", " ").encode())
    yield Hostile("large.md", _make_markdown)
    yield Hostile("large.docx", _make_docx)
    yield Hostile("large.xlsx", _make_xlsx)
    yield Hostile("large.pdf", lambda: make_pdf([write_words(3_000, seed=n) for n in range(300)]))
    yield Hostile("large.epub", _make_epub)
    yield Hostile("large.html", _make_html)


def _make_markdown() -> bytes:
    chapters = (f"# Chapter {n}\n\n{write_words(20_000, seed=n)}" for n in range(300))
    return "\n\n".join(chapters).encode()


def _make_docx() -> bytes:
    lines = write_words(4 * MB).split("\n\n")
    return make_docx("".join(paragraph(line) for line in lines))


def _make_xlsx() -> bytes:
    words = write_words(5 * MB).split()
    return make_xlsx({"Sheet": [words[start : start + 10] for start in range(0, len(words), 10)]})


def _make_epub() -> bytes:
    return make_epub(
        {
            f"{n}.xhtml": f"<html><body><p>{write_words(50_000, seed=n)}</p></body></html>"
            for n in range(60)
        }
    )


def _make_html() -> bytes:
    lines = write_words(4 * MB).split("\n\n")
    return ("<html><body><main>" + "".join(f"<p>{line}</p>" for line in lines)).encode()
