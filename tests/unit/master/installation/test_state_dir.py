"""The folder of an installation is private, and supervisord takes what is written there."""

import resource
import shlex

import pytest
from cryptography.fernet import Fernet
from supervisor.options import ServerOptions

from master.errors import SettingsError
from master.installation import state_dir as module
from master.installation.state_dir import (
    SOCKET_PATH_LIMIT,
    Installation,
    StaticProgram,
    environment,
)
from master.settings import Settings
from master.supervision.sections import parse
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


@pytest.mark.parametrize("name", ["state", "with space", "мои боты", "a=b,c@d~e"])
def test_supervisord_reads_what_was_meant(tmp_path, name):
    installation = Installation(tmp_path / name)
    installation.prepare()
    sandbox = StaticProgram("sandbox", ["/usr/bin/env", "a b", "100%", "; no comment"], priority=1)
    installation.write_supervisor_config([sandbox])
    options = ServerOptions()
    options.configfile = str(installation.supervisor_config)
    options.process_config(do_usage=False)
    programs = {group.name: group.process_configs[0] for group in options.process_group_configs}
    assert set(programs) == {"sandbox", "forkserver", "master"}
    assert programs["sandbox"].command == "/usr/bin/env 'a b' 100% '; no comment'"
    assert programs["sandbox"].priority < programs["master"].priority
    assert str(installation.settings) in programs["master"].command
    section = options.configroot.supervisord
    assert section.logfile == str(installation.supervisor_log)
    [server] = section.server_configs
    assert server["file"] == str(installation.socket)
    assert server["chmod"] == 0o700
    assert server["password"] == installation.read_supervisor_password()
    assert installation.supervisor_config.stat().st_mode & 0o777 == 0o600


def test_limits_stay_below_the_hard_ones(installation, monkeypatch):
    monkeypatch.setattr(module.resource, "getrlimit", lambda _kind: (256, 900))
    installation.write_supervisor_config()
    text = installation.supervisor_config.read_text()
    assert "minfds=900" in text
    assert "minprocs=900" in text


def test_the_limit_of_processes_grows_with_the_number_of_bots(installation, monkeypatch):
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(module.resource, "getrlimit", lambda _kind: unlimited)
    for user_id in range(1, 1001):
        (installation.programs / f"bot-{user_id}.conf").touch()
    installation.write_supervisor_config()
    minprocs = next(
        line
        for line in installation.supervisor_config.read_text().splitlines()
        if line.startswith("minprocs")
    )
    assert int(minprocs.partition("=")[2]) >= 60 * 1000


def test_nothing_of_the_shell_but_what_is_needed_reaches_the_programs(monkeypatch):
    monkeypatch.setenv("MASTER_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("LD_PRELOAD", "/evil.so")
    monkeypatch.setenv("PATH", "/usr/bin")
    scrubbed = environment()
    assert "MASTER_BOT_TOKEN" not in scrubbed
    assert "LD_PRELOAD" not in scrubbed
    assert scrubbed["PATH"] == "/usr/bin"
    assert scrubbed["HAYSTACK_TELEMETRY_ENABLED"] == "False"


def test_what_others_could_read_is_mended_and_named(installation):
    home = installation.bot(5).home
    home.mkdir(mode=0o755)
    installation.key.chmod(0o644)
    installation.bots.chmod(0o750)
    assert sorted(installation.mend_modes()) == sorted([installation.bots, home, installation.key])
    assert installation.mend_modes() == []
    assert installation.key.stat().st_mode & 0o777 == 0o600


def test_what_belongs_to_another_user_is_refused(installation, monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: installation.key.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        installation.mend_modes()


@pytest.mark.parametrize("name", ["a b", "a%(ENV_PATH)sb", "a;b #c", "a'b\"c", "папка", "a\\b"])
def test_a_folder_of_any_name_is_quoted_for_supervisord_or_refused(tmp_path, name):
    """A name that supervisord would read otherwise never gets as far as its parser."""
    installation = Installation(tmp_path / name)
    try:
        installation.prepare()
    except SettingsError:
        return
    installation.write_supervisor_config()
    content = installation.supervisor_config.read_text(encoding="utf-8")
    groups = parse(content, "supervisord.conf", environment())
    assert {group.name for group in groups} == {"master", "forkserver"}
    commands = [shlex.split(group.process_configs[0].command) for group in groups]
    assert all(any(str(tmp_path / name) in part for part in command) for command in commands)


def test_damaged_settings_of_bots_are_written_again(installation):
    token = "1000000001:" + "M" * 35
    settings = Settings(_env_file=None, master_bot_token=token, state_dir=installation.root)
    installation.write_bot_settings(settings, "a_master_bot")
    right = installation.bot_settings.read_bytes()
    installation.write_bot_settings(settings)
    assert installation.bot_settings.read_bytes() == right, "the name is kept"
    installation.bot_settings.write_bytes(bytes(range(256)))
    installation.write_bot_settings(settings, "a_master_bot")
    assert installation.bot_settings.read_bytes() == right
