from tests.documents import make_epub
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
    assert pages[1].text == "First story"


def test_obfuscated_fonts_do_not_make_a_book_protected(read: Read) -> None:
    fonts = {
        "META-INF/encryption.xml": "<encryption><EncryptedData><EncryptionMethod "
        'Algorithm="http://www.idpf.org/2008/embedding"/></EncryptedData></encryption>'
    }
    assert len(read(make_epub(CHAPTERS, fonts), ".epub")) == 2
