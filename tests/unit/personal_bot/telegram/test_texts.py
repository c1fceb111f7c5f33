import html
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_bot import errors
from personal_bot.contract import Condition
from personal_bot.documents.uploads import FileStage
from personal_bot.errors import PersonalBotError
from personal_bot.telegram.languages import NAMES, load_catalogues, match_language
from personal_bot.telegram.markup import shorten
from personal_bot.telegram.rich_text import RichText
from personal_bot.telegram.texts import (
    answers,
    chat,
    count_documents,
    count_files,
    documents,
    explain,
    explanations,
    format_number,
    format_size,
    numbers,
    pins,
)
from personal_bot.telegram.texts.explanations import _EXPLANATIONS
from tests.telegram_html import FOREIGN, Message, draw_arguments, list_texts
from tests.unit.personal_bot.conftest import make_card

I18N = load_catalogues()
CYRILLIC = re.compile("[а-яё]")


def walk(kind: type[PersonalBotError] = PersonalBotError) -> Iterator[type[PersonalBotError]]:
    """Yield a class and all its subclasses in `errors.py`."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from walk(child)


def make(kind: type[PersonalBotError], name: str = "<a>.pdf") -> PersonalBotError:
    match kind:
        case errors.FileTooLargeError:
            return kind(name, 21_000_000, 20 * 1024 * 1024)
        case errors.DuplicateDocumentError:
            return kind("a.pdf", name)
        case errors.QuotaError:
            return kind(name, errors.Resource.PASSAGES, 5, 6, 10)
        case errors.QueueFullError:
            return kind("file", 200)
        case errors.OpenAIRateLimitError:
            return kind(2.5)
        case errors.EmbeddingLengthError:
            return kind(1024, 1536)
        case errors.StartError:
            return kind(Condition.CRASHED, 1)
        case errors.IndexVersionError:
            return kind(2, 1)
        case _ if issubclass(kind, errors.DocumentError):
            return kind(name)
        case _:
            return kind()


@pytest.fixture(params=NAMES)
def language(request) -> Iterator[str]:
    with I18N.context(), I18N.use_locale(request.param):
        yield request.param


@pytest.mark.parametrize("kind", list(walk()))
def test_every_error_has_a_sentence_of_its_own(language, kind) -> None:
    assert kind in _EXPLANATIONS
    sentence = explain(make(kind), "master_bot")
    assert sentence.endswith((".", "”.", "»."))
    assert "{" not in sentence
    assert bool(CYRILLIC.search(sentence)) == (language == "ru")
    assert not re.search(r"<[ab]>", sentence)  # names are escaped


def test_a_key_is_replaced_at_the_master() -> None:
    with I18N.context(), I18N.use_locale("ru"):
        assert "боту @master_bot" in explain(errors.OpenAIKeyInvalidError(), "master_bot")
        assert "главному боту (в котором вы меня создали)" in explain(
            errors.OpenAIKeyInvalidError()
        )


def test_sizes_are_never_smaller_than_they_are() -> None:
    with I18N.context(), I18N.use_locale("en"):
        assert [format_size(size) for size in (1, 1025, 20 * 1024**2, 20 * 1024**2 + 1)] == [
            "1 KB",
            "2 KB",
            "20 MB",
            "21 MB",
        ]


def test_only_numbers_of_five_digits_and_more_are_grouped() -> None:
    numbers = [format_number(number) for number in (0, 9_999, 10_000, 1_234_567)]
    assert numbers == ["0", "9999", "10\xa0000", "1\xa0234\xa0567"]


def test_russian_plurals_are_right() -> None:
    with I18N.context(), I18N.use_locale("ru"):
        assert [count_documents(n) for n in (1, 2, 5, 11, 21, 22)] == [
            "1 документ",
            "2 документа",
            "5 документов",
            "11 документов",
            "21 документ",
            "22 документа",
        ]
        assert [count_files(n) for n in (1, 3, 10)] == ["1 файл", "3 файла", "10 файлов"]
        notes = [answers.note_unsupported(n).text for n in (1, 2, 5, 21)]
        assert [re.findall(r"\d+ мест\w?, \w+", note) for note in notes] == [
            ["1 место, отмеченное"],
            ["2 места, отмеченные"],
            ["5 мест, отмеченных"],
            ["21 место, отмеченное"],
        ]
        assert not answers.note_unsupported(0).text


@pytest.mark.parametrize("condition", list(Condition))
def test_every_condition_can_be_shown(language, condition) -> None:
    assert condition not in chat.show_problem(condition)


# Arguments that are HTML already.
OURS = {("show_refused", "reason"), ("show_progress", "lines"), ("mark_card", "text")}
# Used in messages that are styled with entities, and in alerts.
PLAIN = {"name_source", "add_page", "confirm_pinning"}
SPOKEN = [*list_texts(answers, chat, documents, explanations, numbers, pins)]


@pytest.mark.parametrize("say", SPOKEN, ids=lambda say: say.__name__)
@given(data=st.data())
@settings(max_examples=15)
def test_whatever_a_name_holds_the_message_is_ours_and_shows_it(say, data) -> None:
    made = {
        PersonalBotError: FOREIGN.flatmap(
            lambda name: st.sampled_from([*walk()]).map(lambda kind: make(kind, name))
        )
    }
    made[errors.DocumentError] = made[PersonalBotError].filter(
        lambda error: isinstance(error, errors.DocumentError)
    )
    by_rule = {"stage": st.sampled_from(FileStage), "number": st.integers(0, 10**6)}
    arguments, foreign = draw_arguments(say, data, made, by_rule)
    for name in [name for name in arguments if (say.__name__, name) in OURS]:
        value = arguments[name]
        arguments[name] = (
            html.escape(value) if isinstance(value, str) else [*map(html.escape, value)]
        )
    with I18N.context(), I18N.use_locale("en"):
        said = say(**arguments)
    shown = (
        said
        if say.__name__ in PLAIN
        else said.text
        if isinstance(said, RichText)
        else Message(said).text
    )
    assert not [text for text in foreign if shorten(text, 30) not in shown]


def test_braces_in_a_name_are_shown_as_they_are(language) -> None:
    name = "{0} {master} {x.__class__}"
    assert name in explain(errors.DuplicateDocumentError("a.pdf", name), "master_bot")


def test_a_full_progress_message_fits() -> None:
    with I18N.context(), I18N.use_locale("ru"):
        cards = [make_card(1, "д" * 200)] * 3
        refused = [errors.ArchiveError("в" * 200)] * 9
        lines = [documents.show_unpacked("д" * 200, cards, refused) for _ in range(20)]
        text = documents.show_progress(lines, 20, 20)
    assert 20 * 60 < len(text) < 4096


def test_a_menu_description_fits(language) -> None:
    described = chat.describe_commands()
    assert set(described) == set(chat.COMMANDS)
    assert all(0 < len(text) <= 256 for text in described.values())


@pytest.mark.parametrize(
    ("code", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("en-US", "en"), ("de", "en"), (None, "en"), ("", "en")],
)
def test_languages_are_matched_by_their_first_part(code, language) -> None:
    assert match_language(code) == language


@pytest.mark.parametrize("resource", list(errors.Resource))
def test_a_quota_tells_limit_use_and_what_to_do(language, resource) -> None:
    sentence = explain(errors.QuotaError("a.pdf", resource, 90_000_000, 3_000_000, 91_000_000))
    numbers = (
        ("86", "3", "87")
        if resource is errors.Resource.SIZE
        else ("90\xa0000\xa0000", "91\xa0000\xa0000")
    )
    assert all(number in sentence for number in (*numbers, "/docs"))


@pytest.mark.parametrize("resource", list(errors.Resource))
def test_deleting_is_not_advised_where_it_does_not_help(language, resource) -> None:
    assert "/docs" not in explain(errors.QuotaError("a.pdf", resource, 0, 11, 10))


def test_an_alert_is_no_longer_than_telegram_takes(language) -> None:
    """An alert has at most 200 characters and no markup (Bot API, answerCallbackQuery)."""
    for text in (
        chat.refuse_button(),
        chat.ask_patience(),
        answers.say_question_gone(),
        answers.say_source_gone(),
        documents.say_too_late_to_keep_both(),
        pins.confirm_pinning("д" * 200),
        pins.refuse_pinning(5),
        pins.confirm_letting_go(),
        pins.say_nothing_pinned(),
        *(explain(errors.QueueFullError(kind, 50)) for kind in ("question", "file")),
    ):
        assert len(text) <= 200
        assert html.escape(text, quote=False) == text


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ("doc", "save it as DOCX"),
        ("ppt", "save it as PPTX"),
        ("xlsb", "save it as XLSX"),
        ("jpeg", "OCR"),
        ("mp3", "as a text"),
        ("rar", "ZIP"),
        ("encoding", "UTF-8"),
        ("djvu", "as PDF"),
        ("exe", "Send PDF, DOCX"),
        ("", "Send PDF, DOCX"),
    ],
)
def test_a_refusal_of_a_kind_says_what_to_send_instead(detail, advice) -> None:
    with I18N.context(), I18N.use_locale("en"):
        assert advice in explain(errors.UnsupportedFileError("a", detail))
