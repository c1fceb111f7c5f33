"""Reads PDF with pypdf, page by page; numbers count from 1, as in a viewer."""

import re
import sys
import traceback
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.paragraphs import read_paragraphs
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind

# A hyphen at the end of a line within a word; `_join` decides whether to keep it.
_HYPHENATION: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][ \t]*\n[ \t]*(?=[^\W\d_])")


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield the pages, skipping damaged ones. Raises RefusalError, also if no page is readable."""
    from pypdf import PdfReader  # noqa: PLC0415 - only for a PDF
    from pypdf.errors import LimitReachedError, PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(source)
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusalError(RefusalKind.PASSWORD)
        count = len(reader.pages)
    except LimitReachedError as error:
        raise RefusalError(RefusalKind.LIMIT, "structure of the PDF") from error
    except (PyPdfError, NotImplementedError) as error:
        raise RefusalError(RefusalKind.DAMAGED, type(error).__name__) from error
    if count > limits.pages:
        raise RefusalError(RefusalKind.LIMIT, "pages")
    failed: Exception | None = None
    readable = 0
    for number, page in enumerate(reader.pages, start=1):
        try:
            text = page.extract_text()
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - pypdf raises anything on damaged content
            traceback.print_exc(limit=3, file=sys.stderr)
            failed = error
            continue
        readable += 1
        yield Page(number, read_paragraphs(join_hyphenation(text)))
    if failed and not readable:
        kind = RefusalKind.LIMIT if isinstance(failed, LimitReachedError) else RefusalKind.DAMAGED
        raise RefusalError(kind, type(failed).__name__) from failed
    if not count:
        raise RefusalError(RefusalKind.DAMAGED, "no pages")


def join_hyphenation(text: str) -> str:
    """Join words that are hyphenated at the end of a line."""
    return _HYPHENATION.sub(_join, text)


def _join(match: re.Match[str]) -> str:
    following = match.string[match.end()]
    if following.islower():
        return ""
    return "-"  # a compound name, such as Rostov-on-Don, broken before "Don"
