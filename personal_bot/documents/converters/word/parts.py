"""Reads the parts of a DOCX beside its body: notes, comments, headers and footers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from lxml import etree

from personal_bot.documents.converters.content import RemarkKind
from personal_bot.documents.converters.office.numbering import Numbering
from personal_bot.documents.converters.office.package import (
    Package,
    read_attribute,
    read_relationship_id,
    read_tag,
)
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.word.structure import is_on
from personal_bot.documents.converters.word.styles import Styles, read_styles

_REFERRED: Final = ("footnote", "endnote", "comment")
_MARGINS: Final = {"headerReference", "footerReference"}

Report = Callable[[RemarkKind, str], None]
"""Reports what was not read, with a detail."""


class Note(NamedTuple):
    """A note or comment that the text refers to."""

    element: etree._Element
    part: str
    author: str


@dataclass
class Document:
    """The parts of a document that the reading of its text needs."""

    package: Package
    main: str  # name of the main part
    report: Report
    styles: Styles = field(init=False)
    numbering: Numbering = field(init=False)

    def __post_init__(self) -> None:
        styles = self.package.find(self.package.name_related(self.main, "styles"))
        numbering = self.package.find(self.package.name_related(self.main, "numbering"))
        self.styles = read_styles(styles)
        self.numbering = Numbering(numbering, styles)
        self._links: dict[str, dict[str, str]] = {}
        self._parts: dict[str, dict[str, str]] = {}

    def find(self, name: str) -> etree._Element | None:
        """Parse an optional part; report it if it is damaged."""
        try:
            return self.package.find(name)
        except RefusalError as error:
            if error.kind is not RefusalKind.DAMAGED:
                raise
            self.report(RemarkKind.DAMAGED, "")
            return None

    def find_link(self, part: str, key: str) -> str:
        """Return the address of a link in a part by its relationship id, or an empty string."""
        if part not in self._links:
            self._links[part] = self.package.read_links(part)
        return self._links[part].get(key, "")

    def find_part(self, part: str, key: str) -> str:
        """Return the name of the part that another part refers to, or an empty string."""
        if part not in self._parts:
            names = self.package.read_relationships(part)
            self._parts[part] = {key: name for key, _, name in names}
        return self._parts[part].get(key, "")

    def take_note(self, kind: str, key: str) -> Note | None:
        """Return a footnote, endnote or comment where it is first referred to."""
        return self._notes.pop((kind, key), None)

    @cached_property
    def _notes(self) -> dict[tuple[str, str], Note]:
        return {
            (kind, read_attribute(element, "id") or ""): Note(
                element, part, read_attribute(element, "author") or ""
            )
            for kind in _REFERRED
            for part in [self.package.name_related(self.main, f"{kind}s")]
            if (root := self.find(part)) is not None
            for element in root.iterfind(f"{{*}}{kind}")
        }

    def list_margins(self, root: etree._Element) -> Iterator[list[str]]:
        """Yield the names of the headers and footers of each section that its pages show.

        A section without a header of its own has that of the section before it.
        """
        settings = self.find(self.package.name_related(self.main, "settings"))
        differ = settings is not None and is_on(settings.find("{*}evenAndOddHeaders"))
        shown: dict[tuple[str, str], str] = {}
        for section in root.iter("{*}sectPr"):
            parent = section.getparent()
            if parent is not None and read_tag(parent) == "sectPrChange":
                continue
            for child in section:
                if (tag := read_tag(child)) in _MARGINS:
                    kind = read_attribute(child, "type") or "default"
                    shown[tag, kind] = self.find_part(self.main, read_relationship_id(child))
            kinds = {"default"} | ({"even"} if differ else set())
            if is_on(section.find("{*}titlePg")):
                kinds.add("first")
            yield [name for (_, kind), name in sorted(shown.items(), reverse=True) if kind in kinds]

    def read_page_count(self) -> int | None:
        """Return the number of pages in Word's last layout."""
        root = self.package.find(
            self.package.name_related("", "extended-properties", "docProps/app.xml")
        )
        count = root.findtext("{*}Pages") if root is not None else None
        return int(count) if count is not None and count.strip().isdecimal() else None
