import pytest

from personal_bot.documents.converters.delimited import choose_delimiter
from tests.unit.personal_bot.documents.converters.conftest import Read


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Товар, сорт", "Цена"], ["Хлеб", "45"], ["Сыр; твёрдый", "900"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert choose_delimiter(text) == delimiter


def test_commas_in_russian_numbers_do_not_beat_semicolons() -> None:
    assert choose_delimiter("Товар;Цена;Вес\nХлеб;45,50;0,4\nСыр;900,00;1,0\n") == ";"


def test_a_russian_export_reads_right(read: Read) -> None:
    content = 'Товар;Цена\r\n"Хлеб ""Бородинский""";45,50\r\n'.encode("cp1251")
    (page,) = read(content, ".csv")
    assert page.text == 'Товар | Цена\nТовар: Хлеб "Бородинский"; Цена: 45,50'


def test_cells_with_line_ends_stay_one_row(read: Read) -> None:
    (page,) = read(b'name,note\nAnna,"one\ntwo"\n', ".csv")
    assert page.text.endswith("name: Anna; note: one two")


def test_a_declared_delimiter_is_believed(read: Read) -> None:
    (page,) = read(b"sep=|\na|b,c\n1|2,3\n", ".csv")
    assert page.text == "a | b,c\na: 1; b,c: 2,3"


def test_tsv_is_read(read: Read) -> None:
    (page,) = read("Город\tНаселение\nТверь\t416000\n".encode(), ".tsv")
    assert "Город: Тверь; Население: 416000" in page.text
