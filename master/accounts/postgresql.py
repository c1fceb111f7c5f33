"""PostgreSQL, directly or behind a pooler: time limits, lost connections, refusals explained."""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peewee import OperationalError, PostgresqlDatabase, ProgrammingError

from master.errors import DatabaseRefusedError, DatabaseUnavailableError
from master.installation.database_url import DatabaseUrl

CONNECT_TIME = 20  # seconds; PgBouncer takes 15 to report a database that does not exist
STATEMENT_TIME = 20  # seconds, kept by the server
TRANSACTION_TIME = 30.0  # seconds, kept by this process; includes the wait for a pooler

# What the server or PgBouncer says, and what to do. libpq has no SQLSTATE of a refused connection.
_REFUSALS = (
    (
        r"password authentication failed|SASL authentication failed",
        "password or user name is wrong. Correct it in DATABASE_URL, or on the server (ALTER ROLE)",
    ),
    (
        r"no password supplied",
        "it asks for a password. Write it into DATABASE_URL: postgresql://user:password@host/name",
    ),
    (
        r'database "[^"]*" does not exist|no such database',
        "there is no such database. Create it with createdb, or correct its name in DATABASE_URL",
    ),
    (
        r'role "[^"]*" does not exist',
        "there is no such user. Create it with createuser, or correct its name in DATABASE_URL",
    ),
)
_TEMPORARY = re.compile(
    # PostgreSQL has no connection left
    r"too many (clients|connections)|connection slots"
    # PgBouncer has none, or cannot reach its server
    r"|no more connections allowed|server_login_retry|query_wait_timeout|cannot connect to server"
    r"|timeout expired"
)

_INTRODUCTION = re.compile(
    r"^connection (failed|is bad): (connection to server .*? failed: )?|\[Errno [^]]*\] "
)


class LimitedPostgresqlDatabase(PostgresqlDatabase):
    """A PostgreSQL database whose statements and transactions have time limits.

    The limits are set in each transaction, because a pooler may give each one another connection
    and PgBouncer refuses the startup parameter `options`. For the same reason, nothing is prepared.
    """

    def __init__(self, url: DatabaseUrl) -> None:
        self.url = url
        self._raw: Any = None
        self._is_late = False
        parameters: dict[str, Any] = {
            "connect_timeout": CONNECT_TIME,
            "tcp_user_timeout": STATEMENT_TIME * 1000,  # milliseconds
            **url.parameters,
            "prepare_threshold": None,
        }
        named = {"host": url.host, "port": url.port, "user": url.user, "password": url.password}
        parameters |= {name: value for name, value in named.items() if value}
        super().__init__(url.database, prefer_psycopg3=True, **parameters)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Connect. Raises DatabaseUnavailableError."""
        try:
            return bool(super().connect(reuse_if_open))
        except (OperationalError, ProgrammingError) as error:
            raise self._explain(error) from error

    def begin(self, isolation_level: Any = None) -> None:  # noqa: ARG002 - peewee's own
        """Begin a transaction, on a new connection if the present one was closed meanwhile."""
        try:
            self._begin()
        except OperationalError:
            if self._is_late or self.is_connection_usable():
                raise
            self.close()
            self.connect()
            self._begin()

    @contextmanager
    def limit(self) -> Iterator[None]:
        """End the connection, with OperationalError, if the block takes over TRANSACTION_TIME."""
        self._is_late = False
        timer = threading.Timer(TRANSACTION_TIME, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except OperationalError as error:
            if self._is_late:
                raise OperationalError(f"no answer within {TRANSACTION_TIME:g} s") from error
            raise
        finally:
            timer.cancel()

    def _connect(self) -> Any:
        self._raw = super()._connect()  # type: ignore[misc]
        return self._raw

    def _begin(self) -> None:
        # In one message, so that the limit costs no round trip.
        execute: Any = self.execute_sql
        execute(f"BEGIN; SET LOCAL statement_timeout = {STATEMENT_TIME * 1000:.0f}")

    def _hang_up(self) -> None:
        """Shut the socket, which ends any wait; called on a thread of its own."""
        self._is_late = True
        if self._raw is None or self._raw.closed:
            return
        with (
            contextlib.suppress(OSError, self._raw.OperationalError),  # closed meanwhile
            socket.socket(fileno=os.dup(self._raw.fileno())) as copy,
        ):
            copy.shutdown(socket.SHUT_RDWR)

    def _explain(self, error: Exception) -> DatabaseUnavailableError:
        said = describe(error)
        for pattern, advice in _REFUSALS:
            if re.search(pattern, said):
                return DatabaseRefusedError(f"{self.url}: {advice}")
        if isinstance(error, ProgrammingError) or self._accepts_connections(said):
            return DatabaseRefusedError(f"{self.url}: {said}. Correct DATABASE_URL")
        advice = "Start it, or correct host and port in DATABASE_URL"
        return DatabaseUnavailableError(f"{self.url} is not responding ({said}). {advice}")

    def _accepts_connections(self, said: str) -> bool:
        """Tell whether the server would let others in, whatever language it speaks."""
        if "SSL" in said:
            return True  # `ping` cannot tell
        if _TEMPORARY.search(said):
            return False
        from psycopg import conninfo, pq  # noqa: PLC0415 - an optional dependency

        options = {**self.connect_params, "dbname": self.database}
        options.pop("prepare_threshold")
        reply = pq.PGconn.ping(conninfo.make_conninfo(**options).encode())
        return reply in {pq.Ping.OK, pq.Ping.NO_ATTEMPT}


def describe(error: Exception) -> str:
    """Return the first line of what the database said, without libpq's introduction."""
    line = str(error).strip().partition("\n")[0]
    said = _INTRODUCTION.sub("", line)
    return f"PgBouncer cannot reach its server ({said})" if "server_login_retry" in said else said
