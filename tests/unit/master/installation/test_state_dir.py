"""The state folder and its files are accessible only to their owner."""

import base64

import pytest
from cryptography.fernet import Fernet

from master.errors import SettingsError
from master.installation import state_dir as module
from master.installation.state_dir import (
    PASSWORD_LENGTH,
    SOCKET_PATH_LIMIT,
    SUPERVISOR_USERNAME,
    Installation,
)
from personal_bot.contract import read_key


@pytest.fixture
def installation(tmp_path) -> Installation:
    installation = Installation(tmp_path / "state")
    installation.prepare()
    return installation


def test_folders_and_secrets_are_their_owners_alone(installation):
    for path in (installation.root, *installation.root.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_preparing_again_keeps_key_and_password(installation):
    key, password = installation.key.read_bytes(), installation.read_supervisor_password()
    installation.prepare()
    assert installation.key.read_bytes() == key
    assert installation.read_supervisor_password() == password


def test_supervisorctl_can_send_the_password(installation):
    """supervisor's `tail -f` and `fg` send base64 as it is wrapped: one line holds 57 bytes."""
    credentials = f"{SUPERVISOR_USERNAME}:{installation.read_supervisor_password()}".encode()
    assert base64.encodebytes(credentials).count(b"\n") == 1


def test_a_password_of_an_earlier_version_is_valid_until_it_is_renewed(installation):
    """A supervisord that was started by the earlier version still has it."""
    installation.supervisor_password.write_text("0f" * 32)
    installation.prepare()
    assert installation.read_supervisor_password() == "0f" * 32
    installation.renew_supervisor_password()
    renewed = installation.read_supervisor_password()
    assert len(renewed) == PASSWORD_LENGTH
    installation.renew_supervisor_password()
    assert installation.read_supervisor_password() == renewed


def test_a_damaged_password_is_renewed(installation):
    installation.supervisor_password.write_bytes(b"\xff")
    installation.renew_supervisor_password()
    assert len(installation.read_supervisor_password()) == PASSWORD_LENGTH


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"ok\n[program:x]", b"0" * 63])
def test_a_damaged_password_is_one_clear_error_that_does_not_quote_it(installation, content):
    installation.supervisor_password.write_bytes(content)
    with pytest.raises(SettingsError, match=r"supervisor\.password is damaged") as damaged:
        installation.read_supervisor_password()
    assert "program" not in str(damaged.value)
    assert damaged.value.__cause__ is None


def test_a_configured_key_comes_first_and_the_old_one_still_decrypts(installation):
    encrypted = read_key(installation.key).encrypt(b"secret")
    new = Fernet.generate_key().decode()
    installation.prepare(new)
    key = read_key(installation.key)
    assert key.decrypt(encrypted) == b"secret"
    assert Fernet(new).decrypt(key.encrypt(b"later")) == b"later"


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"STATE_DIR: .*file"):
        Installation(tmp_path / "file" / "state").prepare()


def test_a_path_that_is_too_long_for_a_socket_is_told_with_the_excess(tmp_path):
    shortest = len(str(Installation(tmp_path / "x").socket))
    name = "x" * (SOCKET_PATH_LIMIT - shortest + 1)
    Installation(tmp_path / name).check()
    with pytest.raises(SettingsError, match="too long by 1 bytes"):
        Installation(tmp_path / f"{name}x").check()


def test_what_others_could_read_is_restricted_and_named(installation):
    home = installation.bot(5).home
    home.mkdir(mode=0o755)
    installation.key.chmod(0o644)
    installation.bots.chmod(0o750)
    backup = installation.database.with_name(f"{installation.database.name}.v1")
    backup.touch(mode=0o640)
    assert sorted(installation.restrict_permissions()) == sorted(
        [installation.bots, home, installation.key, backup]
    )
    assert installation.restrict_permissions() == []
    assert installation.key.stat().st_mode & 0o777 == 0o600


def test_what_belongs_to_another_user_is_refused(installation, monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: installation.key.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        installation.restrict_permissions()
