import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.encodings.code_pages import (
    Decoded,
    decode,
    decode_text,
    list_remarks,
    suggest_encodings,
)
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

SHORT = [
    "Привет",
    "ПРИВЕТ",
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
NOISE = bytes(random.Random(1).choices(range(0x80, 0x100), k=2_000))
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
    assert decode_text(text.encode("cp866")).encoding == "cp866"
    assert decode(text.encode("cp866")) == text


def test_ukrainian_in_cp1251_reads_right() -> None:
    text = "Україна — це держава в Європі, її столиця — Київ"
    assert decode(text.encode("cp1251")) == text


def test_utf8_with_a_few_bad_bytes_stays_utf8() -> None:
    content = ("Привет, мир! " * 20).encode() + b"\xff" + "Пока".encode()[:-1]
    assert decode(content).startswith("Привет, мир! ")
    assert "Пок" in decode(content)


MIXED = "Запись {}: насос запущен, давление в норме.\n"


def test_lines_in_utf8_are_never_read_in_another_encoding() -> None:
    lines = [MIXED.format(n).encode("cp1251" if n % 5 == 4 else "utf-8") for n in range(25)]
    assert decode(b"".join(lines)) == "".join(MIXED.format(n) for n in range(25))
    half = [MIXED.format(n).encode("utf-8" if n % 2 else "cp866") for n in range(6)]
    assert decode(b"".join(half)) == "".join(MIXED.format(n) for n in range(6))


def test_a_line_may_begin_in_utf8_and_end_in_another_encoding() -> None:
    content = "Привет, сервер! ".encode() + "Насос остановлен из-за течи".encode("cp1251")
    assert decode(content) == "Привет, сервер! Насос остановлен из-за течи"


SENTENCES = {
    ("gb18030", "本合同由甲方和乙方签订。租金为每月三千元。押金为六千元。"),
    ("big5", "本合約由甲方與乙方簽訂。租金為每月三千元。押金為六千元。"),
    ("shift-jis", "本契約は甲と乙の間で締結される。賃料は月額五万円とする。"),
    ("euc-jp", "本契約は甲と乙の間で締結される。賃料は月額五万円とする。"),
    ("iso2022_jp", "本契約は甲と乙の間で締結される。賃料は月額五万円とする。"),
    ("euc-kr", "임대료는 매월 오십만 원으로 한다. 보증금은 계약 종료 후 반환한다."),
    ("cp1253", "Το ενοίκιο είναι επτακόσια ευρώ τον μήνα. Η εγγύηση επιστρέφεται."),
    ("cp1255", "שכר הדירה הוא חמשת אלפים שקלים לחודש. הפיקדון מוחזר בתום התקופה."),
    ("cp1256", "الإيجار خمسة آلاف درهم في الشهر. يعاد التأمين عند نهاية مدة العقد."),
    (
        "cp1254",
        "Kira bedeli aylık beş bin liradır. Güvence bedeli sözleşmenin sonunda iade edilir.",
    ),
    (
        "cp1250",
        "Czynsz wynosi pięć tysięcy złotych miesięcznie; umowa wymaga formy pisemnej, Łódź.",
    ),
    ("cp1257", "Nuomos mokestis yra penki šimtai eurų per mėnesį, užstatas grąžinamas vėliau."),
    ("cp874", "ผู้ให้เช่าตกลงให้ผู้เช่าใช้สถานที่เป็นการชั่วคราว ค่าเช่าเดือนละห้าพันบาท"),
    ("koi8-u", "Орендодавець зобов'язується передати орендареві приміщення, її площа є малою."),
    ("cp1251", "Арэндадавец абавязваецца перадаць памяшканне ў часовае карыстанне за плату."),
    ("cp1251", "Наемодателят се задължава да предостави помещение за временно ползване."),
    ("mac-cyrillic", "Арендодатель обязуется предоставить помещение, а Арендатор — принять его."),
    ("iso8859-5", "АРЕНДОДАТЕЛЬ ОБЯЗУЕТСЯ ПРЕДОСТАВИТЬ ПОМЕЩЕНИЕ ВО ВРЕМЕННОЕ ПОЛЬЗОВАНИЕ."),
}


@pytest.mark.parametrize(("encoding", "text"), sorted(SENTENCES))
def test_a_sentence_in_any_usual_encoding_reads_right(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_long_russian_text_is_certain() -> None:
    assert decode_text(LONG.encode("cp1251")).is_certain
    assert not list_remarks(decode_text(LONG.encode("cp1251")))


def test_a_doubtful_encoding_is_stated_with_a_line_in_each_one_that_may_be_right() -> None:
    content = b"Report\n" + "Źródło: Łódź".encode("cp1250")
    decoded = decode_text(content)
    assert not decoded.is_certain
    remarks = list_remarks(decoded)
    assert 1 < len(remarks) <= 4
    assert remarks[0].detail == f"{decoded.encoding}\t{decoded.text.split(chr(10))[1]}"
    assert "cp1250\tŹródło: Łódź" in [remark.detail for remark in remarks]
    assert len(suggest_encodings(content)) > 1


def test_the_owner_decides_about_all_that_is_not_utf8() -> None:
    content = "Привет, мир\n".encode() + "Ёж".encode("mac-cyrillic")
    decoded = decode_text(content, chosen="mac-cyrillic")
    assert decoded == Decoded("Привет, мир\nЁж", "mac-cyrillic")


def test_lines_that_are_no_text_are_left_out_and_counted() -> None:
    good = "Насос запущен в десять часов, давление в норме.\n" * 20
    content = good.encode("cp1251") + NOISE[:200] + b"\n" + good.encode()
    decoded = decode_text(content)
    assert decoded.undecodable_lines == 1
    assert decoded.text.replace("\n", "") == (good * 2).replace("\n", "")
    assert list_remarks(decoded)[-1] == Remark(RemarkKind.UNDECODABLE, 1)


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(RefusalError, match="encoding"):
        decode(NOISE)


def test_a_declared_encoding_yields_to_clear_evidence() -> None:
    assert decode(LONG.encode("cp1251"), "iso-8859-1") == LONG


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
