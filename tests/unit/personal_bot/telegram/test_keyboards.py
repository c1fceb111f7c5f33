"""Callback data fits into 64 bytes for any id, and forged ids are rejected."""

import typing

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from master.telegram import keyboards as masters
from personal_bot.answers.sources import Source
from personal_bot.storage.models import Rating
from personal_bot.telegram import keyboards, pin_buttons, summary_buttons
from personal_bot.telegram.languages import load_catalogues

MODULES = (keyboards, pin_buttons, summary_buttons, masters)
TAPS = [
    found
    for found in CallbackData.__subclasses__()
    if found.__module__ in {module.__name__ for module in MODULES}
]
HIGHEST = 2**63 - 1  # the highest row id of SQLite; Telegram's ids stay below 2**52


@pytest.mark.parametrize("tap", TAPS, ids=lambda tap: tap.__name__)
@given(data=st.data())
def test_the_data_of_every_button_fits_and_comes_back(tap, data) -> None:
    made = {int: st.sampled_from([1, HIGHEST]), str: st.just("ru")}
    kinds = typing.get_type_hints(tap)  # without the bounds of numbers
    fields = {
        name: data.draw(made.get(kinds[name], st.from_type(kinds[name])))
        for name in tap.model_fields
    }
    if "page" in fields:
        fields["page"] = data.draw(st.sampled_from([0, 2**31 - 1]))
    packed = tap(**fields).pack()
    assert len(packed.encode()) <= 64
    assert tap.unpack(packed) == tap(**fields)


def make_sources(*names: str) -> list[Source]:
    return [
        Source(number, name, 4 - number if number < 4 else None, "quote", 5, 40, citation_id=number)
        for number, name in enumerate(names, 1)
    ]


def list_labels(keyboard: InlineKeyboardMarkup) -> list[list[str]]:
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", [["1 · lease.pdf, p. 3"], ["2 · Договор аренды помещения….docx, p. 2"]]),
        ("ru", [["1 · lease.pdf, с. 3"], ["2 · Договор аренды помещения….docx, с. 2"]]),
    ],
)
def test_a_source_button_names_file_and_page(language, labels) -> None:
    sources = make_sources("lease.pdf", "Договор аренды помещения на улице Ленина.docx")
    with load_catalogues().context(), load_catalogues().use_locale(language):
        keyboard = keyboards.show_answer(sources)
    assert list_labels(keyboard) == [*labels, ["🔄", "👍", "👎"]]


def test_many_sources_stand_in_two_columns() -> None:
    sources = make_sources(*["archive.zip/Minutes of the meeting.pdf"] * 5)
    with load_catalogues().context(), load_catalogues().use_locale("en"):
        labels = list_labels(keyboards.show_answer(sources))[:-1]
    assert labels[0] == ["1 · Minutes….pdf, p. 3", "2 · Minutes….pdf, p. 2"]
    assert [len(row) for row in labels] == [2, 2, 1]


def test_the_rating_of_an_answer_is_marked() -> None:
    assert list_labels(keyboards.show_answer([], Rating.BAD)) == [["🔄", "👍", "👎 ✓"]]


@pytest.mark.parametrize("forged", ["", "best", "good:1"])
def test_a_rating_that_is_none_is_no_button(forged) -> None:
    with pytest.raises((ValidationError, TypeError)):
        keyboards.RatingButton.unpack(f"rate:{forged}")


@pytest.mark.parametrize("forged", ["-1", str(2**63), "9" * 40, "x", "1.5", ""])
def test_an_id_that_no_database_holds_is_no_button(forged) -> None:
    with pytest.raises((ValidationError, TypeError)):
        keyboards.SourceButton.unpack(f"source:{forged}")
    with pytest.raises((ValidationError, TypeError)):
        keyboards.DeleteButton.unpack(f"delete:{forged}:0:1")
