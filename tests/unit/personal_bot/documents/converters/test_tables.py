from personal_bot.documents.converters.tables import render_rows, split_lines


def test_each_row_carries_the_names_of_its_columns() -> None:
    rows = [["Товар", "Цена"], ["Хлеб", "45"], ["Молоко", "80"]]
    assert list(render_rows(rows)) == [
        "Товар | Цена",
        "Товар: Хлеб; Цена: 45",
        "Товар: Молоко; Цена: 80",
    ]


def test_a_title_above_the_header_is_kept_and_not_taken_for_it() -> None:
    rows = [["Отчёт за март"], [], ["Товар", "Цена"], ["Хлеб", "45"]]
    assert list(render_rows(rows)) == ["Отчёт за март", "Товар | Цена", "Товар: Хлеб; Цена: 45"]


def test_numbers_alone_have_no_header() -> None:
    assert list(render_rows([["1", "2"], ["3", "4"]])) == ["1 | 2", "3 | 4"]


def test_empty_cells_and_rows_are_left_out() -> None:
    rows = [["a", "b", "c"], ["1", "", "3"], ["", "", ""], ["", "5", ""]]
    assert list(render_rows(rows)) == ["a | b | c", "a: 1; c: 3", "b: 5"]


def test_another_table_below_takes_its_own_header() -> None:
    rows = [["a", "b"], ["1", "2"], [], ["", "", "", "x", "y"], ["", "", "", "7", "8"]]
    assert list(render_rows(rows))[-2:] == ["x | y", "x: 7; y: 8"]


def test_a_group_after_an_empty_row_keeps_the_header() -> None:
    rows = [["Имя", "Город"], ["Анна", "Москва"], [], ["Пётр", "Тверь"]]
    assert list(render_rows(rows))[-1] == "Имя: Пётр; Город: Тверь"


def test_a_layout_table_of_words_is_not_given_a_header() -> None:
    rows = [["Арендодатель", "Арендатор"], ["ООО Ромашка", "ИП Иванов"]]
    assert list(render_rows(rows, only_evident_header=True)) == [
        "Арендодатель | Арендатор",
        "ООО Ромашка | ИП Иванов",
    ]


def test_a_long_table_is_split_into_pages_of_one_title() -> None:
    pages = list(split_lines(("x" * 1_000 for _ in range(250)), "Sheet"))
    assert [page.title for page in pages] == ["Sheet"] * 3
    assert sum(page.text.count("x") for page in pages) == 250_000
