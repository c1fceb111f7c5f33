from personal_bot.documents.converters.content import SEGMENT_CHARS, Block, BlockKind
from personal_bot.documents.converters.text.paragraphs import read_paragraphs

PARAGRAPH, HEADING, ITEM, CODE = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.CODE,
)


def read(text: str) -> list[tuple[str, BlockKind, int]]:
    return [(block.text, block.kind, block.level) for block in read_paragraphs(text)]


def test_blank_lines_separate_paragraphs_which_keep_their_line_ends() -> None:
    text = "A long sentence\nin two lines.\n \t\n\nAnother one.\r\n"
    assert read(text) == [
        ("A long sentence\nin two lines.", PARAGRAPH, 0),
        ("Another one.", PARAGRAPH, 0),
    ]


def test_list_items_are_blocks_with_their_depth() -> None:
    text = "Оплата:\n- наличными;\n- переводом:\n  а) по реквизитам,\n     указанным ниже;\n  б) по номеру."
    assert read(text) == [
        ("Оплата:", PARAGRAPH, 0),
        ("- наличными;", ITEM, 0),
        ("- переводом:", ITEM, 0),
        ("а) по реквизитам,\nуказанным ниже;", ITEM, 1),
        ("б) по номеру.", ITEM, 1),
    ]


def test_numbers_give_the_depth_of_clauses() -> None:
    assert read("1. Срок.\n1.1. Год.\n1.1.1. Или два.") == [
        ("1. Срок.", ITEM, 0),
        ("1.1. Год.", ITEM, 1),
        ("1.1.1. Или два.", ITEM, 2),
    ]


def test_a_number_or_dash_within_a_sentence_is_no_item() -> None:
    assert len(read("Он приехал в мае\n12. числа и уехал\n- как всегда - один")) == 1
    assert read("— Привет!\n— И тебе.") == [("— Привет!\n— И тебе.", PARAGRAPH, 0)]


def test_headings_need_clear_evidence() -> None:
    text = "ДОГОВОР АРЕНДЫ\n\n1. ПРЕДМЕТ\n1.1. Помещение.\n\nГлава 2\n\nТекст\n\nSums\n----\nten\n\nКонец"
    assert [block[0::2] for block in read(text) if block[1] is HEADING] == [
        ("ДОГОВОР АРЕНДЫ", 1),
        ("1. ПРЕДМЕТ", 2),
        ("Глава 2", 1),
        ("Sums", 2),
    ]


def test_numbered_lines_with_blank_lines_between_are_a_list() -> None:
    assert [block[1] for block in read("1. Bread\n\n2. Salt\n\n3. Milk")] == [ITEM] * 3


def test_shouting_alone_is_no_heading() -> None:
    assert read("ВНИМАНИЕ") == [("ВНИМАНИЕ", PARAGRAPH, 0)]
    assert read("НЕ ВХОДИТЬ!\n\nидут работы")[0][1] is PARAGRAPH


def test_columns_keep_their_alignment() -> None:
    for text in (
        "Товар       Кол-во   Цена\nХлеб            10  45,50\nСыр              2 900,00",
        "name\tprice\nbread\t4\nsalt\t5",
        "+---+---+\n| a | b |\n+---+---+",
        "    def f(x):\n        return x",
    ):
        assert read(text) == [(text, CODE, 0)]


def test_two_spaces_after_a_full_stop_are_no_columns() -> None:
    text = "One sentence.  Another one.\nA line without.\nAnd the last  one here."
    assert read(text) == [(text, PARAGRAPH, 0)]


def test_a_long_text_comes_in_several_blocks_and_nothing_is_lost() -> None:
    text = "word " * 50_000
    blocks = [*read_paragraphs(text)]
    assert all(len(block.text) <= SEGMENT_CHARS for block in blocks)
    assert "".join(block.text for block in blocks) == text.rstrip()
    assert [*read_paragraphs("")] == []
    assert [*read_paragraphs(" \n\n")] == []
    assert [*read_paragraphs("a")] == [Block("a")]
