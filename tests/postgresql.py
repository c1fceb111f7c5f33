"""A PostgreSQL server and a PgBouncer of the tests' own, from Debian's packages."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import conninfo, pq

from tests.waiting import wait_until

USER, PASSWORD = "keeper", "p@ss/w:o#r?d%41 [5]"
"""A role that may create databases, with a password of characters that a URL must escape."""

_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


@dataclass(frozen=True)
class Server:
    """Where PostgreSQL and PgBouncer, in transaction mode, listen on 127.0.0.1."""

    port: int
    pgbouncer_port: int

    def url(
        self,
        *,
        pooled: bool = False,
        user: str = USER,
        password: str = PASSWORD,
        database: str = "bots",
    ) -> str:
        port = self.pgbouncer_port if pooled else self.port
        return (
            f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}"
            f"@127.0.0.1:{port}/{quote(database, safe='')}"
        )

    def empty(self) -> None:
        """Remove all tables of the database `bots`, and let only its owner create new ones."""
        self.execute(
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public AUTHORIZATION pg_database_owner",
            "GRANT USAGE ON SCHEMA public TO public",
        )

    def execute(self, *statements: str, database: str = "bots") -> None:
        """Execute each statement by itself, as the superuser."""
        with psycopg.connect(self.url(user="postgres", database=database), autocommit=True) as base:
            for statement in statements:
                base.execute(statement.encode())

    def count_tables(self) -> int:
        with psycopg.connect(self.url(user="postgres")) as base:
            query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            found = base.execute(query).fetchone()
            return int(found[0]) if found else 0

    def administer(self, command: str) -> None:
        """Execute a command of PgBouncer's console, which understands only the simple protocol."""
        with psycopg.connect(
            self.url(pooled=True, user="postgres", database="pgbouncer"), autocommit=True
        ) as console:
            console.pgconn.exec_(command.encode())


def find_lacking() -> str | None:
    """Return which of the two programs is not installed, or None if both are."""
    if _find("initdb") is None:
        return "PostgreSQL is not installed"
    return None if _find("pgbouncer") else "PgBouncer is not installed"


@contextmanager
def serve() -> Iterator[Server]:
    """Start both and stop them at the end. They refuse root, which starts them as `nobody`."""
    with tempfile.TemporaryDirectory(prefix="tgrag-pg-") as folder, ExitStack() as stack:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = Server(_find_free_port(), _find_free_port())
        _create_cluster(Path(folder))
        stack.enter_context(_run_postgres(Path(folder), server))
        server.execute(
            f"CREATE ROLE {USER} LOGIN CREATEDB PASSWORD '{PASSWORD}'",
            f"CREATE DATABASE bots OWNER {USER}",
            database="postgres",
        )
        stack.enter_context(_run_pgbouncer(Path(folder), server))
        yield server


def _create_cluster(folder: Path) -> None:
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    subprocess.run(
        [
            *(str(_find("initdb")), "--pgdata", str(folder / "data"), "--username=postgres"),
            *("--auth=scram-sha-256", f"--pwfile={folder}/password", "--no-sync"),
            *("--encoding=UTF8", "--locale=C"),
        ],
        **_unprivileged(folder),
        check=True,
        capture_output=True,
        timeout=60,
    )


@contextmanager
def _run_postgres(folder: Path, server: Server) -> Iterator[None]:
    command = [
        *(str(_find("postgres")), "-D", str(folder / "data"), "-k", str(folder)),
        *("-h", "127.0.0.1", "-p", str(server.port), *_FAST),
    ]
    with _running(command, folder, server.port):
        yield


@contextmanager
def _run_pgbouncer(folder: Path, server: Server) -> Iterator[None]:
    (folder / "users").write_text(f'"{USER}" "{PASSWORD}"\n"postgres" "{PASSWORD}"\n')
    (folder / "pgbouncer.ini").write_text(
        "[databases]\n"
        f"* = host=127.0.0.1 port={server.port}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {server.pgbouncer_port}\nunix_socket_dir =\n"
        f"auth_type = scram-sha-256\nauth_file = {folder}/users\n"
        f"pool_mode = transaction\ndefault_pool_size = 2\nadmin_users = postgres\nserver_login_retry = 1\n"
    )
    with _running(
        [str(_find("pgbouncer")), str(folder / "pgbouncer.ini")], folder, server.pgbouncer_port
    ):
        yield


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run a server while the block runs, from when it accepts connections."""
    log = folder / f"{port}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, **_unprivileged(folder), stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            wait_until(lambda: process.poll() is not None or _accepts_connections(port), 30)
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.send_signal(2)  # PostgreSQL closes all connections, PgBouncer finishes queries
            try:
                process.wait(timeout=10)
            finally:
                process.kill()


def _unprivileged(folder: Path) -> dict[str, object]:
    """Arguments of `subprocess` for a process that is not root."""
    arguments: dict[str, object] = {"cwd": folder, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0:
        group = pwd.getpwnam("nobody").pw_gid
        arguments |= {"user": "nobody", "group": group, "extra_groups": []}
    return arguments


def _find(program: str) -> Path | None:
    """Find a program where Debian installs it, the newest version first, or on the PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    found = sorted(versions, key=lambda path: float(path.parts[4]), reverse=True)
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return found[0] if found else Path(path) if path else None


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts_connections(port: int) -> bool:
    address = conninfo.make_conninfo(host="127.0.0.1", port=port, user=USER, dbname="postgres")
    return pq.PGconn.ping(address.encode()) == pq.Ping.OK
