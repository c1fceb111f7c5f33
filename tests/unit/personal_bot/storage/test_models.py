"""A damaged or missing database is created again, and the data loss is recorded."""

import pytest

from personal_bot.storage.database import DATA_LOSS, Database
from personal_bot.storage.models import Document
from personal_bot.storage.preferences import Preferences


async def reopen(files) -> tuple[int, bool]:
    """Open the database; return its number of documents and whether a data loss is recorded."""
    database = Database(files.database)
    await database.open(files.index)
    preferences = Preferences(database)
    await preferences.load()
    found = await database.run(lambda: Document.select().count())
    await database.close()
    return found, preferences.get(DATA_LOSS) is not None


@pytest.fixture
async def used(files):
    """Return the files of a bot with one document."""
    database = Database(files.database)
    await database.open(files.index)
    document = {"name": "a", "sha256": "", "size": 1, "pages": 0, "passages": 1}
    await database.run(lambda: Document.create(**document, chat_id=1, message_id=1))
    await database.close()
    files.index.mkdir()
    return files


async def test_a_sound_database_is_left_alone(used) -> None:
    assert await reopen(used) == (1, False)


async def test_a_new_bot_has_lost_nothing(files) -> None:
    assert await reopen(files) == (0, False)


@pytest.mark.parametrize("damage", ["garbage", "truncated", "zeroed page", "empty", "gone"])
async def test_whatever_happens_to_the_file_the_bot_starts_and_knows_of_its_loss(
    used, damage
) -> None:
    content = used.database.read_bytes()
    match damage:
        case "garbage":
            used.database.write_bytes(b"no database " * 1_000)
        case "truncated":
            used.database.write_bytes(content[: len(content) // 2 + 100])
        case "zeroed page":
            used.database.write_bytes(content[:4096] + bytes(4096) + content[8192:])
        case "empty":
            used.database.write_bytes(b"")
        case "gone":
            used.database.unlink()
    assert await reopen(used) == (0, True)
    assert await reopen(used) == (0, True), "until the owner was told"
    if damage not in {"empty", "gone"}:
        assert used.database.with_suffix(".damaged").exists(), "an operator may want to save it"
