"""PDF by pypdf, page by page, under the numbers a viewer shows."""

import re
import sys
import traceback
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.protocol import Limits, Page, RefusalError, RefusalKind

# A word cut at the end of a line goes on in the next with a small letter.
_HYPHENATION: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][ \t]*\n[ \t]*(?=[^\W\d_])")


def read_pages(source: BinaryIO, limits: Limits) -> Iterator[Page]:
    """Yield the pages that can be read; a damaged page costs only itself. Raises RefusalError."""
    from pypdf import PdfReader  # noqa: PLC0415 - only where a PDF comes
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
        yield Page(number, join_hyphenation(text))
    if failed and not readable:
        kind = RefusalKind.LIMIT if isinstance(failed, LimitReachedError) else RefusalKind.DAMAGED
        raise RefusalError(kind, type(failed).__name__) from failed
    if not count:
        raise RefusalError(RefusalKind.DAMAGED, "no pages")


def join_hyphenation(text: str) -> str:
    """Join words that were cut at the end of a line."""
    return _HYPHENATION.sub(_join, text)


def _join(match: re.Match[str]) -> str:
    following = match.string[match.end()]
    if following.islower():
        return ""
    return "-"  # a name in two parts, as in Rostov-on-Don at the end of a line
