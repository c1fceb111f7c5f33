"""Secrets are masked if they look like one, or if they were remembered."""

from collections import deque

import pytest

from personal_bot.contract import (
    holds_secret,
    mask_secrets,
    masking,
    register_recent_secret,
    register_secrets,
)


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_remembered", [])
    monkeypatch.setattr(masking, "_recent", deque(maxlen=100))


def test_what_looks_like_a_secret_is_masked() -> None:
    token = "1234567:" + "a" * 35
    assert mask_secrets(f"bot{token} sk-abcdefghij") == "bot1234567:*** sk-***"


def test_a_remembered_secret_is_masked_whatever_it_looks_like() -> None:
    assert mask_secrets("the password is hunter2hunter2") == "the password is hunter2hunter2"
    register_secrets(["hunter2hunter2"])
    assert mask_secrets("the password is hunter2hunter2") == "the password is ***"


def test_the_longer_of_two_secrets_leaves_no_rest() -> None:
    register_secrets(["password", "password-and-more"])
    assert mask_secrets("password-and-more") == "***"


def test_what_is_too_short_to_be_a_secret_does_not_garble_a_log() -> None:
    register_secrets(["a", ""])
    assert mask_secrets("a cat") == "a cat"


KEYS = {
    "gsk_" + "a1B2" * 13: "gsk_***",
    "AIzaSy" + "a1B2c" * 7: "AIza***",
    "xai-" + "a1B2" * 20: "xai-***",
    "pplx-" + "a1B2" * 12: "pplx-***",
    "sk-or-v1-" + "0f" * 32: "sk-***",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl": "***",
}
HEX = "0123456789abcdef0123456789abcdef"
MIXED = "hUJ3kLm9PqR2sTv5WxY8zA1bC4dE7fG0"


@pytest.mark.parametrize(("key", "shown"), KEYS.items())
def test_a_key_of_any_service_is_masked(key: str, shown: str) -> None:
    assert mask_secrets(f"url?key={key}&x") == f"url?key={shown}&x"


def test_a_hash_in_a_log_is_no_secret() -> None:
    assert mask_secrets(f"file {HEX}") == f"file {HEX}"


@pytest.mark.parametrize(
    "text",
    [
        *KEYS,
        *(f"use {key} from now on" for key in KEYS),
        HEX,
        MIXED,
        f"my key: {HEX}",
        f"the key is {MIXED}",
        f"мой ключ — {HEX}",
        f"API_KEY={MIXED}",
    ],
)
def test_a_pasted_key_is_a_secret(text: str) -> None:
    assert holds_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is the key result of 2024?",
        "which file has the checksum " + HEX + "?",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "MT84MALT011000012345MTLCAST001SXXX",
        "DE89370400440532013000",
        "Annual_Report_2024_Final_Version_Signed",
        "1234567890123456789012345678901234567890",
        "ключ от двери: где он?",
        "what does sk-learn-extension do?",
        "key: see chapter 12",
    ],
)
def test_a_question_is_no_secret(text: str) -> None:
    assert not holds_secret(text)


def test_a_key_that_is_an_ordinary_word_is_no_secret_in_a_question() -> None:
    register_secrets(["anything", "hunter2hunter2"])
    assert not holds_secret("is there anything about taxes?")
    assert holds_secret("what is hunter2hunter2?")


def test_a_recent_secret_is_masked_but_no_word_and_no_number() -> None:
    for secret in ("hunter2hunter2", "supervisor", "123456789"):
        register_recent_secret(secret)
    assert mask_secrets("hunter2hunter2 supervisor 123456789") == "*** supervisor 123456789"


def test_recent_secrets_are_forgotten_in_their_order() -> None:
    for number in range(150):
        register_recent_secret(f"secret-{number}")
    assert mask_secrets("secret-1") == "secret-1"
    assert mask_secrets("secret-149") == "***"
