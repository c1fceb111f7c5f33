"""Reads web pages that browsers and Word save with their pictures in one file (MHT)."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.mail.messages import parse, read_part
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.web import pages as web


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:
    """Yield the page itself: the first part in HTML, or else in plain text."""
    parts = [part for part in parse(source.read()).walk() if not part.is_multipart()]
    for media_type in ("text/html", "application/xhtml+xml", "text/plain"):
        for part in parts:
            if part.get_content_type() == media_type and (text := read_part(part, hints)):
                yield from web.read_pages(io.BytesIO(text.encode(errors="replace")), limits, hints)
                return
    raise RefusalError(RefusalKind.NO_TEXT)
