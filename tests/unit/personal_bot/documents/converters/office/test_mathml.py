import pytest
from lxml import etree

from personal_bot.documents.converters.office.mathml import read_math


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc^2"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<msup><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mn>10</mn></msup>", "(x+1)^10"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", "√(x+1)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "√[3](x)"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>", "∑_(i=1)^n"),
        ("<msubsup><mi>a</mi><mn>1</mn><mn>2</mn></msubsup>", "a_1^2"),
        ("<mi>sin</mi><mi>x</mi>", "sin x"),
        ("<mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo>", "f(x)"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x\u0305"),
        ("<mfenced><mi>x</mi><mi>y</mi></mfenced>", "(x,y)"),
        (
            ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
            "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>"),
            "[1, 2; 3, 4]",
        ),
        ("<semantics><mi>x</mi><annotation>x source</annotation></semantics>", "x"),
        ("<mfrac/><msup/>", "/"),
    ],
)  # fmt: skip
def test_formulas_read_as_people_type_them(content: str, shown: str) -> None:
    root = etree.fromstring(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>')
    assert read_math(root) == shown
