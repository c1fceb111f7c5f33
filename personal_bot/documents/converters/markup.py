"""Parses XML and HTML with lxml safely: no entities, no network, no unbounded trees."""

import io
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree, html

from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

_DECLARATIONS: Final = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_xml(content: bytes) -> None:
    """Raise RefusalError for a document type declaration.

    Office files never have one, and every entity expansion attack needs one.
    """
    if any(mark in content for mark in _DECLARATIONS):
        raise RefusalError(RefusalKind.DAMAGED, "document type declaration")


def parse_xml(content: bytes) -> etree._Element:
    """Parse a part of an Office file. Raises RefusalError."""
    check_xml(content)
    return _parse(content, recover=False)


def parse_declared_xml(content: bytes) -> etree._Element:
    """Parse XML that may have a document type declaration, as in EPUB; entities stay unresolved.

    Raises RefusalError.
    """
    return _parse(content, recover=True)


def iterate_xml(
    content: bytes, tags: Sequence[str], events: Sequence[str] = ("end",)
) -> Iterator[tuple[str, etree._Element]]:
    """Yield (event, element) for the elements with these tags of a part of an Office file.

    The caller frees elements that it has read. Raises RefusalError.
    """
    check_xml(content)
    try:
        yield from etree.iterparse(
            io.BytesIO(content),
            events=events,
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
    except etree.XMLSyntaxError as error:
        raise RefusalError(RefusalKind.DAMAGED, "XML") from error


def free(element: etree._Element) -> None:
    """Remove the content of an element that was read, and its siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def parse_html(text: str) -> etree._Element | None:
    """Parse HTML, even malformed; return None if it has no content.

    libxml2 cuts off elements nested deeper than 256. Raises RefusalError if another limit of
    libxml2 is exceeded.
    """
    parser = html.HTMLParser(
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    content = text.encode(errors="replace")
    try:
        return html.document_fromstring(content, parser, ensure_head_body=True)
    except etree.ParserError:
        return None
    except etree.XMLSyntaxError as error:
        refusal = _explain(error)
        if refusal.kind is RefusalKind.LIMIT:
            raise refusal from error
        return None


def _parse(content: bytes, *, recover: bool) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _explain(error) from error
    if root is None:
        raise RefusalError(RefusalKind.DAMAGED, "XML")
    return root


def _explain(error: etree.XMLSyntaxError) -> RefusalError:
    reason = str(error).lower()
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
        return RefusalError(RefusalKind.LIMIT, "memory")
    if "depth" in reason or "huge" in reason:
        return RefusalError(RefusalKind.LIMIT, "nesting")
    return RefusalError(RefusalKind.DAMAGED, "XML")
