"""Secrets are found anywhere in a message, and ordinary text is not suspicious."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.telegram.pasted_secrets import find_secrets
from personal_bot.contract import mask_secrets

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
KEY = "sk-proj-abcdefghijklmnop_qrstuv-wxyz0123456789"

FOREIGN_KEYS = [
    "gsk_" + "a1B2" * 13,
    "AIzaSy" + "a1B2c" * 7,
    "xai-" + "a1B2" * 20,
    "pplx-" + "a1B2" * 12,
    "sk-or-v1-" + "0f" * 32,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f" {TOKEN}\n",
        f"API:\n{TOKEN}\nKeep it",
        f"«{TOKEN}»",
        f"({TOKEN}).",
        f"https://api.telegram.org/bot{TOKEN}/getMe",
    ],
)
def test_a_token_is_found_in_any_text(text):
    assert find_secrets(text).token == TOKEN


@pytest.mark.parametrize("text", [KEY, f"key={KEY}", f'"{KEY}"', f"/key {KEY}", "sk-sandbox"])
def test_a_key_is_found_in_any_text(text):
    assert find_secrets(text).key in {KEY, "sk-sandbox"}


@pytest.mark.parametrize("key", FOREIGN_KEYS)
@pytest.mark.parametrize("text", ["{}", "here is my key: {}", "/key {}"])
def test_a_key_of_another_service_is_found_in_any_step(key, text):
    found = find_secrets(text.format(key))
    assert found.key == key
    assert found.suspicious


@pytest.mark.parametrize("text", ["ollama", "what is a key?", "🔑", f"my token is {TOKEN}"])
def test_everything_is_secret_where_a_key_is_expected(text):
    assert find_secrets(text, expects_key=True).suspicious
    assert not find_secrets("/help", expects_key=True).suspicious


def test_what_follows_the_command_is_a_key():
    assert find_secrets("/key ollama").key == "ollama"
    assert find_secrets("/key@master_bot EMPTY").key == "EMPTY"
    assert find_secrets("/key").suspicious is False


def test_both_are_found_in_one_message():
    found = find_secrets(f"{TOKEN} {KEY}")
    assert (found.token, found.key) == (TOKEN, KEY)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN[:20],
        KEY[:6],
        "12345:short",
        "12345:abc",
        TOKEN.replace(":", ": "),
        TOKEN.replace(":", " : "),
        "sk-no",
        "gAAAAABlongerthantwentyfour0",
        "gsk_half",
        "my key is hUJ3kLm9PqR2sTv5WxY8zA1bC4dE7fG0",
        "QUJDRGVmZ2hpamtsMTIzNDU2Nzg5MDEyMw==",
        "AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
    ],
)
def test_most_of_a_secret_is_suspicious(text):
    found = find_secrets(text)
    assert found.suspicious
    assert (found.token, found.key) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "/start",
        "at 10:30 tomorrow",
        "Room 12345: ask",
        "https://t.me/some_bot",
        "отвечайте: да",
        "12345",
        "a risk-free offer",
        "my-annual-report-2024-final.pdf",
        "where do I get a key?",
    ],
)
def test_talk_is_not_suspicious(text):
    assert not find_secrets(text).suspicious


def test_repr_shows_no_secret():
    shown = repr(find_secrets(f"{TOKEN} {KEY}"))
    assert TOKEN not in shown
    assert KEY not in shown


@given(st.from_regex(r"\d{5,16}:[A-Za-z0-9_-]{30,64}", fullmatch=True))
def test_what_is_taken_for_a_token_is_masked_in_logs(token):
    assert find_secrets(token).token == token
    assert token not in mask_secrets(f"a {token} b https://api.telegram.org/bot{token}/getMe")


@given(st.text())
def test_no_text_breaks_the_search(text):
    find_secrets(text)
