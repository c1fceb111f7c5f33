"""The index holds each document exactly once after additions, changes and deletions."""

import asyncio
import json
import shutil

import pytest

from personal_bot.documents import indexing
from personal_bot.documents.quotas import MAX_FILE_BYTES
from personal_bot.documents.uploads import FileStage, Upload
from personal_bot.errors import (
    DocumentNotFoundError,
    DuplicateDocumentError,
    EmptyFileError,
    FileTooLargeError,
    IndexDamagedError,
    IndexMismatchError,
    NoTextError,
    OpenAIKeyInvalidError,
    OpenAIQuotaError,
    QdrantUnreachableError,
    StoreError,
)
from personal_bot.index.engine import Engine
from personal_bot.storage.models import Document
from tests.integration.documents.conftest import Bot, as_file
from tests.integration.documents.openai_standin import OpenAIStandIn
from tests.integration.documents.qdrant_standin import QdrantStandIn

pytestmark = pytest.mark.integration

PUMP = "The pump has a warranty of three years. It is filled with oil once a month."
BOILER = "The boiler has a warranty of ten years. It needs an inspection every spring."


async def test_an_added_file_is_listed_counted_and_reported_stage_by_stage(bot: Bot) -> None:
    addition = await bot.add("pump.pdf", "Preface.", PUMP)

    (card,) = addition.documents
    assert (card.name, card.pages, card.passages) == ("pump.pdf", 2, 1)
    assert await bot.library.list(0, 10) == [card]
    totals = await bot.library.count()
    assert (totals.documents, totals.passages) == (1, 1)
    assert bot.stages == [("pump.pdf", stage) for stage in FileStage]


async def test_the_same_content_under_another_name_is_refused_with_the_name_of_the_original(
    bot: Bot,
) -> None:
    await bot.add("pump.pdf", PUMP)

    with pytest.raises(DuplicateDocumentError) as refusal:
        await bot.add("copy.pdf", PUMP)

    assert (refusal.value.name, refusal.value.original) == ("copy.pdf", "pump.pdf")
    assert await bot.count_passages() == 1


async def test_the_same_upload_again_changes_nothing(bot: Bot) -> None:
    first = await bot.add("pump.pdf", PUMP, message_id=5)

    again = await bot.add("pump.pdf", PUMP, message_id=5)

    assert again.documents == first.documents
    assert bot.stages[-1] == ("pump.pdf", FileStage.INDEXED)
    assert await bot.count_passages() == 1
    assert bot.openai.count("embeddings") == 1


async def test_a_new_version_under_the_same_name_replaces_the_old(bot: Bot) -> None:
    await bot.add("manual.pdf", PUMP)

    addition = await bot.add("manual.pdf", BOILER)

    assert addition.replaced == ["manual.pdf"]
    assert [card.name for card in await bot.library.list(0, 10)] == ["manual.pdf"]
    assert await bot.count_passages() == 1
    answer = await bot.ask("What is the warranty of the boiler?")
    assert "ten years" in answer.text


async def test_a_deleted_document_is_gone_from_the_index_and_from_answers(bot: Bot) -> None:
    (pump,) = (await bot.add("pump.pdf", PUMP)).documents
    await bot.add("boiler.pdf", BOILER)

    deleted = await bot.library.delete(pump.document_id)

    assert deleted.name == "pump.pdf"
    assert await bot.count_passages() == 1
    answer = await bot.ask("How often is the pump filled with oil?")
    assert {source.document_name for source in answer.sources} <= {"boiler.pdf"}
    with pytest.raises(DocumentNotFoundError):
        await bot.library.delete(pump.document_id)


async def test_an_old_button_never_deletes_a_newer_document(embedded_bot: Bot) -> None:
    """Document ids are never reused, as SQLite would do without AUTOINCREMENT."""
    (pump,) = (await embedded_bot.add("pump.pdf", PUMP)).documents
    await embedded_bot.library.delete(pump.document_id)
    await embedded_bot.add("boiler.pdf", BOILER)

    with pytest.raises(DocumentNotFoundError):
        await embedded_bot.library.delete(pump.document_id)

    assert [card.name for card in await embedded_bot.library.list(0, 10)] == ["boiler.pdf"]


async def test_clearing_leaves_an_empty_library_that_takes_files_again(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    await bot.add("boiler.pdf", BOILER)

    cleared = await bot.library.clear()

    assert (cleared.documents, cleared.passages) == (2, 2)
    assert await bot.count_passages() == 0
    await bot.add("pump.pdf", PUMP)
    assert await bot.count_passages() == 1


async def test_an_archive_gives_its_files_and_names_the_refused_ones(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    bot.converter.files["all.zip"] = [
        as_file("all.zip/pump.pdf", PUMP),
        as_file("all.zip/boiler.pdf", BOILER),
        as_file("all.zip/dots.pdf", "… … …"),
    ]
    bot.converter.refused = [EmptyFileError("all.zip/empty.txt")]

    addition = await bot.upload("all.zip")

    assert [card.name for card in addition.documents] == ["all.zip/boiler.pdf"]
    assert [(type(error), error.name) for error in addition.refused] == [
        (EmptyFileError, "all.zip/empty.txt"),
        (DuplicateDocumentError, "all.zip/pump.pdf"),
        (NoTextError, "all.zip/dots.pdf"),
    ]


async def test_a_file_above_the_limit_is_refused_before_it_is_read(bot: Bot, tmp_path) -> None:
    upload = Upload("big.pdf", tmp_path / "absent", MAX_FILE_BYTES + 1, 7, 8)

    with pytest.raises(FileTooLargeError) as refusal:
        await bot.library.add(upload, bot._on_stage)

    assert refusal.value.limit == 20 * 1024 * 1024


async def test_documents_outlive_the_process(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)

    reborn = await bot.restart()
    await reborn.library.verify()

    assert await reborn.count_passages() == 1
    assert (await reborn.ask("What is the warranty of the pump?")).found


async def test_an_engine_let_go_comes_back_at_its_next_use(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)

    await bot.engine.close()

    assert (await bot.ask("What is the warranty of the pump?")).found


async def test_a_file_that_cannot_be_embedded_leaves_nothing_behind(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 1)
    await bot.add("boiler.pdf", BOILER)
    long_text = " ".join(f"Sentence number {number} about pumps." for number in range(100))
    bot.openai.faults["embeddings"] = [(200, ""), (429, "insufficient_quota")]
    bot.openai.faults["embeddings"].pop(0)

    with pytest.raises(OpenAIQuotaError):
        await bot.add("pump.pdf", long_text)

    assert [card.name for card in await bot.library.list(0, 10)] == ["boiler.pdf"]
    assert await bot.count_passages() == 1


async def test_a_job_killed_half_way_and_run_again_gives_exactly_one_copy(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill between writing the passages and recording the document leaves no duplicates."""

    def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr("personal_bot.documents.records.record_document", die)
        with pytest.raises(asyncio.CancelledError):
            await bot.add("pump.pdf", PUMP, message_id=5)
    assert await bot.count_passages() == 1

    reborn = await bot.restart()
    await reborn.library.verify()
    assert await reborn.count_passages() == 0
    await reborn.add("pump.pdf", PUMP, message_id=5)

    assert await reborn.count_passages() == 1
    assert (await reborn.ask("What is the warranty of the pump?")).found


async def test_a_replacement_killed_half_way_leaves_no_passages_of_the_old_version(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.add("manual.pdf", PUMP)

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr("personal_bot.index.document_stores.HybridStore.delete_versions", die)
        with pytest.raises(asyncio.CancelledError):
            await bot.add("manual.pdf", BOILER)
    answer = await bot.ask("How often is the pump filled with oil?")
    assert "oil" not in answer.text

    reborn = await bot.restart()
    await reborn.library.verify()

    assert await reborn.count_passages() == 1


async def test_passages_of_an_unfinished_document_never_answer(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    await bot.database.run(Document.delete().execute)

    answer = await bot.ask("What is the warranty of the pump?")

    assert (answer.text, answer.found, answer.sources) == ("", False, [])


async def test_two_uploads_at_once_are_both_indexed(bot: Bot) -> None:
    await asyncio.gather(bot.add("pump.pdf", PUMP), bot.add("boiler.pdf", BOILER))

    assert await bot.count_passages() == 2


async def test_two_uploads_of_one_content_at_once_are_one_document(bot: Bot) -> None:
    results = await asyncio.gather(
        bot.add("one.pdf", PUMP), bot.add("two.pdf", PUMP), return_exceptions=True
    )

    assert sum(isinstance(result, DuplicateDocumentError) for result in results) == 1
    assert await bot.count_passages() == 1


async def test_missing_passages_are_noticed_and_clearing_mends_the_index(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    (document,) = await bot.database.run(lambda: list(Document.select()))
    async with bot.engine.use() as index:
        await index.store.delete_versions([document.sha256])

    reborn = await bot.restart()
    with pytest.raises(IndexDamagedError):
        await reborn.library.verify()
    await reborn.library.clear()

    await reborn.add("pump.pdf", PUMP)
    assert (await reborn.ask("What is the warranty of the pump?")).found


async def test_an_index_of_another_embedding_model_is_refused(bot: Bot) -> None:
    await bot.add("pump.pdf", PUMP)
    manifest = bot.settings.store.folder / "manifest.json"
    manifest.write_text(json.dumps({"embedding_model": "older", "embedding_dim": 8}))

    reborn = await bot.restart()

    with pytest.raises(IndexMismatchError, match="older of 8 dimensions"):
        await reborn.library.verify()


async def test_an_empty_index_of_another_embedding_model_is_made_anew(bot: Bot) -> None:
    (pump,) = (await bot.add("pump.pdf", PUMP)).documents
    await bot.library.delete(pump.document_id)
    manifest = bot.settings.store.folder / "manifest.json"
    manifest.write_text(json.dumps({"embedding_model": "older", "embedding_dim": 8}))

    reborn = await bot.restart()
    await reborn.add("pump.pdf", PUMP)

    assert await reborn.count_passages() == 1


@pytest.mark.parametrize("damage", ["segments", "shard", "everything", "configuration"])
async def test_a_damaged_folder_is_an_error_and_not_an_empty_index(
    embedded_bot: Bot, damage: str
) -> None:
    await embedded_bot.add("pump.pdf", PUMP)
    await embedded_bot.engine.close()
    folder = embedded_bot.settings.store.folder
    if damage == "segments":
        for segment in (folder / "shard" / "segments").iterdir():
            shutil.rmtree(segment)
    elif damage == "shard":
        shutil.rmtree(folder / "shard")
    elif damage == "everything":
        shutil.rmtree(folder)
    else:
        (folder / "shard" / "edge_config.json").write_text("{")

    reborn = await embedded_bot.restart()
    with pytest.raises(IndexDamagedError):
        await reborn.library.verify()

    await reborn.library.clear()
    assert await reborn.count_passages() == 0


async def test_an_index_that_another_process_holds_is_not_called_damaged(
    embedded_bot: Bot,
) -> None:
    await embedded_bot.add("pump.pdf", PUMP)
    twin = Engine(embedded_bot.settings, embedded_bot.database)

    with pytest.raises(StoreError, match="in use") as refusal:
        async with twin.use():
            pass

    assert not isinstance(refusal.value, IndexDamagedError)


async def test_the_size_of_an_embedded_index_is_what_it_takes_on_disk(embedded_bot: Bot) -> None:
    await embedded_bot.add("pump.pdf", PUMP)

    totals = await embedded_bot.library.count()

    assert totals.index_bytes is not None
    assert 1_000 < totals.index_bytes < 50_000_000


@pytest.mark.parametrize("bot", ["server"], indirect=True)
async def test_a_server_that_is_away_or_refuses_the_key_is_named_as_such(
    bot: Bot, qdrant: tuple[QdrantStandIn, str]
) -> None:
    standin, _ = qdrant
    await bot.add("pump.pdf", PUMP)
    standin.is_away = True
    with pytest.raises(QdrantUnreachableError, match="503"):
        await bot.ask("What is the warranty of the pump?")
    with pytest.raises(QdrantUnreachableError):
        await bot.add("boiler.pdf", BOILER)
    standin.is_away, standin.api_key = False, "another"
    reborn = await bot.restart()

    with pytest.raises(QdrantUnreachableError, match="key"):
        await reborn.library.verify()


async def test_a_refused_key_says_nothing_of_the_key(
    embedded_bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    embedded_bot.openai.faults["embeddings"] = [(401, "invalid_api_key")]

    with pytest.raises(OpenAIKeyInvalidError) as refusal:
        await embedded_bot.add("pump.pdf", PUMP)

    assert "sk-" not in str(refusal.value)


async def test_indexing_needs_no_more_memory_than_a_batch_of_vectors(
    embedded_bot: Bot, monkeypatch: pytest.MonkeyPatch, openai: tuple[OpenAIStandIn, str]
) -> None:
    text = " ".join(f"Sentence {number} of a long book about pumps." for number in range(4_000))

    addition = await embedded_bot.add("book.pdf", text)

    assert addition.documents[0].passages == await embedded_bot.count_passages() > 200
    standin, _ = openai
    sizes = [len(body["input"]) for path, body in standin.requests if path == "embeddings"]
    assert max(sizes) <= indexing.BATCH
