"""Reads with pypdf what PDFium does not tell simply: notes, and the values of XFA forms."""

import io
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from personal_bot.documents.converters.pdf.notes import Note, read_notes

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_VALUES: Final = 2_000  # of an XFA form


class FormReader:
    """Opens the file once it is needed. All methods raise what pypdf raises, which is anything."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def _reader(self) -> "PdfReader":
        from pypdf import PdfReader  # noqa: PLC0415 - only for a PDF with notes

        reader = PdfReader(io.BytesIO(self._content))
        if reader.is_encrypted:
            reader.decrypt("")
        return reader

    def read_notes(self, index: int) -> list[Note]:
        return list(read_notes(self._get_page(index)))

    def check_content(self, index: int) -> None:
        """Raise if the content of a page cannot be decoded; PDFium takes such a page for blank."""
        content = self._get_page(index).get_contents()
        if content is not None:
            content.get_data()

    def has_fields(self) -> bool:
        form: Any = self._reader.root_object.get("/AcroForm", {})
        return bool(form.get_object().get("/Fields"))

    def read_xfa(self) -> Iterator[str]:
        """Yield the values of an XFA form, each with the name of its field."""
        from lxml import etree  # noqa: PLC0415 - only for such a form

        packet = (self._reader.xfa or {}).get("datasets")
        if not isinstance(packet, bytes):
            return
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(packet, parser)
        for element in islice(root.iter(etree.Element), _VALUES):
            text = " ".join((element.text or "").split())
            if text and not len(element):
                yield f"{etree.QName(element).localname}: {text}"

    def _get_page(self, index: int) -> "PageObject":
        return self._reader.pages[index]
