from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from personal_bot.contract import (
    Condition,
    Credentials,
    EmbeddingService,
    ExitCode,
    StateFiles,
    read_key,
    write_credentials,
)
from personal_bot.errors import StartError
from personal_bot.lifecycle import prepare_home
from personal_bot.settings import Arguments, Settings, configure, load_settings

TOKEN, KEY = "1:token-of-the-file", "sk-key-of-the-file"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def state(tmp_path: Path) -> StateFiles:
    """Return the state folder of an installation with one bot."""
    state = StateFiles(tmp_path)
    state.key.write_bytes(Fernet.generate_key())
    prepare_home(Arguments(5, tmp_path))
    credentials = Credentials(TOKEN, KEY, "key-of-qdrant")
    write_credentials(state.bot(5).credentials, credentials, read_key(state.key))
    return state


def test_a_bot_of_the_master_reads_its_credentials(state) -> None:
    state.bot_settings.write_text("QDRANT_URL=http://qdrant:6333/\nCHAT_MODEL=some\n")
    configuration = configure(Arguments(5, state.root))
    assert configuration.credentials == Credentials(TOKEN, KEY, "key-of-qdrant")
    assert (configuration.collection, configuration.qdrant_url) == ("user_5", "http://qdrant:6333")
    assert configuration.settings.chat_model == "some"


def test_the_command_line_wins_over_environment_and_file(state, monkeypatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:token-of-the-environment")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-key-of-the-environment")
    arguments = Arguments(5, state.root, "1:token", None, "shelf", "http://other:6333")
    configuration = configure(arguments)
    assert configuration.credentials.bot_token == "1:token"
    assert configuration.credentials.openai_key == "sk-key-of-the-environment"
    assert (configuration.collection, configuration.qdrant_url) == ("shelf", "http://other:6333")


def test_embeddings_of_another_service_go_there_without_the_owners_key(state, monkeypatch) -> None:
    configuration = configure(Arguments(5, state.root))
    assert configuration.embedding_service == EmbeddingService("https://api.openai.com/v1", KEY)
    state.bot_settings.write_text("EMBEDDING_BASE_URL=http://localhost:11434/v1/\n")
    configuration = configure(Arguments(5, state.root))
    assert configuration.embedding_service == EmbeddingService("http://localhost:11434/v1", "none")
    monkeypatch.setenv("EMBEDDING_API_KEY", "key-of-the-operator")  # for a bot run by hand
    assert configure(Arguments(5, state.root)).embedding_service.key == "key-of-the-operator"


def test_the_environment_wins_over_the_settings_file(state, monkeypatch) -> None:
    state.bot_settings.write_text("CHAT_MODEL=of-the-file\nLOG_LEVEL=DEBUG\n")
    monkeypatch.setenv("CHAT_MODEL", "of-the-environment")
    settings = load_settings(state.bot_settings)
    assert (settings.chat_model, settings.log_level) == ("of-the-environment", "DEBUG")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBEDDING_DIM", "many"),
        ("EMBEDDING_DIM", "0"),
        ("LOG_LEVEL", "loud"),
        ("TELEGRAM_API_URL", "telegram"),
        ("QDRANT_URL", "ftp://qdrant"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartError) as caught:
        load_settings()
    assert caught.value.detail.startswith(f"{name}: ")
    assert "\n" not in caught.value.detail
    assert caught.value.code == ExitCode.MISCONFIGURED


def test_missing_credentials_say_what_to_give(tmp_path) -> None:
    with pytest.raises(StartError) as caught:
        configure(Arguments(5, tmp_path, bot_token="1:token"))
    assert "--openai-key or OPENAI_API_KEY" in caught.value.detail


def test_credentials_under_another_key_are_unreadable(state) -> None:
    state.key.write_bytes(Fernet.generate_key())
    with pytest.raises(StartError) as caught:
        configure(Arguments(5, state.root))
    assert caught.value.condition == Condition.CREDENTIALS_UNREADABLE


def test_no_secret_is_in_a_representation(state, monkeypatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    configuration = configure(Arguments(5, state.root, openai_key="sk-secret"))
    assert "secret" not in repr(configuration).replace(str(state.root), "")
    assert "secret" not in repr(Arguments(5, Path(), "1:secret", "sk-secret"))


def test_the_folder_of_a_bot_is_its_owners_alone(tmp_path) -> None:
    files = prepare_home(Arguments(5, tmp_path / "new"))
    assert files.home.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path) -> None:
    (tmp_path / "bots").write_text("a file in the way")
    with pytest.raises(StartError) as caught:
        prepare_home(Arguments(5, tmp_path))
    assert caught.value.code == ExitCode.MISCONFIGURED
