"""Migrations are atomic and run once; a database of a newer version is refused."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from peewee import OperationalError, SqliteDatabase

from personal_bot.database.schema import Schema, SchemaVersionError, remove_backups

ROOT = Path(__file__).resolve().parents[4]


def create(database):
    database.execute_sql("CREATE TABLE shelf (books INTEGER, color TEXT)")


def rename(migrator):
    migrator.migrate(migrator.rename_column("shelf", "chunks", "books"))


def paint(migrator):
    migrator.database.execute_sql("ALTER TABLE shelf ADD COLUMN color TEXT")
    migrator.database.execute_sql("UPDATE shelf SET color = 'red'")


SCHEMA = Schema("shelf", create, (rename, paint))


@pytest.fixture
def database(tmp_path):
    database = SqliteDatabase(str(tmp_path / "bot.db"), pragmas={"journal_mode": "wal"})
    database.connect()
    yield database
    database.close()


@pytest.fixture
def old(database):
    """Return a database as version 0.1.0 wrote it: the first schema, without a version."""
    database.execute_sql("CREATE TABLE shelf (chunks INTEGER)")
    database.execute_sql("INSERT INTO shelf VALUES (7)")
    return database


def read(database):
    return database.execute_sql("SELECT books, color FROM shelf").fetchall()


def list_copies(tmp_path):
    return sorted(path.name for path in tmp_path.glob("bot.db.v*"))


def test_a_new_database_begins_with_the_latest_version(database, tmp_path):
    SCHEMA.apply(database)
    SCHEMA.apply(database)
    assert read(database) == []
    assert database.execute_sql("SELECT version FROM schema_version").fetchall() == [(3,)]
    assert list_copies(tmp_path) == []


def test_every_migration_since_then_is_done_in_order(old):
    SCHEMA.apply(old)
    assert read(old) == [(7, "red")]
    assert old.execute_sql("SELECT version FROM schema_version").fetchall() == [(3,)]


def test_the_file_is_copied_aside_before_and_the_copy_goes_once_all_is_well(old, tmp_path):
    SCHEMA.apply(old)
    [copy] = tmp_path.glob("bot.db.v*")
    assert copy.name == "bot.db.v1"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT chunks FROM shelf").fetchall() == [(7,)]
    SCHEMA.apply(old)
    assert list_copies(tmp_path) == []


def test_a_copy_can_be_removed_at_once(old, tmp_path):
    SCHEMA.apply(old)
    remove_backups(old)
    assert list_copies(tmp_path) == []


def test_a_migration_that_fails_changes_nothing_and_is_repeated(old):
    def fail(migrator):
        paint(migrator)
        raise OperationalError("database or disk is full")

    for _ in range(2):
        with pytest.raises(OperationalError):
            Schema("shelf", create, (rename, fail)).apply(old)
        assert old.execute_sql("SELECT chunks FROM shelf").fetchall() == [(7,)]
    SCHEMA.apply(old)
    assert read(old) == [(7, "red")]


def test_a_process_that_is_killed_amid_a_migration_leaves_it_to_the_next(old, tmp_path):
    old.close()
    script = f"""
import os
from peewee import SqliteDatabase
from tests.unit.personal_bot.database.test_schema import Schema, create, paint, rename
def die(migrator):
    paint(migrator)
    os.kill(os.getpid(), 9)
database = SqliteDatabase({str(tmp_path / "bot.db")!r}, pragmas={{"journal_mode": "wal"}})
Schema("shelf", create, (rename, die)).apply(database)
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert killed.returncode == -9
    SCHEMA.apply(old)
    assert read(old) == [(7, "red")]


def test_where_no_room_is_for_a_copy_nothing_is_changed(old, tmp_path, monkeypatch):
    (tmp_path / ".bot.db.copy").mkdir()
    with pytest.raises(OperationalError, match="cannot back up"):
        SCHEMA.apply(old)
    assert old.execute_sql("SELECT chunks FROM shelf").fetchall() == [(7,)]


def test_a_newer_database_is_refused_and_left_as_it_is(database, tmp_path):
    SCHEMA.apply(database)
    database.close()
    before = (tmp_path / "bot.db").read_bytes()
    with pytest.raises(SchemaVersionError, match="schema 3, but version 1 is needed") as refused:
        Schema("shelf", create).apply(database)
    assert refused.value.is_newer
    database.close()
    assert (tmp_path / "bot.db").read_bytes() == before


def test_an_older_one_is_refused_by_whoever_may_not_migrate(old, tmp_path):
    with pytest.raises(SchemaVersionError) as refused:
        SCHEMA.apply(old, migrating=False)
    assert not refused.value.is_newer
    assert old.execute_sql("SELECT chunks FROM shelf").fetchall() == [(7,)]
    assert list_copies(tmp_path) == []
