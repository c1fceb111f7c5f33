"""Reads the parts of DOCX and PPTX packages, and the relationships between parts."""

import posixpath
from functools import lru_cache
from typing import BinaryIO, Final
from urllib.parse import unquote

from lxml import etree

from personal_bot.documents.converters.containers import Container
from personal_bot.documents.converters.markup import parse_xml
from personal_bot.documents.converters.protocol import Limits, RefusalKind

_RELATIONSHIP_ID: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",  # Strict
)


class Package:
    """An open package. Names of parts differ in case and slashes between programs."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._container = Container(source, limits, RefusalKind.LIMIT)
        self._names = {_fold(entry.filename): entry.filename for entry in self._container.entries}

    def __contains__(self, name: str) -> bool:
        return _fold(name) in self._names

    def parse(self, name: str) -> etree._Element:
        """Parse a required part. Raises RefusalError if it is missing or damaged."""
        return parse_xml(self.read(name))

    def read(self, name: str) -> bytes:
        """Return the content of a part. Raises RefusalError if it is missing or damaged."""
        return self._container.read(self._names.get(_fold(name), name))

    def find(self, name: str) -> etree._Element | None:
        """Parse an optional part; None if it is missing. Raises RefusalError if it is damaged."""
        return self.parse(name) if _fold(name) in self._names else None

    def find_main_part(self, usual: str) -> str:
        """Return the name of the part with the document, which the package itself declares."""
        return self.name_related("", "officeDocument", usual)

    def name_related(self, name: str, kind: str, usual: str = "") -> str:
        """Return the name of the part that another part relates to, such as styles or settings.

        Without such a relationship, it is the usual name, which defaults to `kind`.xml beside the
        part. An empty name stands for the package.
        """
        targets = (target for _, type_, target in self.read_relationships(name) if type_ == kind)
        beside = posixpath.join(posixpath.dirname(name), f"{kind}.xml")
        return next((target for target in targets if _fold(target) in self._names), usual or beside)

    def read_relationships(self, name: str) -> list[tuple[str, str, str]]:
        """Return (id, last segment of type, part name) for each internal relationship of a part.

        An empty name stands for the package.
        """
        folder = posixpath.dirname(name)
        return [
            (
                element.get("Id", ""),
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(
                    posixpath.join(folder, unquote(element.get("Target", "")))
                ).lstrip("/"),
            )
            for element in self._list_relationships(name)
            if element.get("TargetMode") != "External"
        ]

    def read_links(self, name: str) -> dict[str, str]:
        """Return the addresses outside of the package by relationship id."""
        return {
            element.get("Id", ""): element.get("Target", "")
            for element in self._list_relationships(name)
            if element.get("TargetMode") == "External"
        }

    def _list_relationships(self, name: str) -> list[etree._Element]:
        folder, base = posixpath.split(name)
        root = self.find(posixpath.join(folder, "_rels", f"{base}.rels"))
        return [] if root is None else root.findall("{*}Relationship")


def read_relationship_id(element: etree._Element) -> str:
    return next((value for name in _RELATIONSHIP_ID if (value := element.get(name))), "")


def read_tag(element: etree._Element) -> str:
    """Return the tag without its namespace, which differs in Transitional and Strict files."""
    return _strip_namespace(element.tag) if isinstance(element.tag, str) else ""


def read_attribute(element: etree._Element | None, name: str) -> str | None:
    """Return an attribute by its local name; None if it or the element is missing."""
    if element is None:
        return None
    for key, value in element.items():
        if _strip_namespace(str(key)) == name:
            return str(value)
    return None


@lru_cache(maxsize=4096)
def _strip_namespace(name: str) -> str:
    return name.rpartition("}")[2]


def _fold(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
