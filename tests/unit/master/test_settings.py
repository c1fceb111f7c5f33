"""The operator's settings are read, validated, and passed on to the master and the bots."""

import shutil
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.settings import Settings
from master.settings_files import (
    load_installed_settings,
    load_settings,
    write_bot_settings,
    write_settings,
)
from personal_bot.contract import EmbeddingService

TOKEN = "1000000001:" + "M" * 35
SECRET = "s3cr3t-that-nobody-may-see"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("MASTER_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))


def test_every_setting_but_the_token_has_a_default():
    settings = load_settings()
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.embedding_dim == 1536
    assert settings.master_bot_id == 1_000_000_001
    assert settings.qdrant_url is None


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    env_file = tmp_path / ".env"
    env_file.write_text("CHAT_MODEL=from-file\nLOG_LEVEL=debug\n")
    monkeypatch.setenv("CHAT_MODEL", "from-environment")
    settings = load_settings(env_file)
    assert (settings.chat_model, settings.log_level) == ("from-environment", "DEBUG")


def test_a_missing_token_is_named(monkeypatch):
    monkeypatch.delenv("MASTER_BOT_TOKEN")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == "MASTER_BOT_TOKEN: is not set"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MASTER_BOT_TOKEN", SECRET),
        ("MASTER_BOT_TOKEN", TOKEN + "\n[program:x]"),
        ("SECRET_KEY", SECRET),
        ("DATABASE_URL", f"mysql://root:{SECRET}@localhost/x"),
        ("DATABASE_URL", f"postgresql://root:{SECRET}@localhost"),
        ("QDRANT_API_KEY", SECRET + "\x07"),
        ("QDRANT_API_KEY", SECRET + "${HOME}"),
        ("QDRANT_URL", "localhost:6333"),
        ("TELEGRAM_API_URL", "ftp://example.org"),
        ("OPENAI_BASE_URL", "http://a b"),
        ("OPENAI_BASE_URL", "http://a\nLOG_LEVEL=DEBUG"),
        ("EMBEDDING_API_KEY", SECRET + "\x07"),
        ("EMBEDDING_BASE_URL", "localhost:11434"),
        ("EMBEDDING_QUERY_PREFIX", "query:\t"),
        ("EMBEDDING_DIM", "many"),
        ("EMBEDDING_DIM", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("ADMIN_USER_IDS", "me"),
        ("CHAT_MODEL", "gpt 5"),
        ("STATE_DIR", "/tmp/" + "x" * 120),
        ("STATE_DIR", "/tmp/a;b"),
        ("STATE_DIR", "/tmp/a%b"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_no_secret(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.setting == name
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_secrets_do_not_show_in_a_representation(monkeypatch):
    monkeypatch.setenv("QDRANT_API_KEY", SECRET)
    monkeypatch.setenv("EMBEDDING_API_KEY", SECRET + "2")
    settings = load_settings()
    assert SECRET not in repr(settings)
    assert {SECRET, SECRET + "2"} <= set(settings.list_secrets())


def test_the_database_password_is_masked_in_each_form(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:s3cr3t%40%2f:x@localhost/bots")
    secrets = load_settings().list_secrets()
    assert {"s3cr3t%40%2f:x", "s3cr3t@/:x", "s3cr3t%40%2F%3Ax"} <= set(secrets)


def test_a_database_password_that_must_be_encoded_is_told_so(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{SECRET}@/#@localhost/bots")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "DATABASE_URL: the password contains @, / and #, which means something else in a URL: "
        "percent-encode it, @ as %40, / as %2F, # as %23"
    )


def test_an_embedding_service_of_its_own_never_gets_an_owners_key(monkeypatch):
    assert load_settings().choose_embedding_service("sk-owner").key == "sk-owner"
    monkeypatch.setenv("EMBEDDING_BASE_URL", "http://localhost:11434/v1/")
    service = load_settings().choose_embedding_service("sk-owner")
    assert service == EmbeddingService("http://localhost:11434/v1", "none")


@pytest.mark.parametrize("text", ["1,2", "1 2", "1, 2,"])
def test_administrators_are_ids_with_commas_or_spaces(text, monkeypatch):
    monkeypatch.setenv("ADMIN_USER_IDS", text)
    assert load_settings().admin_user_ids == {1, 2}


def test_an_empty_value_is_an_unset_one(monkeypatch):
    monkeypatch.setenv("QDRANT_URL", "")
    assert load_settings().qdrant_url is None


def test_a_relative_state_dir_in_a_file_counts_from_the_files_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("STATE_DIR")
    env_file = tmp_path / ".env"
    env_file.write_text("STATE_DIR=elsewhere\n")
    assert load_settings(env_file).state_dir == tmp_path / "elsewhere"


def test_a_relative_state_dir_in_the_environment_counts_from_the_working_directory(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE_DIR", "here")
    assert load_settings().state_dir == tmp_path / "here"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(tmp_path / "missing.env")


def test_what_is_written_for_the_master_is_read_back_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p'\\\"$x%23y@localhost/name")
    monkeypatch.setenv("SECRET_KEY", Fernet.generate_key().decode())
    monkeypatch.setenv("QDRANT_API_KEY", "a'b\\'c \"d\" #e $f")
    monkeypatch.setenv("ADMIN_USER_IDS", "7,8")
    monkeypatch.setenv("EMBEDDING_DIM", "256")
    monkeypatch.setenv("EMBEDDING_QUERY_PREFIX", "Instruct: find '${what}'\nQuery: ")
    settings = load_settings()
    installation = settings.installation
    installation.prepare()
    write_settings(settings)
    monkeypatch.setenv("EMBEDDING_DIM", "512")  # set in another shell
    again = load_installed_settings(installation.root)
    assert again.model_dump() == settings.model_dump()
    assert installation.settings.stat().st_mode & 0o777 == 0o600


def test_a_copied_folder_has_its_own_settings_and_not_the_originals(tmp_path):
    """Otherwise `tgrag --state-dir COPY` would change the bots of the original."""
    settings = load_settings()
    settings.installation.prepare()
    write_settings(settings)
    shutil.copytree(settings.state_dir, tmp_path / "copy")
    copied = load_installed_settings(tmp_path / "copy")
    assert copied.state_dir == tmp_path / "copy"
    assert str(tmp_path / "copy" / "master.db") in copied.database_address


def test_bots_are_told_no_secret(monkeypatch):
    monkeypatch.setenv("QDRANT_API_KEY", SECRET)
    monkeypatch.setenv("QDRANT_URL", "http://localhost:6333/")
    monkeypatch.setenv("EMBEDDING_API_KEY", SECRET)
    monkeypatch.setenv("EMBEDDING_BASE_URL", "http://localhost:11434/v1/")
    monkeypatch.setenv("EMBEDDING_QUERY_PREFIX", "query: ")
    settings = load_settings()
    settings.installation.prepare()
    write_bot_settings(settings)
    text = settings.installation.bot_settings.read_text()
    assert "QDRANT_URL='http://localhost:6333'" in text
    assert "EMBEDDING_BASE_URL='http://localhost:11434/v1'" in text
    assert "EMBEDDING_QUERY_PREFIX='query: '" in text
    assert SECRET not in text
    assert TOKEN not in text


def test_the_masters_name_once_told_stays_in_the_settings_of_bots():
    settings = load_settings()
    settings.installation.prepare()
    write_bot_settings(settings, "guide_bot")
    write_bot_settings(settings)
    assert "MASTER_USERNAME='guide_bot'" in settings.installation.bot_settings.read_text()


def test_the_database_is_in_the_state_dir_unless_it_is_set(tmp_path):
    assert load_settings().database_address == f"sqlite:///{tmp_path}/state/master.db"
    assert Installation(Path(tmp_path)).database == tmp_path / "master.db"


def test_damaged_settings_of_bots_are_written_again(tmp_path):
    installation = Installation(tmp_path / "state")
    installation.prepare()
    token = "1000000001:" + "M" * 35
    settings = Settings(_env_file=None, master_bot_token=token, state_dir=installation.root)
    write_bot_settings(settings, "a_master_bot")
    right = installation.bot_settings.read_bytes()
    write_bot_settings(settings)
    assert installation.bot_settings.read_bytes() == right, "the name is kept"
    installation.bot_settings.write_bytes(bytes(range(256)))
    write_bot_settings(settings, "a_master_bot")
    assert installation.bot_settings.read_bytes() == right
