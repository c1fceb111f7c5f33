"""Reads EPUB: chapters in reading order, with titles from the table of contents."""

import posixpath
import re
from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import unquote, urldefrag

from lxml import etree

from personal_bot.documents.converters.containers import Container
from personal_bot.documents.converters.content import Page, Remark, RemarkKind
from personal_bot.documents.converters.encodings.code_pages import decode
from personal_bot.documents.converters.markup import parse_declared_xml, parse_html
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.web.blocks import read_blocks
from personal_bot.documents.converters.web.pages import find_heading, read_inner

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_FONT_METHODS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_TEXT: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?!svg\b)[?!a-z]", re.IGNORECASE)
_CONTENTS: Final = {"application/x-dtbncx+xml"}


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    """Yield a page for each chapter. Raises RefusalError."""
    book = Container(source, limits, RefusalKind.LIMIT)
    _check_encryption(book)
    package_name = _find_package(book)
    package = parse_declared_xml(book.read(package_name))
    folder = posixpath.dirname(package_name)
    items = {item.get("id", ""): item for item in package.iterfind(".//{*}manifest/{*}item")}
    titles = _read_titles(book, folder, items)
    names = [*_list_spine(package, folder, items)] or [*_list_texts(book)]
    for name in dict.fromkeys(names):
        content = book.read(name) if name in book else b""
        # The declared types are often wrong.
        tree = parse_html(decode(content, "utf-8")) if _TEXT.match(content) else None
        if tree is not None:
            title = titles.get(name) or find_heading(tree)
            yield Page(None, read_blocks(tree), title)
        elif name in book:
            yield Page(None, [], titles.get(name), [Remark(RemarkKind.SKIPPED, 1, "chapter")])


def _list_spine(
    package: etree._Element, folder: str, items: dict[str, etree._Element]
) -> Iterator[str]:
    """Yield the parts in reading order, without the table of contents."""
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref", ""))
        if item is not None and "nav" not in item.get("properties", "").split():
            yield _resolve(folder, item.get("href", ""))


def _list_texts(book: Container) -> Iterator[str]:
    """Yield all parts that may be chapters, of a book whose reading order is missing."""
    for entry in book.entries:
        if entry.filename.lower().endswith((".xhtml", ".html", ".htm")):
            yield entry.filename


def _find_package(book: Container) -> str:
    root = parse_declared_xml(book.read(_CONTAINER))
    rootfile = root.find(".//{*}rootfile")
    if rootfile is None:
        raise RefusalError(RefusalKind.DAMAGED, "no package")
    return _resolve("", rootfile.get("full-path", ""))


def _check_encryption(book: Container) -> None:
    """Raise RefusalError if anything but fonts, which are often obfuscated, is encrypted."""
    if _ENCRYPTION not in book:
        return
    root = parse_declared_xml(book.read(_ENCRYPTION))
    for method in root.iterfind(".//{*}EncryptedData/{*}EncryptionMethod"):
        if method.get("Algorithm") not in _FONT_METHODS:
            raise RefusalError(RefusalKind.PASSWORD)


def _read_titles(book: Container, folder: str, items: dict[str, etree._Element]) -> dict[str, str]:
    """Return titles by part name, from EPUB 3's navigation document and EPUB 2's NCX."""
    titles: dict[str, str] = {}
    for item in items.values():
        name = _resolve(folder, item.get("href", ""))
        is_navigation = "nav" in item.get("properties", "").split()
        if name not in book or not (is_navigation or item.get("media-type") in _CONTENTS):
            continue
        root = parse_declared_xml(book.read(name))
        if is_navigation:
            links = [(a.get("href"), read_inner(a)) for a in root.iterfind(".//{*}a")]
        else:
            links = [
                (content.get("src"), point.findtext("{*}navLabel/{*}text") or "")
                for point in root.iterfind(".//{*}navPoint")
                for content in point.iterfind("{*}content")
            ]
        for target, title in links:
            if target and title:
                titles.setdefault(_resolve(posixpath.dirname(name), target), title)
    return titles


def _resolve(folder: str, reference: str) -> str:
    """Return the part name for a reference. Parts are looked up within the book only."""
    path = unquote(urldefrag(reference).url)
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/")
