"""Reads the parts of DOCX and PPTX packages, and the relationships between parts."""

import posixpath
from typing import BinaryIO, Final

from lxml import etree

from personal_bot.documents.converters.containers import Container
from personal_bot.documents.converters.markup import parse_xml
from personal_bot.documents.converters.protocol import Limits, RefusalKind

_RELATIONSHIP_ID: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",  # Strict
)


class Package:
    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._container = Container(source, limits, RefusalKind.LIMIT)

    def parse(self, name: str) -> etree._Element:
        """Parse a required part. Raises RefusalError if it is missing or damaged."""
        return parse_xml(self._container.read(name))

    def find(self, name: str) -> etree._Element | None:
        """Parse an optional part; None if it is missing. Raises RefusalError if it is damaged."""
        return self.parse(name) if name in self._container else None

    def read_relationships(self, name: str) -> list[tuple[str, str, str]]:
        """Return (id, last segment of type, part name) for each internal relationship of a part."""
        folder, base = posixpath.split(name)
        root = self.find(f"{folder}/_rels/{base}.rels")
        if root is None:
            return []
        return [
            (
                element.get("Id", ""),
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join(folder, element.get("Target", ""))).lstrip("/"),
            )
            for element in root.iterfind("{*}Relationship")
            if element.get("TargetMode") != "External"
        ]


def read_relationship_id(element: etree._Element) -> str:
    return next((value for name in _RELATIONSHIP_ID if (value := element.get(name))), "")


def read_tag(element: etree._Element) -> str:
    """Return the tag without its namespace, which differs in Transitional and Strict files."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_attribute(element: etree._Element | None, name: str) -> str | None:
    """Return an attribute by its local name; None if it or the element is missing."""
    if element is None:
        return None
    return next(
        (str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None
    )
