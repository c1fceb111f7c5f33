"""Every text of the master exists in both languages, fits into a message and is valid HTML."""

import re
from html import escape as quote

import pytest
from aiogram.types import BotCommand
from hypothesis import given, settings
from hypothesis import strategies as st

from master import errors
from master.accounts.registry import BotCard
from master.application import open_i18n
from master.bots.deletion import Deletion
from master.bots.monitoring import Incident, IncidentKind
from master.handlers.general import publish_commands
from master.supervision.supervisor import ProcessState
from master.telegram import texts
from master.telegram.texts import bots, conditions, formats, general, notices, onboarding, replacing
from personal_bot.contract import Condition
from tests.telegram_html import FOREIGN, Message, draw_arguments, list_texts
from tests.unit.master.fakes import make_diagnosis

I18N = open_i18n()
LIMIT = 4_096  # UTF-16 units


@pytest.fixture(params=["en", "ru"])
def language(request):
    with I18N.context(), I18N.use_locale(request.param):
        yield request.param


def make_errors():
    made = {
        errors.SettingsError: ("NAME", "reason"),
        errors.TokenTakenError: ("taken_bot",),
        errors.BotError: (1, "message"),
        errors.BotNotFoundError: (1,),
        errors.BotExistsError: (1,),
        errors.BotStartError: (1, make_diagnosis(1, ProcessState.FATAL, Condition.CRASHED)),
        errors.ProgramError: ("path", "reason"),
        errors.SupervisorFaultError: (70, "startProcess"),
    }
    kinds = [errors.MasterError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return [kind(*made.get(kind, ("detail",))) for kind in kinds]


@pytest.mark.parametrize("error", make_errors(), ids=lambda error: type(error).__name__)
def test_every_error_has_a_sentence_of_its_own(error, language):
    explained = texts.explain(error)
    assert_readable(explained, language)
    assert "{" not in explained
    parent = type(error).__mro__[1]
    if parent is not Exception and type(error) is not errors.MasterError:
        others = [texts.explain(other) for other in make_errors() if type(other) is parent]
        assert explained not in others


@pytest.mark.parametrize("condition", [*Condition, None])
def test_every_condition_has_a_meaning_and_an_advice(condition, language):
    advice = texts.advise(condition)
    assert_readable(advice, language)
    assert len(re.findall(r"[.!?](?:\s|$)", advice)) >= 1


def test_conditions_are_told_apart(language):
    assert len({texts.advise(condition) for condition in [*Condition, None]}) == len(Condition) + 1


@pytest.mark.parametrize("kind", IncidentKind)
@pytest.mark.parametrize("condition", Condition)
def test_a_notice_names_the_bot_and_advises(kind, condition, language):
    card = BotCard(1, 2, "helper_bot", "Helper", active=True)
    notice = texts.incident(Incident(card, kind, condition, 3))
    assert_readable(notice, language)
    assert "@helper_bot" in notice
    assert texts.advise(condition) in notice


def test_a_summary_fits_whatever_happened(language):
    burst = [
        Incident(BotCard(10**10 + n, n, "b" * 32, "B", active=True), IncidentKind.DOWN, condition)
        for condition in Condition
        for n in range(1_000)
    ]
    assert_readable(texts.summary(burst), language)
    assert len({notices.label(condition) for condition in Condition}) == len(Condition)


def test_an_error_that_nobody_foresaw_is_apologised_for(language):
    assert texts.explain(ZeroDivisionError()) == texts.apologize()


def test_the_help_names_every_command(language):
    shown = texts.help_text(is_admin=False)
    assert_readable(shown, language)
    for command in texts.commands():
        assert f"/{command} " in shown


def test_menu_entries_are_what_telegram_takes(language):
    for command, purpose in texts.commands().items():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
        assert 3 <= len(purpose) <= 256


async def test_the_menu_is_set_in_english_and_russian(harness):
    await publish_commands(harness.bot, I18N)
    english, russian = harness.telegram.menus
    assert (english.language_code, russian.language_code) == (None, "ru")
    assert english.scope.type == russian.scope.type == "all_private_chats"
    assert BotCommand(command="help", description="Как всё устроено") in russian.commands


@pytest.mark.parametrize(
    ("seconds", "english", "russian"),
    [
        (0, "0 seconds", "0 секунд"),
        (1, "1 second", "1 секунда"),
        (62, "1 minute 2 seconds", "1 минута 2 секунды"),
        (3_600, "1 hour", "1 час"),
        (5 * 3_600 + 21 * 60 + 5, "5 hours 21 minutes", "5 часов 21 минута"),
        (86_400 * 11 + 60, "11 days", "11 дней"),
        (86_400 * 22 + 3_600 * 4, "22 days 4 hours", "22 дня 4 часа"),
    ],
)
def test_times_have_right_plurals(seconds, english, russian):
    with I18N.context():
        assert formats.duration(seconds) == english
        with I18N.use_locale("ru"):
            assert formats.duration(seconds) == russian


@given(st.text(), st.text(), st.text(), st.sampled_from([*Condition, None]))
def test_what_a_bot_wrote_never_breaks_a_message(stdout, stderr, name, condition):
    found = make_diagnosis(1, ProcessState.FATAL, condition, (stderr + "<b>\n") * 400)
    with I18N.context(), I18N.use_locale("ru"):
        for message in (texts.diagnosis(name[:32], found), texts.start_failed(name[:32], found)):
            assert_readable(message, "ru")


OURS = {"old_token_stays", "old_key_stays"}  # their arguments are HTML already
SPOKEN = [
    *list_texts(bots, conditions, texts.errors, general, notices, onboarding, replacing, formats)
]


@pytest.mark.parametrize("say", SPOKEN, ids=lambda say: say.__name__)
@given(data=st.data())
@settings(max_examples=15)
def test_whatever_a_name_holds_the_message_is_ours_and_shows_it(say, data):
    made = {Exception: st.sampled_from(make_errors()), Deletion: st.builds(make_receipt, FOREIGN)}
    times = {"seconds": st.integers(0, 10**9)}
    arguments, foreign = draw_arguments(say, data, made, times)
    if say.__name__ in OURS:
        arguments = {name: quote(value) for name, value in arguments.items()}
    with I18N.context():
        said = say(**arguments)
    shown = Message(said).text
    assert not [text for text in foreign if text not in shown and say is not formats.state]


def make_receipt(username: str) -> Deletion:
    return Deletion(username, True, True, True, 1, 2, 3, 1)


def assert_readable(message: str, language: str) -> None:
    text = Message(message).text
    assert 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LIMIT
    if language == "ru":
        assert re.search("[а-я]", text)
