import pytest

from personal_bot.documents.converters.text import delimited
from personal_bot.documents.converters.text.delimited import choose_delimiter
from tests.blocks import read, show


def show_file(content: bytes | str) -> str:
    return show(read(delimited, content.encode() if isinstance(content, str) else content))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Товар, сорт", "Цена"], ["Хлеб", "45"], ["Сыр; твёрдый", "900"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert choose_delimiter(text) == delimiter


def test_commas_in_russian_numbers_do_not_beat_semicolons() -> None:
    assert choose_delimiter("Товар;Цена;Вес\nХлеб;45,50;0,4\nСыр;900,00;1,0\n") == ";"
    assert choose_delimiter("1,5;2,5\n3,5;4,5\n") == ";"


def test_a_russian_export_reads_right() -> None:
    content = 'Товар;Цена\r\n"Хлеб ""Бородинский""";45,50\r\n'.encode("cp1251")
    assert show_file(content) == 'Товар | Цена\nТовар: Хлеб "Бородинский"; Цена: 45,50'


def test_cells_with_line_ends_stay_one_row() -> None:
    assert show_file('name,note\nAnna,"one\ntwo"\n').endswith("name: Anna; note: one two")


def test_a_declared_delimiter_is_believed() -> None:
    assert show_file("sep=|\na|b,c\n1|2,3\n") == "a | b,c\na: 1; b,c: 2,3"


def test_tsv_is_read() -> None:
    assert "Город: Тверь; Население: 416000" in show_file("Город\tНаселение\nТверь\t416000\n")


def test_years_name_columns() -> None:
    rows = "".join(f"City{n};{n};{n + 1};{n + 2}\n" for n in range(40))
    assert show_file(f"Branch;2021;2022;2023\n{rows}").endswith(
        "Branch: City39; 2021: 39; 2022: 40; 2023: 41"
    )


def test_a_title_above_the_header_is_the_lead() -> None:
    assert show_file("Прайс на март\nТовар;Цена\nХлеб;45\n") == (
        "Прайс на март\nТовар | Цена\nТовар: Хлеб; Цена: 45"
    )


def test_comments_at_the_top_are_not_divided() -> None:
    assert show_file("# exported by Anna, 3 May\nname,age\nBoris,40\n").startswith(
        "exported by Anna, 3 May\nname | age\n"
    )


def test_names_and_values_are_no_table() -> None:
    assert show_file("Supplier,Alfa LLC\nCustomer,Beta LLC\nAmount,150000\n") == (
        "Supplier: Alfa LLC\nCustomer: Beta LLC\nAmount: 150000"
    )


def test_zeros_at_the_start_are_kept() -> None:
    assert "Код: 007; Название: Болт" in show_file("Код;Название\n007;Болт\n008;Гайка\n")


def test_rows_may_be_longer_or_shorter_than_the_header() -> None:
    assert show_file("name,age,city\nAnna\nBoris,40,Tver,extra\n").endswith(
        "Anna\nname: Boris; age: 40; city: Tver; extra"
    )


def test_names_of_two_rows_are_joined() -> None:
    text = "Branch,Quarter 1,,Quarter 2,\n,Plan,Fact,Plan,Fact\nTver,1,2,3,4\nPerm,5,6,7,8\n"
    assert "Branch: Perm; Quarter 1 › Plan: 5; Quarter 1 › Fact: 6;" in show_file(text)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("city,gate\nLisbon,A12\nOslo,B7", "city: Oslo; gate: B7"),
        ("Quark,Gluon\nup,red\ndown,blue", "Quark: down; Gluon: blue"),
        ("Ключ;Значение\nГород;Омск\nСрок;5", "Ключ: Город; Значение: Омск"),
        ("Supplier,Alfa LLC\nCustomer,Beta LLC\nAmount,150000", "Customer: Beta LLC"),
        ("Имя;Иван\nГород;Омск\nТелефон;+7 900", "Город: Омск"),
    ],
)
def test_the_first_row_of_a_data_file_names_the_columns_unless_it_is_a_form(rows, line) -> None:
    assert line in show(read(delimited, rows.encode())).split("\n")
