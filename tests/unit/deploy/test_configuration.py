"""A configuration problem stops the start with one line that says what to do."""

import socket
import stat

import pytest

from deploy import configuration, up
from deploy.configuration import (
    ConfigurationError,
    check_kind,
    check_port,
    check_token,
    configure,
    configure_sandbox,
    find_state_dir,
    keep_token,
)
from deploy.stand_in import StandIn
from master.errors import SettingsError, TelegramUnreachableError, TokenRevokedError
from master.installation.state_dir import Installation
from master.services.bot_tokens import BotIdentity
from master.settings import Settings
from master.settings_files import write_settings

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    path = tmp_path / ".env"
    monkeypatch.setattr(configuration, "find_env_file", lambda: path)
    return path


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "state")


def make_settings(installation, **values):
    return Settings(_env_file=None, master_bot_token=TOKEN, state_dir=installation.root, **values)


def answer(monkeypatch, outcome):
    async def identify(token, api_url):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(configuration, "identify_bot", identify)


def test_without_a_terminal_a_missing_token_says_where_to_put_it(env_file, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(ConfigurationError, match=f"put it into {env_file}"):
        configure()


def test_at_a_terminal_a_missing_token_is_asked_for(env_file, monkeypatch, tmp_path):
    monkeypatch.setenv("MASTER_BOT_TOKEN", "")  # makes pytest restore it afterwards
    env_file.write_text(f"MASTER_BOT_TOKEN=\nSTATE_DIR={tmp_path}/state\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: TOKEN)
    configured = configure()
    assert configured.asked
    assert configured.settings.master_bot_token.get_secret_value() == TOKEN
    assert configured.settings.state_dir == tmp_path / "state"


def test_a_token_that_was_asked_for_is_kept_for_its_owner_alone(env_file):
    env_file.write_text("MASTER_BOT_TOKEN=\nLOG_LEVEL=DEBUG\n")
    assert keep_token(TOKEN) == env_file
    assert env_file.read_text() == f"MASTER_BOT_TOKEN='{TOKEN}'\nLOG_LEVEL=DEBUG\n"
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600


def test_a_sandbox_and_real_bots_do_not_share_a_folder(installation):
    installation.prepare()
    check_kind(installation, sandbox=True)
    check_kind(installation, sandbox=False)
    write_settings(make_settings(installation))
    check_kind(installation, sandbox=False)
    with pytest.raises(ConfigurationError, match="holds real bots"):
        check_kind(installation, sandbox=True)
    StandIn(installation.root).folder.mkdir()
    with pytest.raises(ConfigurationError, match="holds a sandbox"):
        check_kind(installation, sandbox=False)


def test_a_sandbox_reaches_nothing_outside(installation, env_file, monkeypatch):
    env_file.write_text("QDRANT_URL=http://production:6333\n")
    monkeypatch.setenv("STATE_DIR", str(installation.root))
    monkeypatch.setenv("DATABASE_URL", "postgresql://production/bots")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    settings = configure_sandbox("127.0.0.1", 9999).settings
    assert settings.telegram_api_url == "http://127.0.0.1:9999"
    assert settings.openai_base_url == "http://127.0.0.1:9999/v1"
    assert settings.database_url is None
    assert settings.qdrant_url is None
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("SECRET_KEY", "hunter2-mistyped"),
        ("EMBEDDING_DIM", "many"),
        ("EMBEDDING_DIM", "3"),
        ("LOG_LEVEL", "LOUD"),
        ("ADMIN_USER_IDS", "1,@alex"),
        ("CHAT_MODEL", "a model"),
        ("EMBEDDING_MODEL", "{}"),
        ("MAX_DOCUMENTS", "-1"),
        ("MAX_DOCUMENTS_MB", "0"),
        ("MAX_PASSAGES", "0.5"),
        ("RUN_AS", "a b"),
    ],
)
def test_a_wrong_setting_is_one_line_without_its_value(
    env_file, tmp_path, monkeypatch, capsys, setting, wrong, sandbox
):
    monkeypatch.setenv("STATE_DIR", "")  # makes pytest restore it afterwards
    monkeypatch.setenv("MASTER_BOT_TOKEN", TOKEN)
    monkeypatch.setenv(setting, wrong)
    monkeypatch.setattr(up, "compile_catalogues", lambda root: None)
    mode = ["--sandbox"] if sandbox else []
    monkeypatch.setattr("sys.argv", ["up", *mode, "--state-dir", str(tmp_path / "state")])
    assert up.main() == 78
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{setting}: ")
    assert wrong not in line
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("port", ["0", "65536", "99999999999", "-1", "eight", ""])
def test_a_wrong_port_is_one_line(monkeypatch, capsys, port):
    monkeypatch.setattr("sys.argv", ["up", "--sandbox", f"--port={port}"])
    assert up.main() == 78
    assert capsys.readouterr().err == "--port must be a whole number from 1 to 65535\n"


def test_a_damaged_token_of_a_sandbox_is_a_wrong_setting(installation, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(installation.root))
    token_file = StandIn(installation.root).token_file
    token_file.parent.mkdir(parents=True)
    token_file.write_bytes(b"123456789:\xff")
    with pytest.raises(SettingsError, match="MASTER_BOT_TOKEN: is not a bot token"):
        configure_sandbox("127.0.0.1", 8081)


def test_a_sandbox_keeps_its_master_over_a_restart(installation, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(installation.root))
    first = configure_sandbox("127.0.0.1", 8081).settings
    again = configure_sandbox("127.0.0.1", 8082).settings
    assert again.master_bot_token == first.master_bot_token
    digits, _, secret = first.master_bot_token.get_secret_value().partition(":")
    assert digits.isdecimal()
    assert len(secret) == 35


def test_a_busy_port_names_the_next_one(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1:{port}: .*--port {port + 1}"):
            check_port(StandIn(tmp_path, port=port))


async def test_a_token_that_telegram_refuses_is_said_without_the_token(installation, monkeypatch):
    answer(monkeypatch, TokenRevokedError())
    with pytest.raises(ConfigurationError, match="rejects MASTER_BOT_TOKEN") as caught:
        await check_token(make_settings(installation))
    assert TOKEN not in str(caught.value)


async def test_an_accepted_token_tells_the_bot(installation, monkeypatch):
    answer(monkeypatch, BotIdentity(123456789, "master_bot", "Master"))
    identity = await check_token(make_settings(installation))
    assert identity.username == "master_bot"


async def test_telegram_away_stops_a_first_start_but_not_a_later_one(installation, monkeypatch):
    answer(monkeypatch, TelegramUnreachableError("timeout"))
    settings = make_settings(installation)
    with pytest.raises(TelegramUnreachableError, match="Telegram is not responding"):
        await check_token(settings)
    installation.prepare()
    write_settings(settings)
    assert await check_token(settings) is None


def test_the_state_folder_is_found_as_the_settings_find_it(env_file, tmp_path, monkeypatch):
    monkeypatch.delenv("STATE_DIR", raising=False)
    env_file.write_text("STATE_DIR=elsewhere\n")
    assert find_state_dir() == tmp_path / "elsewhere"
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "given"))
    assert find_state_dir() == tmp_path / "given"


def test_the_settings_file_is_closed_to_everybody_else(env_file, installation):
    env_file.write_text(f"MASTER_BOT_TOKEN={TOKEN}\nSTATE_DIR={installation.root}\n")
    env_file.chmod(0o644)
    configure()
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o640


def test_a_settings_file_that_cannot_be_closed_is_said_so(
    env_file, installation, monkeypatch, capsys
):
    env_file.write_text(f"MASTER_BOT_TOKEN={TOKEN}\nSTATE_DIR={installation.root}\n")
    env_file.chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    configure()
    assert f"chmod 600 {env_file}" in capsys.readouterr().err
