import pytest

from personal_bot.documents.converters.word import pages as word
from personal_bot.documents.converters.word.fields import is_about_pages, show_address
from tests.blocks import read, show
from tests.documents import R, make_docx, make_relationships, paragraph


def mark(kind: str, form: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{form}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str, form: str = "") -> str:
    end = mark("separate") + result + mark("end")
    return mark("begin", form) + code(instruction) + end


def show_body(body: str, parts: dict[str, str] | None = None) -> str:
    return show(read(word, make_docx(body, parts)))


def test_a_field_gives_its_result_and_not_its_code() -> None:
    inner = field("MERGEFIELD a", run("never shown"))
    outer = mark("begin") + code("IF ") + inner + mark("separate") + run("yes") + mark("end")
    assert show_body(f"<w:p>{run('so: ')}{outer}</w:p>") == "so: yes"


def test_a_field_may_span_paragraphs() -> None:
    body = (
        f"<w:p>{mark('begin')}{code('TOC')}{mark('separate')}{run('one')}</w:p>{paragraph('two')}"
        f"<w:p>{run('three')}{mark('end')}</w:p>"
    )
    assert show_body(body) == "one\ntwo\nthree"


def test_a_field_without_an_end_does_not_hide_what_follows() -> None:
    assert show_body(f"<w:p>{mark('begin')}{code('X')}</w:p>{paragraph('text')}") == "text"


def test_a_link_shows_its_address_unless_its_text_does() -> None:
    links = {
        "word/_rels/document.xml.rels": make_relationships(
            f'<Relationship Id="l1" Type="{R}/hyperlink" Target="https://example.com/terms" TargetMode="External"/>'
        )
    }
    link = f'<w:p><w:hyperlink xmlns:r="{R}" r:id="l1">{{}}</w:hyperlink></w:p>'
    assert show_body(link.format(run("terms")), links) == "terms (https://example.com/terms)"
    assert show_body(link.format(run("www.example.com/terms")), links) == "www.example.com/terms"
    old = field(' HYPERLINK "mailto:a@b.ru" ', run("write us"))
    assert show_body(f"<w:p>{old}</w:p>") == "write us (mailto:a@b.ru)"


@pytest.mark.parametrize(
    ("address", "text", "shown"),
    [
        ("https://a.ru/", "see a.ru", ""),
        ("mailto:a@b.ru?subject=x", "A@b.ru", ""),
        ("file:///C:/a.doc", "a", ""),
        ("https://a.ru", "", ""),
        ("https://a.ru/x", "a.ru", " (https://a.ru/x)"),
    ],
)
def test_an_address_is_shown_if_it_says_more(address: str, text: str, shown: str) -> None:
    assert show_address(address, text) == shown


def test_old_form_fields_show_their_values() -> None:
    box = "<w:ffData><w:checkBox>{}</w:checkBox></w:ffData>"
    ticked = box.format('<w:default w:val="0"/><w:checked/>')
    unticked = box.format('<w:default w:val="0"/>')
    choice = (
        '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="a"/><w:listEntry w:val="b"/>'
        "</w:ddList></w:ffData>"
    )
    body = (
        f"<w:p>{mark('begin', ticked)}{code('FORMCHECKBOX')}{mark('end')}{run(' yes ')}"
        f"{field('FORMCHECKBOX', '', unticked)}{run(' no ')}{field('FORMDROPDOWN', '', choice)}</w:p>"
    )
    assert show_body(body) == "☑ yes ☐ no b"


def test_words_around_page_numbers_say_nothing() -> None:
    assert is_about_pages("Page  of ")
    assert is_about_pages("— Стр. —")
    assert not is_about_pages("Confidential page")
