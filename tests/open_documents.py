"""Build OpenDocument files in code, so that each test shows their content."""

from collections.abc import Mapping

from tests.documents import make_zip

_ODF = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_PREFIXES = {
    **{name: name for name in ("office", "text", "table", "style", "presentation", "form")},
    **{name: name for name in ("chart", "meta", "config")},
    "draw": "drawing",
    "fo": "xsl-fo-compatible",
    "svg": "svg-compatible",
    "number": "datastyle",
}
NAMESPACES = " ".join(
    [
        *(f'xmlns:{prefix}="{_ODF.format(name)}"' for prefix, name in _PREFIXES.items()),
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:math="http://www.w3.org/1998/Math/MathML"',
        'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"',
        'xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"',
    ]
)


def make_open_document(
    kind: str, body: str, styles: str = "", parts: Mapping[str, str] | None = None
) -> bytes:
    """Return a document such as a `text`, with automatic styles; `parts` are given as XML."""
    content = (
        f"<office:document-content {NAMESPACES}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return make_zip({"mimetype": mimetype, "content.xml": content, **(parts or {})})


def make_odt(body: str, styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    return make_open_document("text", body, styles, parts)


def make_ods(sheets: str, styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    return make_open_document("spreadsheet", sheets, styles, parts)


def make_odp(slides: str, styles: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    return make_open_document("presentation", slides, styles, parts)


def make_styles(common: str = "", masters: str = "", automatic: str = "") -> dict[str, str]:
    """Return the part with common styles, master pages and the styles of these."""
    return {
        "styles.xml": f"<office:document-styles {NAMESPACES}>"
        f"<office:styles>{common}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles></office:document-styles>"
    }


def make_object(body: str, name: str = "Object 1") -> dict[str, str]:
    """Return the part of an embedded object, given what its body holds."""
    root = f"<office:document-content {NAMESPACES}><office:body>{body}</office:body>"
    return {f"{name}/content.xml": f"{root}</office:document-content>"}


def make_page_count(count: int) -> dict[str, str]:
    statistic = f'<meta:document-statistic meta:page-count="{count}"/>'
    root = f"<office:document-meta {NAMESPACES}><office:meta>{statistic}</office:meta>"
    return {"meta.xml": f"{root}</office:document-meta>"}


def paragraph(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def heading(text: str, level: int = 1, style: str = "") -> str:
    return f'<text:h text:outline-level="{level}" text:style-name="{style}">{text}</text:h>'


def items(*contents: str, style: str = "", attributes: str = "") -> str:
    """Return a list; its items are given as XML."""
    inner = "".join(f"<text:list-item>{content}</text:list-item>" for content in contents)
    named = f'text:style-name="{style}"' if style else ""
    return f"<text:list {named} {attributes}>{inner}</text:list>"


def cell(text: str = "", attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{paragraph(text) if text else ''}</table:table-cell>"


def number(value: str, shown: str = "", attributes: str = "") -> str:
    return cell(shown, f'office:value-type="float" office:value="{value}" {attributes}')


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def table(*rows: str, name: str = "Table1", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def frame(content: str, attributes: str = "") -> str:
    return f"<draw:frame {attributes}>{content}</draw:frame>"


def text_box(content: str, attributes: str = "") -> str:
    return frame(f"<draw:text-box>{content}</draw:text-box>", attributes)


EMBEDDED = frame('<draw:object xlink:href="./Object 1"/>')
