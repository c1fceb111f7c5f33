"""An index with an older version is migrated; one with a newer version is refused unchanged."""

import json
from pathlib import Path

import pytest

from personal_bot.errors import IndexVersionError
from personal_bot.index import store
from tests.integration.documents.conftest import Bot

PUMP = "The pump P-100 has a warranty of 24 months."


def manifest_of(bot: Bot) -> Path:
    return bot.settings.store.folder / "manifest.json"


def write_version(bot: Bot, version: int) -> str:
    fields = json.loads(manifest_of(bot).read_text())
    manifest_of(bot).write_text(json.dumps({**fields, "version": version}))
    return manifest_of(bot).read_text()


@pytest.mark.parametrize("emptied", [False, True], ids=["with documents", "without"])
async def test_an_index_of_a_newer_version_is_refused_and_left_as_it_is(
    bot: Bot, emptied: bool
) -> None:
    (pump,) = (await bot.add("pump.pdf", PUMP)).documents
    if emptied:
        await bot.library.delete(pump.document_id)
    written = write_version(bot, 99)
    reborn = await bot.restart()
    with pytest.raises(IndexVersionError, match="version 99"):
        await reborn.library.verify()
    assert manifest_of(reborn).read_text() == written


async def test_an_index_of_version_0_1_0_named_no_version_and_is_of_the_first(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    fields = json.loads(manifest_of(bot).read_text())
    assert fields.pop("version") == 1
    manifest_of(bot).write_text(json.dumps(fields))
    reborn = await bot.restart()
    assert (await reborn.ask("What is the warranty of the pump?")).found


async def test_an_older_manifest_is_brought_up_to_date(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.add("pump.pdf", PUMP)
    fields = json.loads(manifest_of(bot).read_text())
    old = {"model": fields["embedding_model"], "embedding_dim": fields["embedding_dim"]}
    manifest_of(bot).write_text(json.dumps(old))

    def rename(found: store.Fields) -> store.Fields:
        return {"embedding_model": found["model"], "embedding_dim": found["embedding_dim"]}

    monkeypatch.setattr(store, "MIGRATIONS", (rename,))
    reborn = await bot.restart()
    await reborn.library.verify()
    assert json.loads(manifest_of(reborn).read_text()) == {**fields, "version": 2}
