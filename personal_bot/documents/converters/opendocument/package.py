"""Opens OpenDocument packages: their content, styles, embedded objects and page count."""

from typing import BinaryIO, Final
from urllib.parse import unquote

from lxml import etree

from personal_bot.documents.converters.content import RemarkKind
from personal_bot.documents.converters.markup import parse_declared_xml
from personal_bot.documents.converters.office.package import Package, read_attribute
from personal_bot.documents.converters.opendocument.lists import ListNumbers
from personal_bot.documents.converters.opendocument.names import META, OFFICE, STYLE, XLINK
from personal_bot.documents.converters.opendocument.styles import Styles, list_durations
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.word.parts import Report
from personal_bot.documents.converters.workbooks.worksheet_layout import CellBudget

CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_FAMILY: Final = "application/vnd.oasis.opendocument."
_VARIANTS: Final = ("-template", "-master", "-web")


class OpenPackage:
    """An open package. Raises RefusalError if it is encrypted."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self._package = Package(source, limits)
        self.budget = CellBudget(limits)
        manifest = self._find_declared(_MANIFEST)
        if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
            raise RefusalError(RefusalKind.PASSWORD)
        self._manifest = manifest

    def read_kind(self) -> str:
        """Return the kind of document, such as `text`, without the mark of a template."""
        kind = ""
        if "mimetype" in self._package:
            kind = self._package.read("mimetype")[:200].decode("ascii", "replace")
        elif self._manifest is not None:
            roots = (e for e in self._manifest if read_attribute(e, "full-path") == "/")
            kind = next((read_attribute(entry, "media-type") or "" for entry in roots), "")
        kind = kind.strip().removeprefix(_FAMILY)
        for variant in _VARIANTS:
            kind = kind.removesuffix(variant)
        return kind

    def read(self, name: str) -> bytes:
        """Return a required part. Raises RefusalError."""
        return self._package.read(name)

    def parse(self, name: str) -> etree._Element:
        """Parse a required part. Raises RefusalError."""
        return self._package.parse(name)

    def find(self, name: str) -> etree._Element | None:
        """Parse an optional part; None if it is missing. Raises RefusalError if it is damaged."""
        return self._package.find(name)

    def find_object(self, element: etree._Element) -> etree._Element | None:
        """Return the root of an embedded object; None if it is missing or damaged."""
        inline = next((child for child in element if isinstance(child.tag, str)), None)
        if inline is not None:
            return inline
        folder = unquote(element.get(f"{XLINK}href", "")).removeprefix("./").strip("/")
        if not folder:
            return None
        try:
            return self._find_declared(f"{folder}/{CONTENT}")
        except RefusalError as error:
            if error.kind is not RefusalKind.DAMAGED:
                raise
            return None

    def _find_declared(self, name: str) -> etree._Element | None:
        """Parse a part that may have a document type, as old programs wrote it."""
        return parse_declared_xml(self.read(name)) if name in self._package else None

    def read_page_count(self) -> int | None:
        """Return the number of pages in the last layout."""
        root = self.find("meta.xml")
        statistic = None if root is None else next(root.iter(f"{META}document-statistic"), None)
        count = "" if statistic is None else statistic.get(f"{META}page-count", "")
        return int(count) if count.isdecimal() and len(count) < 7 else None


class Document:
    """A document: its content, styles and lists. `report` notes what was not read."""

    def __init__(self, package: OpenPackage, root: etree._Element, report: Report) -> None:
        self.package = package
        self.report = report
        self._root = root
        self._common = self._find_styles()
        common = _find(self._common, "styles")
        own = _find(root, "automatic-styles")
        self.styles = Styles(common, own)
        self.durations = list_durations(common, own)
        self.lists = ListNumbers(common, own)
        of_masters = _find(self._common, "automatic-styles")
        self.master_styles = Styles(common, of_masters)
        self.master_lists = ListNumbers(common, of_masters)

    def find_body(self, kind: str) -> etree._Element | None:
        """Return the element with the content, such as `office:text`."""
        return self._root.find(f"{OFFICE}body/{OFFICE}{kind}")

    def list_masters(self) -> dict[str, etree._Element]:
        """Return the master pages by name."""
        masters = _find(self._common, "master-styles")
        return {
            master.get(f"{STYLE}name", ""): master
            for master in (() if masters is None else masters.iterfind(f"{STYLE}master-page"))
        }

    def _find_styles(self) -> etree._Element | None:
        try:
            return self.package.find("styles.xml")
        except RefusalError as error:
            if error.kind is not RefusalKind.DAMAGED:
                raise
            self.report(RemarkKind.DAMAGED, "")
            return None


def _find(root: etree._Element | None, name: str) -> etree._Element | None:
    return None if root is None else root.find(f"{OFFICE}{name}")
