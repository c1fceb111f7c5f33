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
from personal_bot.contract import Condition, LibrarySize, ServiceCondition
from tests.telegram_html import FOREIGN, Message, draw_arguments, list_texts
from tests.unit.master.fakes import make_diagnosis, make_refusal, make_use

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
        errors.ModelRefusedError: (make_use(), ServiceCondition.MODEL_UNAVAILABLE, "HTTP 404"),
        errors.EmbeddingUnusableError: (make_use(dim=1536), 1024),
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


CHAT, OPERATORS = make_use(), make_use(dim=1536, key_setting="EMBEDDING_API_KEY")
USES = [CHAT, make_use(dim=1536), OPERATORS, make_use("https://api.groq.com/openai/v1")]


@pytest.mark.parametrize("use", USES)
def test_each_refusal_has_a_sentence_of_its_own(use, language):
    told = {}
    for condition in ServiceCondition:
        refusal = make_refusal(condition, use)
        told[condition] = texts.explain(refusal)
        for text in (told[condition], texts.refusal_for_operators(refusal)):
            assert_readable(text, language)
            assert "{" not in text
        assert refusal.use.service in told[condition]
    # What no request of the check can cause has the sentence of REJECTED.
    rare = {ServiceCondition.CONTENT_REFUSED, ServiceCondition.TOO_LARGE}
    assert len(set(told.values())) == len(ServiceCondition) - len(rare)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("condition", ServiceCondition)
def test_only_what_can_pass_is_said_to_be_worth_trying_again(use, condition, language):
    """After a condition that lasts, "Try again" follows only what somebody has to do first."""
    refusal = make_refusal(condition, use)
    soon = {"en": "in a ", "ru": "через "}[language]
    assert (soon in texts.explain(refusal)) == (refusal.remedy is errors.Remedy.WAIT)


def test_a_wrong_length_names_the_setting_and_both_lengths(language):
    text = texts.explain(errors.EmbeddingUnusableError(make_use(dim=1536), 1024))
    assert all(part in text for part in ("EMBEDDING_DIM", "1536", "1024", "gpt-x"))


def test_a_service_without_embeddings_names_what_to_set(language):
    text = texts.explain(make_refusal(ServiceCondition.NOT_OFFERED, make_use(dim=1536)))
    assert "EMBEDDING_BASE_URL" in text
    assert "EMBEDDING_MODEL" in text
    assert "EMBEDDING_DIM" in text


async def test_the_help_says_where_documents_are_indexed(language):
    texts.set_services("https://api.groq.com/openai/v1", "https://api.voyageai.com/v1")
    assert "api.voyageai.com" in texts.help_text(is_admin=False)
    texts.set_services("https://api.groq.com/openai/v1", "http://127.0.0.1:8082/v1")
    said = texts.help_text(is_admin=False)
    assert "127.0.0.1" not in said
    assert {"en": "on this server", "ru": "на этом сервере"}[language] in said


async def test_another_service_has_its_own_name_everywhere(language):
    texts.set_services("https://api.groq.com/openai/v1", "https://api.voyageai.com/v1")
    card = BotCard(1, 2, "helper_bot", "Helper", active=True)
    incident = Incident(card, IncidentKind.DEGRADED, Condition.OPENAI_KEY_INVALID)
    said = [
        texts.ask_key("helper_bot", "Helper"),
        texts.ask_new_key("helper_bot"),
        texts.checking_key(),
        texts.commands()["key"],
        texts.deleted(make_receipt("helper_bot")),
        texts.expect_key(),
        texts.explain(errors.KeyMalformedError()),
        texts.help_text(is_admin=False),
        texts.incident(incident),
        texts.key_is_kept(),
        texts.key_kept_for_later(),
        texts.looked_secret(),
        texts.offer_key("helper_bot"),
        texts.summary([incident]),
        *map(texts.advise, [c for c in Condition if c.startswith("openai")]),
    ]
    for text in said:
        assert "api.groq.com" in text
        assert "openai.com" not in text
        assert "OpenAI" not in text
        assert "sk-" not in text
    assert "api.voyageai.com" in texts.help_text(is_admin=False)


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


def test_the_launchers_pid_is_told_apart_from_the_bots(language):
    launcher = {"en": "launcher", "ru": "запускающий процесс"}[language]
    assert formats.pid(None, None) == "—"
    assert formats.pid(5, None) == f"5 ({launcher})"
    assert formats.pid(5, 77) == f"77 ({launcher}: 5)"
    assert formats.pid(5, 5) == "5"


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
    moments = st.integers(0, 2**34)  # seconds since 1970, until 2514
    made = {
        Exception: st.sampled_from(make_errors()),
        Deletion: st.builds(make_receipt, FOREIGN),
        LibrarySize: st.builds(LibrarySize, st.integers(0), st.integers(0), moments),
    }
    times = {"seconds": st.integers(0, 10**9), "at": moments}
    arguments, foreign = draw_arguments(say, data, made, times)
    if say.__name__ in OURS:
        arguments = {name: quote(value) for name, value in arguments.items()}
    with I18N.context():
        said = say(**arguments)
    shown = Message(said).text
    assert not [text for text in foreign if text not in shown and say is not formats.state]


def make_receipt(username: str) -> Deletion:
    return Deletion(username, True, True, True, 1, 2, LibrarySize(3, 40, 0.0), 1)


def assert_readable(message: str, language: str) -> None:
    text = Message(message).text
    assert 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LIMIT
    if language == "ru":
        assert re.search("[а-я]", text)
