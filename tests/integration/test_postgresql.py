"""The master's database on a real PostgreSQL, directly and through PgBouncer."""

import re
from contextlib import asynccontextmanager

import psycopg
import pytest

from deploy.database import check_database
from master.accounts import postgresql
from master.accounts.database import Database
from master.accounts.models import User
from master.errors import DatabaseUnavailableError, SettingsError
from master.settings import Settings
from tests.postgresql import PASSWORD, USER

pytestmark = pytest.mark.integration

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"
WRONG = "not-the-password"


@pytest.fixture(params=[False, True], ids=["direct", "pgbouncer"])
def pooled(request):
    return request.param


@pytest.fixture
def server(postgresql_server):
    postgresql_server.empty()
    return postgresql_server


@pytest.fixture
async def database(server, pooled):
    async with opened(server.url(pooled=pooled)) as database:
        yield database


@asynccontextmanager
async def opened(url):
    database = Database(url)
    try:
        await database.open()
        yield database
    finally:
        await database.close()


def execute(database, statement):
    return database.run(lambda: database._database.execute_sql(statement).fetchone()[0])


async def test_a_statement_that_takes_too_long_is_given_up(database, monkeypatch):
    monkeypatch.setattr(postgresql, "STATEMENT_TIME", 0.1)
    with pytest.raises(DatabaseUnavailableError, match=r"PostgreSQL at .* statement timeout"):
        await execute(database, "SELECT pg_sleep(60)")
    assert await execute(database, "SELECT 1") == 1


async def test_the_tables_of_version_0_3_0_are_migrated_and_keep_times_exactly(server, pooled):
    """Version 0.3.0 kept times in four bytes, which round to two minutes."""
    url = server.url(pooled=pooled)
    async with opened(url) as database:
        for statement in (
            "DROP TABLE operator_action",
            "ALTER TABLE users ALTER created_at TYPE REAL",
            "ALTER TABLE bot ALTER created_at TYPE REAL",
            "ALTER TABLE notice ALTER told_at TYPE REAL",
            "UPDATE schema_version SET version = 2",
        ):
            await database.run(lambda: database._database.execute_sql(statement))  # noqa: B023
    async with opened(url) as database:
        now = 1_780_000_123.25
        await database.run(lambda: User.create(user_id=5, created_at=now))
        assert await database.run(lambda: User.get_by_id(5).created_at) == now
        assert await execute(database, "SELECT count(*) FROM operator_action") == 0


async def test_every_transaction_has_the_limit_and_none_keeps_it(database, server, pooled):
    assert await execute(database, "SHOW statement_timeout") == "20s"
    with psycopg.connect(server.url(pooled=pooled), autocommit=True) as other:
        assert other.execute("SHOW statement_timeout").fetchone() == ("0",)


async def test_a_transaction_that_gets_no_answer_is_given_up(database, monkeypatch):
    monkeypatch.setattr(postgresql, "TRANSACTION_TIME", 0.1)
    with pytest.raises(DatabaseUnavailableError, match=r"PostgreSQL at .*no answer within 0\.1 s"):
        await execute(database, "SELECT pg_sleep(60)")
    monkeypatch.undo()
    assert await execute(database, "SELECT 1") == 1


async def test_waiting_for_the_pooler_is_given_up(server, monkeypatch):
    async with opened(server.url(pooled=True)) as database:
        server.administer("PAUSE bots")
        try:
            monkeypatch.setattr(postgresql, "TRANSACTION_TIME", 0.1)
            with pytest.raises(DatabaseUnavailableError, match="no answer within"):
                await execute(database, "SELECT 1")
            with pytest.raises(DatabaseUnavailableError, match="no answer within"):
                await check(server.url(pooled=True))
            with pytest.raises(DatabaseUnavailableError, match="no answer within"):
                await database.open()
        finally:
            server.administer("RESUME bots")
        monkeypatch.undo()
        assert await execute(database, "SELECT 1") == 1


async def test_a_transaction_needs_nothing_of_the_one_before(server):
    async with opened(server.url(pooled=True)) as database:
        backends = set()
        for _ in range(8):  # psycopg prepares statements that it meets for the fifth time
            backends.add(await execute(database, "SELECT pg_backend_pid()"))
            # PgBouncer gives each transaction the connection that was used last.
            with psycopg.connect(server.url(pooled=True)) as first:
                first.execute("SELECT 1")
                backends.add(await execute(database, "SELECT pg_backend_pid()"))
        assert len(backends) == 2


async def test_a_connection_that_was_closed_meanwhile_is_replaced(database, server):
    before = await execute(database, "SELECT pg_backend_pid()")
    server.execute(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{USER}'"
    )
    assert await execute(database, "SELECT pg_backend_pid()") != before


async def test_a_connection_lost_within_a_transaction_is_told_and_leaves_nothing(database):
    def insert_and_break():
        User.create(user_id=1)
        database._database.execute_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseUnavailableError, match=r"^PostgreSQL at 127\.0\.0\.1:\d+ \(.*\): "):
        await database.run(insert_and_break)
    assert await database.run(lambda: User.select().count()) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"password": WRONG}, "password or user name is wrong"),
        ({"user": "stranger"}, "password or user name is wrong"),
        ({"database": "nothing"}, "no such database"),
    ],
    ids=["password", "user", "database"],
)
async def test_what_a_setting_must_change_is_a_wrong_setting(server, pooled, change, reason):
    url = server.url(pooled=pooled, **change)
    for use in (Database.check, Database.open):
        database = Database(url)
        with pytest.raises(SettingsError) as caught:
            await use(database)
        await database.close()
        said = str(caught.value)
        assert said.startswith("DATABASE_URL: PostgreSQL at 127.0.0.1:")
        assert reason in said
        assert "\n" not in said
        assert not {WRONG, PASSWORD} & set(re.split(r"[ ,()]", said))


async def test_a_password_that_is_missing_is_asked_for(server):
    with pytest.raises(SettingsError, match="asks for a password"):
        await check(f"postgresql://{USER}@127.0.0.1:{server.port}/bots")


async def test_a_user_who_may_create_no_tables_is_told_the_statement(server):
    server.execute("DROP ROLE IF EXISTS guest", f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(SettingsError, match="GRANT CREATE ON SCHEMA public"):
        await check(server.url(user="guest"))
    with pytest.raises(SettingsError, match="GRANT CREATE ON SCHEMA public"):
        async with opened(server.url(user="guest")):
            pass


async def test_a_server_without_free_connections_is_no_wrong_setting(server):
    server.execute(
        "DROP ROLE IF EXISTS crowded",
        f"CREATE ROLE crowded LOGIN PASSWORD '{PASSWORD}' CONNECTION LIMIT 0",
    )
    with pytest.raises(DatabaseUnavailableError, match="too many connections"):
        await check(server.url(user="crowded"))


async def test_a_check_changes_nothing_and_finds_a_newer_version(server, pooled):
    await check(server.url(pooled=pooled))
    assert server.count_tables() == 0
    async with opened(server.url(pooled=pooled)) as database:
        await check(server.url(pooled=pooled))
        await database.run(
            lambda: database._database.execute_sql("UPDATE schema_version SET version = 99")
        )
    with pytest.raises(SettingsError, match="a newer version of this program"):
        await check(server.url(pooled=pooled))


async def test_a_start_checks_the_database(server, pooled, tmp_path):
    await check_database(make_settings(tmp_path, server.url(pooled=pooled)))
    with pytest.raises(SettingsError, match="no such database"):
        await check_database(make_settings(tmp_path, server.url(pooled=pooled, database="none")))


def make_settings(tmp_path, url):
    return Settings(
        _env_file=None, master_bot_token=TOKEN, state_dir=tmp_path / "state", database_url=url
    )


async def check(url):
    database = Database(url)
    try:
        await database.check()
    finally:
        await database.close()
