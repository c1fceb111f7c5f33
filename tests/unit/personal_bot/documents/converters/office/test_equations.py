import pytest
from lxml import etree

from personal_bot.documents.converters.office.equations import read_equation


def text(content: str) -> str:
    return f"<m:r><m:t>{content}</m:t></m:r>"


def element(tag: str, properties: str = "", **arguments: str) -> str:
    inner = "".join(f"<m:{name}>{value}</m:{name}>" for name, value in arguments.items())
    return f"<m:{tag}><m:{tag}Pr>{properties}</m:{tag}Pr>{inner}</m:{tag}>"


def show(xml: str) -> str:
    return read_equation(etree.fromstring(f'<m:oMath xmlns:m="m" xmlns:w="w">{xml}</m:oMath>'))


A, B, SUM = text("a"), text("b"), text("a+b")
ROW = "<m:mr><m:e>{0}</m:e><m:e>{1}</m:e></m:mr>"


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        (element("f", num=SUM, den=text("2")), "(a+b)/2"),
        (element("f", num=element("f", num=A, den=B), den=text("2")), "(a/b)/2"),
        (element("f", '<m:type m:val="noBar"/>', num=text("n"), den=text("k")), "n¦k"),
        (element("sSup", e=text("x"), sup=text("2")), "x^2"),
        (element("sSup", e=SUM, sup=text("n+1")), "(a+b)^(n+1)"),
        (element("sSub", e=text("x"), sub=text("1")), "x_1"),
        (element("sSup", e=text("e"), sup=text("2x")), "e^(2x)"),
        (element("sSub", e=text("x"), sub=text("max")), "x_max"),
        (element("sSubSup", e=text("x"), sub=text("i"), sup=text("2")), "x_i^2"),
        (element("sPre", sub=A, sup=B, e=text("X")), "_a^bX"),
        (element("rad", '<m:degHide m:val="1"/>', deg=text("9"), e=SUM), "√(a+b)"),
        (element("rad", deg=text("3"), e=A), "∛(a)"),
        (element("rad", deg=text("n"), e=A), "√[n](a)"),
        (element("nary", '<m:chr m:val="∑"/>', sub=text("i=1"), sup=text("n"), e=A), "∑_(i=1)^n a"),
        (element("nary", sub=text("0"), sup=text("1"), e=A), "∫_0^1 a"),
        (element("d", e=SUM), "(a+b)"),
        (element("d", '<m:begChr m:val="["/><m:endChr m:val=""/>', e=A), "[a"),
        (element("d", e=f"<m:m>{ROW.format(A, B)}{ROW.format(B, A)}</m:m>"), "(a, b; b, a)"),
        (f"<m:m>{ROW.format(A, B)}</m:m>", "[a, b]"),
        (f"<m:eqArr><m:e>{A}</m:e><m:e>{B}</m:e></m:eqArr>", "a; b"),
        (element("func", fName=text("sin"), e=A), "sin a"),
        (element("limLow", e=text("lim"), lim=text("x→0")), "lim_(x→0)"),
        (element("acc", '<m:chr m:val="⃗"/>', e=A), "a⃗"),
        (element("bar", '<m:pos m:val="top"/>', e=SUM), "(a+b)\u0305"),
        (element("phant", '<m:show m:val="0"/>', e=A), ""),
        (element("box", e=A), "a"),
        (text("𝑥=𝟐ℎ"), "x=2h"),
        (f"{A}<w:del>{B}</w:del>", "a"),
    ],
)
def test_an_equation_is_written_on_a_line(xml: str, line: str) -> None:
    assert show(xml) == line


def test_an_equation_without_content_is_empty() -> None:
    assert show(element("f") + element("sSup") + element("nary")) == "/∫ "
