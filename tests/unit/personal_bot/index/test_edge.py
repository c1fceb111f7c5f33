"""The embedded engine behaves like a Qdrant client, keeps its data and reports damage."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from qdrant_client.http import models as rest

from personal_bot.errors import DiskFullError, IndexDamagedError, StoreError
from personal_bot.index import edge
from personal_bot.index.edge import LOGGED, AsyncEdgeClient, EdgeClient
from personal_bot.storage.disk_space import MARGIN

NAMESPACE = UUID(int=7)


def _point(number: int, version: str) -> rest.PointStruct:
    vector = [0.0, 0.0, 0.0]
    vector[number % 3] = 1.0
    return rest.PointStruct(
        id=str(uuid5(NAMESPACE, str(number))),
        vector={"dense": vector, "sparse": rest.SparseVector(indices=[number], values=[1.0])},
        payload={"number": number, "meta": {"version": version}},
    )


@pytest.fixture
def client(tmp_path: Path) -> Iterator[EdgeClient]:
    client = EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"])
    client.create_payload_index("meta.version")
    client.upsert(points=[_point(number, f"v{number // 3}") for number in range(6)])
    yield client
    client.close()


def _version(*values: str) -> rest.Filter:
    match = rest.MatchAny(any=list(values))
    return rest.Filter(must=[rest.FieldCondition(key="meta.version", match=match)])


def test_points_are_counted_as_a_whole_and_by_filter(client: EdgeClient) -> None:
    assert client.count().count == 6
    assert client.count(count_filter=_version("v1", "v9")).count == 3
    assert {hit.value: hit.count for hit in client.facet(key="meta.version", limit=9).hits} == {
        "v0": 3,
        "v1": 3,
    }


def test_filters_nest_and_exclude(client: EdgeClient) -> None:
    first = rest.FieldCondition(key="meta.version", match=rest.MatchValue(value="v0"))

    excluded = rest.Filter(must=rest.Filter(must_not=[first]))

    assert client.count(count_filter=excluded).count == 3


def test_points_are_deleted_by_id_and_by_filter(client: EdgeClient) -> None:
    client.delete(points_selector=rest.PointIdsList(points=[_point(0, "").id]))
    client.delete(points_selector=rest.FilterSelector(filter=_version("v1")))

    assert client.count().count == 2


def test_the_same_point_again_takes_the_place_of_the_old(client: EdgeClient) -> None:
    client.upsert(points=[_point(0, "v7")])

    assert client.count().count == 6
    (record,) = client.retrieve(ids=[_point(0, "").id])
    assert record.payload == {"number": 0, "meta": {"version": "v7"}}


def test_scrolling_reaches_every_point_once(client: EdgeClient) -> None:
    seen: list[int] = []
    offset = None
    while True:
        records, offset = client.scroll(limit=4, offset=offset, with_vectors=True)
        seen.extend((record.payload or {})["number"] for record in records)
        if offset is None:
            break

    assert sorted(seen) == list(range(6))
    assert isinstance(records[0].vector, dict)
    assert isinstance(records[0].vector["sparse"], rest.SparseVector)


def test_each_request_of_a_batch_searches_its_own_vectors(client: EdgeClient) -> None:
    sparse = rest.SparseVector(indices=[2], values=[1.0])
    requests = [
        rest.QueryRequest(query=[0.0, 1.0, 0.0], using="dense", limit=2, with_payload=True),
        rest.QueryRequest(query=sparse, using="sparse", limit=2, with_payload=True),
    ]

    dense, words = (_numbers(response) for response in client.query_batch_points(requests=requests))

    assert (set(dense), words) == ({1, 4}, [2])


def test_a_search_is_limited_to_what_its_filter_chooses(client: EdgeClient) -> None:
    request = rest.QueryRequest(
        query=[0.0, 1.0, 0.0], using="dense", limit=9, with_payload=True, filter=_version("v1")
    )

    (response,) = client.query_batch_points(requests=[request])

    assert set(_numbers(response)) == {3, 4, 5}


def _numbers(response: rest.QueryResponse) -> list[int]:
    return [(point.payload or {})["number"] for point in response.points]


def test_a_request_that_nobody_makes_is_refused_by_name(client: EdgeClient) -> None:
    unknown = rest.FieldCondition(key="number", range=rest.Range(gt=1))
    unfused = rest.FusionQuery(fusion=rest.Fusion.DBSF)

    with pytest.raises(NotImplementedError, match="FieldCondition"):
        client.count(count_filter=rest.Filter(must=[unknown]))
    with pytest.raises(NotImplementedError, match="FusionQuery"):
        client.query_batch_points(requests=[rest.QueryRequest(query=unfused)])


def test_what_the_engine_refuses_is_an_error_of_the_store(client: EdgeClient) -> None:
    wrong = rest.PointStruct(id=1, vector={"dense": [1.0]}, payload={})

    with pytest.raises(StoreError):
        client.upsert(points=[wrong])


def test_points_outlive_the_process(tmp_path: Path) -> None:
    first = EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"])
    first.create_payload_index("meta.version")
    first.upsert(points=[_point(number, "v") for number in range(6)])
    first.flush()
    first.close()

    second = EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"])

    assert second.count().count == 6
    assert second.has_payload_index("meta.version")
    second.close()


def test_another_dimension_is_not_opened(tmp_path: Path) -> None:
    first = EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"])
    first.upsert(points=[_point(1, "v")])
    first.flush()
    first.close()

    with pytest.raises(IndexDamagedError):
        EdgeClient(tmp_path / "shard", {"dense": 4}, ["sparse"])


async def test_awaited_calls_run_one_after_another_off_the_loop(tmp_path: Path) -> None:
    client = AsyncEdgeClient(EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"]))
    before = threading.active_count()

    await asyncio.gather(
        *(client.upsert(collection_name="x", points=[_point(n, "v")]) for n in range(20))
    )

    assert (await client.count(collection_name="x")).count == 20
    assert threading.active_count() == before + 1
    await client.close()


def test_a_flush_leaves_on_the_disk_what_the_next_process_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flush syncs each file with `os.fsync`, which lets other threads run.

    The engine's own flush does not let them run.
    """
    synced: set[str] = set()
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(edge.os, "fsync", note)
    first = EdgeClient(tmp_path / "shard", {"dense": 3}, ["sparse"])
    first.upsert(points=[_point(number, "v") for number in range(6)])
    before = set((tmp_path / "shard").rglob("*"))  # the engine renames log files meanwhile
    first.flush()
    left = tmp_path / "left"
    shutil.copytree(tmp_path / "shard", left)
    assert synced >= {str(path) for path in before if path.exists()}
    first.close()

    recovered = EdgeClient(left, {"dense": 3}, ["sparse"])
    assert recovered.count().count == 6
    recovered.close()


def test_a_file_that_the_engine_renames_meanwhile_is_no_reason_to_fail(
    client: EdgeClient, tmp_path: Path
) -> None:
    (tmp_path / "shard" / "wal" / "tmp-open-9").symlink_to("open-9")
    client.flush()


def test_the_log_that_an_opening_replays_stays_short(
    client: EdgeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    call = edge._call

    def note(method: Any, *arguments: Any) -> Any:
        called.append(method.__name__)
        return call(method, *arguments)

    monkeypatch.setattr(edge, "_call", note)
    client.flush()
    assert "flush" not in called
    for start in range(0, LOGGED, 128):
        client.upsert(points=[_point(number, "v") for number in range(start, start + 128)])
    client.flush()
    client.flush()
    assert called.count("flush") == 1


def test_nothing_is_written_where_the_disk_is_nearly_full(client: EdgeClient, monkeypatch) -> None:
    """Writing on a nearly full disk is refused.

    It could grow a mapped file, and the kernel would kill the process with SIGBUS.
    """
    usage = shutil.disk_usage(Path.cwd())._replace(free=MARGIN - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(DiskFullError):
        client.upsert(points=[_point(9, "v9")])

    assert client.count().count == 6


@pytest.mark.parametrize(
    "damaged",
    [
        "segments/*/vector_storage-dense/deleted/status.dat",  # the engine panics
        "segments/*/vector_storage-dense/vectors/chunk_0.mmap",  # opens, but cannot be read
        "segments/*/payload_index/config.json",  # opens without the index that counts passages
    ],
)
def test_an_index_with_an_emptied_file_is_said_to_be_damaged(tmp_path: Path, damaged: str) -> None:
    folder = tmp_path / "shard"
    client = EdgeClient(folder, {"dense": 3}, ["sparse"])
    client.create_payload_index("meta.version")
    client.upsert(points=[_point(number, "v") for number in range(6)])
    client.flush()
    client.close()
    for path in folder.glob(damaged):
        path.write_bytes(b"")

    with pytest.raises(IndexDamagedError):
        _use(folder)


def _use(folder: Path) -> None:
    client = EdgeClient(folder, {"dense": 3}, ["sparse"])
    client.facet(key="meta.version", limit=9)
    request = rest.QueryRequest(query=[1.0, 0.0, 0.0], using="dense")
    client.query_batch_points(requests=[request])
