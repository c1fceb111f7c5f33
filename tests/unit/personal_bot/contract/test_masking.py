"""Secrets are masked if they look like one, or if they were remembered."""

import pytest

from personal_bot.contract import mask_secrets, masking, register_secrets


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_remembered", [])


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
