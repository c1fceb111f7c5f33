"""Keys are found whatever their form; what cannot be one is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.services.keys import find_key, is_openai_key, read_key

GROQ = "gsk_" + "a1B2" * 13
GOOGLE = "AIzaSy" + "a1B2c" * 7
NEW_GOOGLE = "AQ.Ab8" + "a1B2c" * 7
XAI = "xai-" + "a1B2" * 20
PERPLEXITY = "pplx-" + "a1B2" * 12
OPENROUTER = "sk-or-v1-" + "0f" * 32
HEX = "0123456789abcdef" * 2
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
KNOWN = [GROQ, GOOGLE, NEW_GOOGLE, XAI, PERPLEXITY, OPENROUTER, HEX, JWT]
MIXED = "hUJ3kLm9PqR2sTv5WxY8zA1bC4dE7fG0"
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
BASE64 = "QUJDRGVmZ2hpamtsMTIzNDU2Nzg5MDEyMw=="


@pytest.mark.parametrize("key", KNOWN)
@pytest.mark.parametrize(
    "text",
    ["{}", "here is my key: {}", "key={}", '"{}"', "({}).", "GROQ_API_KEY={}\n", "ключ — {}"],
)
def test_a_key_of_a_known_form_is_found_in_any_text(key, text):
    assert find_key(text.format(key)) == key


@pytest.mark.parametrize("key", [*KNOWN, MIXED, UUID, BASE64])
@pytest.mark.parametrize("text", ["{}", "Here you are: {}", "my key is {}, thanks", "API_KEY='{}'"])
def test_a_key_of_any_form_is_read_within_a_sentence(key, text):
    assert read_key(text.format(key)) == key


@pytest.mark.parametrize(
    "key", ["ollama", "EMPTY", "a.b.c", "sk-1234", "x", "hunter2", "Zm9v+YmFy/MTIz=", "lm-studio"]
)
@pytest.mark.parametrize("text", ["{}", " {}\n", "«{}»", "`{}`", "my key: {}", "ключ: {}"])
def test_a_single_word_may_be_a_key(key, text):
    assert read_key(text.format(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "where do I get it",
        "what?",
        "🔑",
        "ключ",
        "https://console.groq.com/keys",
        "console.groq.com/keys",
        "www.groq.com",
        "@mira_bot",
        "mira@example.org",
        "/help",
        "12345:abc",
        "...",
        f"either {MIXED} or {BASE64}",
        "x" * 3_000,
    ],
)
def test_what_cannot_be_a_key_is_none(text):
    assert read_key(text) is None


@pytest.mark.parametrize(
    "text", ["hello", "risk-free", "/key", "gsk_short", "12345678901234567890"]
)
def test_talk_holds_no_key_of_a_known_form(text):
    assert find_key(text) is None


def test_only_openai_has_a_form():
    assert is_openai_key("sk-proj-abcdefghij")
    assert not is_openai_key(GROQ)
    assert not is_openai_key("hello")


@given(st.text())
def test_what_is_read_can_be_sent_in_a_header(text):
    key = read_key(text)
    assert key is None or (key.isascii() and key.isprintable() and " " not in key)
