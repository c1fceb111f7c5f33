"""Write PDFs of placed texts, lines and annotations, so that tests show where things stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.documents import make_pdf_objects, make_stream

FIRST_EXTRA = 5  # the number of the first extra object
WIDTH, HEIGHT = 600, 800


@dataclass(frozen=True)
class PdfPage:
    """`annotations` are dictionaries; `entries` are added to that of the page."""

    content: str = ""
    annotations: Sequence[str] = ()
    entries: str = ""


def write_pdf(
    pages: Iterable[PdfPage | str], *, catalog: str = "", extra: Sequence[str | bytes] = ()
) -> bytes:
    """Return a PDF; F1 is Helvetica, F2 the same in bold, X1 the first extra object."""
    pages = [page if isinstance(page, PdfPage) else PdfPage(page) for page in pages]
    kids = " ".join(f"{find_page(index, extra)} 0 R" for index in range(len(pages)))
    objects: list[str | bytes] = [
        f"<</Type /Catalog /Pages 2 0 R {catalog}>>",
        f"<</Type /Pages /Count {len(pages)} /Kids [{kids}]>>",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold>>",
        *extra,
    ]
    for index, page in enumerate(pages):
        resources = "/Font <</F1 3 0 R /F2 4 0 R /F3 5 0 R>> /XObject <</X1 5 0 R>>"
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources <<{resources}>> /Contents {find_page(index, extra) + 1} 0 R "
            f"/Annots [{' '.join(page.annotations)}] {page.entries}>>"
        )
        objects.append(make_stream(page.content.encode("latin-1")))
    return make_pdf_objects(objects)


def find_page(index: int, extra: Sequence[str | bytes] = ()) -> int:
    """Return the number of a page's object."""
    return FIRST_EXTRA + len(extra) + 2 * index


def text(x: float, y: float, string: str, *, size: float = 10, font: str = "F1") -> str:
    """Draw a line of text; `y` counts from the bottom of the page."""
    return f"BT /{font} {size} Tf {x} {y} Td ({string}) Tj ET\n"


def lines(x: float, y: float, strings: Iterable[str], *, leading: float = 12, **font) -> str:
    """Draw lines below each other; a line without letters leaves a gap."""
    return "".join(
        text(x, y - leading * number, string, **font)
        for number, string in enumerate(strings)
        if string
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def grid(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Draw all lines of a table."""
    across = "".join(rule(xs[0], y, xs[-1], y) for y in ys)
    return across + "".join(rule(x, ys[0], x, ys[-1]) for x in xs)


def field(kind: str, name: str, box: tuple[int, int, int, int], entries: str) -> str:
    """Return a field that is its own widget."""
    rectangle = " ".join(map(str, box))
    return f"<</Subtype /Widget /FT /{kind} /T ({name}) /Rect [{rectangle}] {entries}>>"


def comment(kind: str, contents: str, box: tuple[int, int, int, int], entries: str = "") -> str:
    rectangle = " ".join(map(str, box))
    return f"<</Subtype /{kind} /Contents ({contents}) /Rect [{rectangle}] {entries}>>"
