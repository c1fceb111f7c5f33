"""Key rotation re-encrypts everything, survives interruptions and keeps concurrent writes."""

from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet

from master.accounts import key_rotation as rotation_module
from master.accounts.database import Database
from master.accounts.key_rotation import KeyRotation, RotationError
from master.accounts.models import Bot, FsmState
from master.accounts.registry import Registry
from master.accounts.vault import Vault
from master.installation.key_file import read_keys, write_keys
from master.installation.state_dir import Installation
from master.services.bot_tokens import BotIdentity
from master.settings import sqlite_url
from personal_bot.contract import Credentials, read_credentials, read_key, write_credentials

TOKEN, KEY = "1234567:" + "t" * 35, "sk-" + "k" * 40
STORED = Credentials(TOKEN, KEY)


class KilledError(Exception):
    """Simulates the death of the process."""


@pytest.fixture
def installation(tmp_path) -> Installation:
    installation = Installation(tmp_path / "state")
    installation.prepare()
    return installation


@pytest.fixture
async def database(installation) -> AsyncIterator[Database]:
    database = Database(sqlite_url(installation.database))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def master(installation) -> Vault:
    """Return the vault of a master that keeps running during the rotation."""
    return Vault.open(installation.key)


@pytest.fixture
async def registry(installation, database, master) -> Registry:
    registry = Registry(database, master)
    for user_id in (5, 6):
        identity = BotIdentity(user_id * 100, f"a{user_id}_bot", "A bot")
        await registry.save(user_id, identity, TOKEN, KEY)
        files = installation.bot(user_id)
        files.home.mkdir()
        write_credentials(files.credentials, STORED, master.key)
    fields = {"key": "5", "state": "token", "data": master.encrypt("{}")}
    await database.run(FsmState.insert(fields).execute)
    return registry


@pytest.fixture
def rotation(installation, database, registry) -> KeyRotation:
    return KeyRotation(installation, database, Vault.open(installation.key), grace=0)


async def check(installation: Installation, database: Database, registry: Registry) -> None:
    """Check that a running master and a starting bot can read all secrets."""
    bot = await registry.read(5)
    assert (bot.token, bot.openai_key) == (TOKEN, KEY)
    for user_id in (5, 6):
        path = installation.bot(user_id).credentials
        assert read_credentials(path, read_key(installation.key)) == STORED


async def test_everything_is_encrypted_anew_and_the_old_key_is_gone(
    installation, database, registry, rotation, master
):
    before = read_keys(installation.key)
    found = await rotation.rotate()
    [after] = read_keys(installation.key)
    assert after not in before
    assert (found.secrets, found.files, found.unreadable) == (5, 2, [])
    await check(installation, database, registry)
    row = await database.run(FsmState.get_by_id, "5")
    assert master.decrypt(row.data) == "{}"
    assert installation.key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", range(14))
async def test_interrupted_anywhere_nothing_is_lost_and_another_run_finishes(
    installation, database, registry, rotation, monkeypatch, step
):
    """An interruption before any write loses no secret, and the next rotation completes."""
    writes = 0

    def fail_at(original):
        def write(*arguments, **options):
            nonlocal writes
            writes += 1
            if writes > step:
                raise KilledError
            return original(*arguments, **options)

        return write

    with monkeypatch.context() as patch:
        patch.setattr("master.accounts.key_rotation.write_keys", fail_at(write_keys))
        patch.setattr(
            "master.accounts.key_rotation.write_private", fail_at(rotation_module.write_private)
        )
        patch.setattr(
            "master.accounts.key_rotation._rotate_value", fail_at(rotation_module._rotate_value)
        )
        with pytest.raises(KilledError):
            await rotation.rotate()
    await check(installation, database, registry)
    await rotation.rotate()
    assert len(read_keys(installation.key)) == 1
    await check(installation, database, registry)


async def test_what_a_master_writes_meanwhile_is_kept(
    installation, database, registry, rotation, monkeypatch
):
    newer = "1234567:" + "n" * 35
    original = rotation._pass
    passes = 0

    async def write_between(keys):
        nonlocal passes
        found = await original(keys)
        passes += 1
        if passes == 1:
            await registry.replace_token(5, BotIdentity(500, "a5_bot", "A bot"), newer)
        return found

    monkeypatch.setattr(rotation, "_pass", write_between)
    await rotation.rotate()
    assert (await registry.read(5)).token == newer
    path = installation.bot(5).credentials
    assert read_credentials(path, read_key(installation.key)).bot_token == newer


async def test_while_old_secrets_still_come_in_the_old_key_stays(
    installation, database, registry, rotation, monkeypatch
):
    [old] = read_keys(installation.key)
    original = rotation._pass

    async def write_late(keys):
        found = await original(keys)
        late = Fernet(old).encrypt(TOKEN.encode()).decode()
        await database.run(Bot.update(token=late).where(Bot.user == 5).execute)
        return found

    monkeypatch.setattr(rotation, "_pass", write_late)
    with pytest.raises(RotationError):
        await rotation.rotate()
    assert old in read_keys(installation.key)
    await check(installation, database, registry)


async def test_a_configured_key_is_the_new_one(installation, database, registry, rotation):
    configured = Fernet.generate_key().decode()
    await rotation.rotate(configured)
    assert read_keys(installation.key) == [configured]
    await check(installation, database, registry)


async def test_what_no_key_opens_is_named_and_left(installation, database, registry, rotation):
    stray = installation.bot(9)
    stray.home.mkdir()
    stray.credentials.write_bytes(b"nonsense")
    found = await rotation.rotate()
    assert found.unreadable == [str(stray.credentials)]
    assert stray.credentials.read_bytes() == b"nonsense"
