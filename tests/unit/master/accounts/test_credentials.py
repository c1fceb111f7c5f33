"""The master writes a bot's credentials whenever a secret in them has changed."""

import pytest

from master.accounts.credentials import CredentialsWriter
from master.accounts.registry import BotCard, BotRecord
from master.accounts.vault import Vault
from master.installation.state_dir import Installation
from personal_bot.contract import Credentials, read_credentials

BOT = BotRecord(BotCard(5, 500, "a_bot", "A bot", True), False, "1:token", "sk-key")


@pytest.fixture
def installation(tmp_path) -> Installation:
    installation = Installation(tmp_path / "state")
    installation.prepare()
    return installation


def test_a_bot_gets_the_operators_keys_along_with_its_own(installation):
    vault = Vault.open(installation.key)
    CredentialsWriter(installation, vault, "of-qdrant", "of-embeddings").write(BOT)
    written = read_credentials(installation.bot(5).credentials, vault.key)
    assert written == Credentials("1:token", "sk-key", "of-qdrant", "of-embeddings")


def test_another_key_of_embeddings_makes_credentials_outdated(installation):
    vault = Vault.open(installation.key)
    CredentialsWriter(installation, vault).write(BOT)
    assert CredentialsWriter(installation, vault).are_current(BOT)
    assert not CredentialsWriter(installation, vault, None, "of-embeddings").are_current(BOT)
