"""Operators hear of a refusal at once, and not of each user who meets it."""

import pytest
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import SendMessage

from master.accounts.users import Users
from master.application import open_i18n
from master.telegram.operators import QUIET, Operators
from personal_bot.contract import ServiceCondition
from tests.unit.master.fakes import make_refusal, make_use

NO_MODEL = make_refusal(ServiceCondition.MODEL_UNAVAILABLE)


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def operators(harness, now):
    users = Users(harness.database)
    return Operators(harness.bot, open_i18n(), users, frozenset({7, 8}), clock=lambda: now[0])


async def test_each_operator_is_told_once_an_hour(harness, operators, now):
    for moment, told in ((0.0, 2), (QUIET - 1, 2), (QUIET, 4)):
        now[0] = moment
        await operators.tell(NO_MODEL)
        assert len(harness.telegram.shown) == told
    assert {shown.chat_id for shown in harness.telegram.shown.values()} == {7, 8}


async def test_another_refusal_is_told_as_well(harness, operators):
    await operators.tell(NO_MODEL)
    other = make_use(dim=1536)
    await operators.tell(make_refusal(ServiceCondition.NOT_OFFERED, other))
    texts = [shown.text for shown in harness.telegram.shown.values() if shown.chat_id == 7]
    assert "CHAT_MODEL" in texts[0]
    assert "EMBEDDING_BASE_URL" in texts[1]


async def test_an_operator_who_cannot_be_told_does_not_keep_it_from_the_others(harness, operators):
    harness.telegram.fail[SendMessage] = [TelegramForbiddenError]
    await operators.tell(NO_MODEL)
    assert [shown.chat_id for shown in harness.telegram.shown.values()] == [8]
