"""Reads OpenDocument texts, spreadsheets and presentations, and templates of these."""

from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.opendocument.package import OpenPackage
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind

_MODULES: Final = {
    "text": "opendocument.text",
    "spreadsheet": "opendocument.sheets",
    "presentation": "opendocument.slides",
}


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield the pages of a document. Raises RefusalError, also for other kinds of documents."""
    package = OpenPackage(source, limits)
    kind = package.read_kind()
    if kind not in _MODULES:
        raise RefusalError(RefusalKind.UNSUPPORTED, "opendocument")
    converter = import_module(f"personal_bot.documents.converters.{_MODULES[kind]}")
    yield from converter.read_pages(package)
