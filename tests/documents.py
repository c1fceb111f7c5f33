"""Build documents in code, so that each test shows their content."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)


def make_zip(
    files: Mapping[str, str | bytes] | Iterable[tuple[str | zipfile.ZipInfo, str | bytes]],
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    stream = io.BytesIO()
    entries = files.items() if isinstance(files, Mapping) else files
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content, compress_type=compression)
    return stream.getvalue()


def make_pdf_objects(objects: Sequence[str | bytes], trailer: str = "/Root 1 0 R") -> bytes:
    """Return a PDF of these objects, numbered from 1, with a valid cross-reference table."""
    content = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        encoded = body.encode() if isinstance(body, str) else body
        content += f"{number} 0 obj\n".encode() + encoded + b"\nendobj\n"
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    content += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    content += f"trailer <</Size {len(objects) + 1} {trailer}>>\n".encode()
    return bytes(content + f"startxref\n{start}\n%%EOF\n".encode())


def make_stream(content: bytes, entries: str = "") -> bytes:
    return f"<</Length {len(content)} {entries}>>\nstream\n".encode() + content + b"\nendstream"


def make_pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF with one page per text, which must be Latin and may have several lines."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects: list[str | bytes] = [
        "<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Count {len(pages)} /Kids [{kids}]>>",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    for index, text in enumerate(pages):
        objects.append(
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] "
            f"/Resources <</Font <</F1 3 0 R>>>> /Contents {5 + 2 * index} 0 R>>"
        )
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n"))
        objects.append(make_stream(f"BT /F1 12 Tf 14 TL 50 700 Td {lines}ET".encode()))
    return make_pdf_objects(objects)


def make_docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    document = f'<w:document xmlns:w="{W}" xmlns:a="{A}"><w:body>{body}</w:body></w:document>'
    return make_zip(
        {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document, **(parts or {})}
    )


def paragraph(text: str, style: str | None = None) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    """Return a Word table; cells are given as XML."""
    return "<w:tbl>{}</w:tbl>".format(
        "".join(
            "<w:tr>{}</w:tr>".format("".join(f"<w:tc>{cell}</w:tc>" for cell in row))
            for row in rows
        )
    )


def make_pptx(slides: Sequence[str], parts: Mapping[str, str] | None = None) -> bytes:
    """Return a presentation of slides given as the XML of their shapes.

    Part names are numbered in reverse order of the slides.
    """
    names = [f"slide{len(slides) - index}.xml" for index in range(len(slides))]
    ids = "".join(f'<p:sldId id="{256 + i}" r:id="rId{i}"/>' for i in range(len(slides)))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{R}/slide" Target="slides/{name}"/>'
        for i, name in enumerate(names)
    )
    return make_zip(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}">'
            f"<p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": make_relationships(links),
            **{
                f"ppt/slides/{name}": f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>'
                f"{shapes}</p:spTree></p:cSld></p:sld>"
                for name, shapes in zip(names, slides, strict=True)
            },
            **(parts or {}),
        }
    )


def make_relationships(links: str) -> str:
    return f'<Relationships xmlns="{RELATIONSHIPS}">{links}</Relationships>'


def shape(text: str, placeholder: str | None = None) -> str:
    kind = f'<p:nvPr><p:ph type="{placeholder}"/></p:nvPr>' if placeholder else ""
    return (
        f"<p:sp><p:nvSpPr>{kind}</p:nvSpPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
        "</p:txBody></p:sp>"
    )


def make_xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    workbook = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def make_xlsx_of_xml(sheet: str, strings: str = "") -> bytes:
    """Return a workbook with one sheet given as XML; `strings` precedes the root element."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    return make_zip(
        {
            "[Content_Types].xml": types,
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{R}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": make_relationships(
                f'<Relationship Id="rId1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/>'
            ),
            "xl/worksheets/sheet1.xml": f'{strings}<worksheet xmlns="{main}">{sheet}</worksheet>',
        }
    )


def make_epub(
    chapters: Mapping[str, str], parts: Mapping[str, str] | None = None, spine: str = ""
) -> bytes:
    """Return a book of chapters by file name; `parts` adds or replaces files of the archive."""
    items = "".join(
        f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>'
        for i, name in enumerate(chapters)
    )
    order = spine or "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    return make_zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
            '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
            f"{items}</manifest><spine>{order}</spine></package>",
            **{f"OEBPS/{name}": content for name, content in chapters.items()},
            **(parts or {}),
        }
    )


def replace_part(content: bytes, name: str, replacement: str | bytes) -> bytes:
    """Return a zip file with one part replaced."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return make_zip({**parts, name: replacement})
