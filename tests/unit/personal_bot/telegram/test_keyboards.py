"""Callback data fits into 64 bytes for any id, and forged ids are rejected."""

import typing

import pytest
from aiogram.filters.callback_data import CallbackData
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from master.telegram import keyboards as masters
from personal_bot.telegram import keyboards

TAPS = [
    found
    for module in (keyboards, masters)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, CallbackData) and found is not CallbackData
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


@pytest.mark.parametrize("forged", ["-1", str(2**63), "9" * 40, "x", "1.5", ""])
def test_an_id_that_no_database_holds_is_no_button(forged) -> None:
    with pytest.raises((ValidationError, TypeError)):
        keyboards.SourceButton.unpack(f"source:{forged}")
    with pytest.raises((ValidationError, TypeError)):
        keyboards.DeleteButton.unpack(f"delete:{forged}:0:1")
