"""The namespaces of OpenDocument, as prefixes of tags and attributes."""

from typing import Final

_ODF: Final = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"

CHART: Final = _ODF.format("chart")
CONFIG: Final = _ODF.format("config")
DC: Final = "{http://purl.org/dc/elements/1.1/}"
DRAW: Final = _ODF.format("drawing")
FIELD: Final = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
FO: Final = _ODF.format("xsl-fo-compatible")
FORM: Final = _ODF.format("form")
LOEXT: Final = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
MATH: Final = "{http://www.w3.org/1998/Math/MathML}"
META: Final = _ODF.format("meta")
NUMBER: Final = _ODF.format("datastyle")
OFFICE: Final = _ODF.format("office")
PRESENTATION: Final = _ODF.format("presentation")
STYLE: Final = _ODF.format("style")
SVG: Final = _ODF.format("svg-compatible")
TABLE: Final = _ODF.format("table")
TEXT: Final = _ODF.format("text")
XLINK: Final = "{http://www.w3.org/1999/xlink}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
