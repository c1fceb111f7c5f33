import pytest

from personal_bot.documents.converters.content import RemarkKind
from tests.blocks import list_remarks, show
from tests.unit.personal_bot.documents.converters.conftest import Read

PARAGRAPH = (
    "<p>The lease begins on the first of May and ends after one year, unless renewed. {}</p>"
)
ARTICLE = (
    "<html><head><title>Lease</title><style>p {{}}</style></head><body>"
    "<nav><a href='/'>Home page</a><a href='/about'>About us</a></nav>"
    f"<article><h1>Terms</h1>{''.join(PARAGRAPH.format(i) for i in range(12))}</article>"
    "<footer>All rights reserved</footer><script>track()</script></body></html>"
)


def test_navigation_is_left_out(read: Read) -> None:
    (page,) = read(ARTICLE.encode(), ".html")
    assert page.title == "Lease"
    assert "first of May" in show([page])
    assert show([page]).startswith("Terms")
    assert not any(word in show([page]) for word in ("Home page", "rights reserved", "track", "{"))


def test_a_page_without_an_article_is_read_whole(read: Read) -> None:
    (page,) = read(b"<div>Phone</div><div>+7 999 123<br>call <b>any</b>time</div>", ".htm")
    assert show([page]) == "Phone\n+7 999 123\ncall anytime"


def test_a_page_of_navigation_alone_is_still_read(read: Read) -> None:
    (page,) = read(b"<body><nav><a>Contacts</a></nav></body>", ".html")
    assert show([page]) == "Contacts"


@pytest.mark.parametrize(
    "declared", ["", '<meta charset="windows-1251">', '<meta charset="utf-8">']
)
def test_the_encoding_is_found_whatever_the_page_says(read: Read, declared: str) -> None:
    content = f"<html><head>{declared}</head><body><p>Привет, дорогие друзья</p></body></html>"
    (page,) = read(content.encode("cp1251"), ".html")
    assert show([page]) == "Привет, дорогие друзья"


def test_rows_of_a_table_are_lines(read: Read) -> None:
    (page,) = read(b"<table><tr><td>a<td>1<tr><td>b<td>2</table>", ".html")
    assert [line for line in show([page]).split("\n") if line] == ["a | 1", "b | 2"]


def test_the_main_content_keeps_its_structure(read: Read) -> None:
    code = "<pre>first\n  second</pre><table><tr><th>Name<th>Room<tr><td>Anna<td>5</table>"
    content = ARTICLE.replace("</article>", f"{code}</article><div>{'Advertisement. ' * 9}</div>")
    (page,) = read(content.encode(), ".html")
    shown = show([page])
    assert "first\n  second" in shown
    assert "Name: Anna; Room: 5" in shown
    assert "Advertisement" not in shown


def test_a_doubtful_encoding_of_a_page_is_said_and_can_be_chosen(read: Read) -> None:
    content = "<html><body><p>Ενοίκιο</p></body></html>".encode("cp1253")
    assert {remark.kind for remark in list_remarks(read(content, ".html"))} == {RemarkKind.ENCODING}
    pages = read(content, ".html", encoding="cp1253")
    assert (show(pages), list_remarks(pages)) == ("Ενοίκιο", [])
