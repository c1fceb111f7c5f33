import pytest

from personal_bot.documents.converters.office.symbols import is_symbol_font, translate


@pytest.mark.parametrize(
    ("text", "font", "seen"),
    [
        ("\uf0fe\uf0a8\uf0fd\uf0fc\uf0fb", "Wingdings", "☑☐☒✓✗"),
        ("\xfeoJà", "Wingdings", "☑☐☺→"),
        ("\uf052\uf0a3\uf054", "Wingdings 2", "☑□☒"),
        ("\uf061c", "Webdings", "✔☐"),
        ("abS\uf0b3\uf0ae\uf0b7", "Symbol", "αβΣ≥→•"),
        ("\uf022\uf020", "symbol", "∀\uf020"),
        ("привет", "Wingdings", "привет"),
        ("a\uf0fe \uf0b7", "", "a☑ •"),
        ("plain ü", "Arial", "plain ü"),
    ],
)
def test_characters_are_those_that_people_see(text: str, font: str, seen: str) -> None:
    assert translate(text, font) == seen


def test_symbol_fonts_are_known_in_any_spelling() -> None:
    assert is_symbol_font("WINGDINGS")
    assert not is_symbol_font("Segoe UI Symbol")
