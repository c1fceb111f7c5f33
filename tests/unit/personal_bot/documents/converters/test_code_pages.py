import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters.code_pages import decode, detect_code_page
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

SHORT = [
    "Привет",
    "ПРИВЕТ",
    "Да",
    "нет",
    "Договор аренды",
    "ДОГОВОР АРЕНДЫ",
    "Отчёт за 2024 год",
    "Мама мыла раму.",
    "Зарплата;Иванов;50000",
    "Москва",
    "МОСКВА",
    "Price list: цена 100 руб.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю",
    'ООО "Ромашка"',
]
LONG = (
    "Арендодатель обязуется предоставить Арендатору помещение во временное пользование. "
    "Неустойка составляет 0,1% за каждый день просрочки, но не более 10% от суммы долга.\r\n"
    "Стороны освобождаются от ответственности при обстоятельствах непреодолимой силы.\r\n"
) * 200
CODE_PAGES = ["cp1251", "cp866", "koi8-r"]
VOCABULARY = (
    "договор аренда помещение срок оплата стороны ответственность неустойка арендатор квартира "
    "ремонт имущество счёт расчёт объявление экземпляр щебень январь февраль съезд юрист"
)
WORDS = st.sampled_from(VOCABULARY.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [*SHORT, LONG, "plain ASCII, rather long"])
def test_unicode_is_recognized_with_and_without_its_mark(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", CODE_PAGES)
@pytest.mark.parametrize("text", [*SHORT, LONG])
def test_short_and_long_russian_texts_are_told_apart_by_code_page(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", [*CODE_PAGES, "iso8859-5", "utf-16-le", "utf-8"])
@given(words=st.lists(WORDS, min_size=6, unique=True), capital=st.booleans())
def test_any_six_russian_words_read_right(encoding: str, words: list[str], capital: bool) -> None:
    text = " ".join(words)
    text = text.capitalize() if capital else text
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", CODE_PAGES)
@given(words=st.lists(WORDS, min_size=6, unique=True))
def test_capitals_do_not_swap_code_pages(encoding: str, words: list[str]) -> None:
    text = " ".join(words).upper()
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text", ["café au lait", "Größe und Übung", "¿Qué tal, señor?", "It’s 5 €"]
)
def test_western_texts_are_not_taken_for_russian(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_frames_of_dos_tables_are_no_reason_against_cp866() -> None:
    text = "╔═══════╗\r\n║ Отчёт ║\r\n╚═══════╝\r\n│ Товар │ 10 │\r\n" + "─" * 70
    assert detect_code_page(text.encode("cp866")) == "cp866"
    assert decode(text.encode("cp866")) == text


def test_ukrainian_in_cp1251_reads_right() -> None:
    text = "Україна — це держава в Європі, її столиця — Київ"
    assert decode(text.encode("cp1251")) == text


def test_utf8_with_a_few_bad_bytes_stays_utf8() -> None:
    content = ("Привет, мир! " * 20).encode() + b"\xff" + "Пока".encode()[:-1]
    assert decode(content).startswith("Привет, мир! ")
    assert "Пок" in decode(content)


def test_an_encoding_that_the_file_names_is_believed_if_it_fits() -> None:
    assert decode("Ёж".encode("mac-cyrillic"), "mac-cyrillic") == "Ёж"
    assert decode("Привет всем".encode("cp1251"), "utf-8") == "Привет всем"
    assert decode("Привет всем".encode("cp1251"), "no-such-encoding") == "Привет всем"


def test_binary_content_is_no_text() -> None:
    with pytest.raises(RefusalError) as refusal:
        decode(bytes(range(1, 256)) * 20)
    assert refusal.value.kind is RefusalKind.UNSUPPORTED


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(content: bytes) -> None:
    try:
        text = decode(content)
    except RefusalError:
        return
    assert isinstance(text, str)


@given(st.text())
def test_utf8_is_never_mistaken(text: str) -> None:
    try:
        content = text.encode()
    except UnicodeEncodeError:  # lone surrogate
        return
    if "\0" in text or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return
    try:
        assert decode(content) == text
    except RefusalError:
        assert sum(char < " " for char in text) > 1 or not text
