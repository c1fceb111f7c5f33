"""Secrets are encrypted with the installation's key, and keys never appear in errors."""

import pytest
from cryptography.fernet import Fernet

from master.accounts.vault import Vault
from master.errors import SettingsError, VaultError
from master.installation.key_file import create_key, parse_keys


@pytest.fixture
def vault(tmp_path) -> Vault:
    create_key(tmp_path / "secret.key")
    return Vault.open(tmp_path / "secret.key")


def test_a_secret_comes_back_and_does_not_show(vault):
    encrypted = vault.encrypt("s3cret ключ")
    assert "s3cret" not in encrypted
    assert vault.decrypt(encrypted) == "s3cret ключ"


def test_another_key_does_not_open_it(vault, tmp_path):
    create_key(tmp_path / "other.key")
    with pytest.raises(VaultError):
        Vault.open(tmp_path / "other.key").decrypt(vault.encrypt("s3cret"))


def test_a_missing_or_damaged_key_file_is_a_wrong_setting(tmp_path):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Vault.open(tmp_path / "missing")
    (tmp_path / "damaged").write_text("not a key at all")
    with pytest.raises(SettingsError) as caught:
        Vault.open(tmp_path / "damaged")
    assert "not a key at all" not in str(caught.value)


def test_a_key_that_is_there_is_kept(tmp_path):
    path = tmp_path / "secret.key"
    create_key(path)
    before = path.read_bytes()
    create_key(path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_are_split_at_commas_and_spaces():
    keys = [Fernet.generate_key().decode() for _ in range(3)]
    assert parse_keys(f"{keys[0]},{keys[1]} {keys[2]}\n") == keys


@pytest.mark.parametrize("text", ["", ",", "short", "x" * 44])
def test_what_is_no_key_is_refused_without_being_quoted(text):
    with pytest.raises(ValueError, match="no valid Fernet key") as caught:
        parse_keys(text)
    assert not text.strip(",") or text not in str(caught.value)
