import io
import zipfile

from tests.blocks import list_remarks, show
from tests.documents import make_epub, replace_part
from tests.unit.personal_bot.documents.converters.conftest import Read

CHAPTERS = {
    "one.xhtml": "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body>"
    "<p>First&nbsp;story</p></body></html>",
    "two.xhtml": "<html><body><h2>Own heading</h2><p>Вторая</p></body></html>",
}
NCX = (
    "<ncx xmlns='http://www.daisy.org/z3986/2005/ncx/'><navMap><navPoint><navLabel><text>Глава 1"
    "</text></navLabel><content src='one.xhtml#start'/></navPoint></navMap></ncx>"
)


def test_chapters_come_in_reading_order_with_titles(read: Read) -> None:
    spine = '<itemref idref="c1"/><itemref idref="c0"/>'
    pages = read(make_epub(CHAPTERS, {"OEBPS/toc.ncx": NCX}, spine), ".epub")
    assert [page.title for page in pages] == ["Own heading", "Глава 1"]
    assert [page.number for page in pages] == [None, None]
    assert show(pages[1:]) == "First story"


def test_obfuscated_fonts_do_not_make_a_book_protected(read: Read) -> None:
    fonts = {
        "META-INF/encryption.xml": "<encryption><EncryptedData><EncryptionMethod "
        'Algorithm="http://www.idpf.org/2008/embedding"/></EncryptedData></encryption>'
    }
    assert len(read(make_epub(CHAPTERS, fonts), ".epub")) == 2


def test_a_chapter_is_known_by_its_content_whatever_type_is_declared(read: Read) -> None:
    content = make_epub(CHAPTERS)
    package = zipfile.ZipFile(io.BytesIO(content)).read("OEBPS/book.opf").decode()
    wrong = replace_part(content, "OEBPS/book.opf", package.replace("xhtml+xml", "octet-stream"))
    assert len(read(wrong, ".epub")) == 2


def test_a_book_without_a_reading_order_is_read_in_the_order_of_its_files(read: Read) -> None:
    book = make_epub(CHAPTERS, spine='<itemref idref="nothing"/>')
    assert [bool(page.blocks) for page in read(book, ".epub")] == [True, True]


def test_a_chapter_that_is_no_text_is_said_to_be_skipped(read: Read) -> None:
    pages = read(make_epub({**CHAPTERS, "three.xhtml": "\x89PNG"}), ".epub")
    assert [remark.detail for remark in list_remarks(pages)] == ["chapter"]


def test_tables_and_code_of_a_chapter_keep_their_structure(read: Read) -> None:
    chapter = (
        "<html><body><h1>One</h1><table><tr><th>Name</th><th>Room</th></tr><tr><td>Anna</td>"
        "<td>5</td></tr></table><pre>a\n  b</pre></body></html>"
    )
    shown = show(read(make_epub({"one.xhtml": chapter}), ".epub"))
    assert "Name: Anna; Room: 5" in shown
    assert "a\n  b" in shown
