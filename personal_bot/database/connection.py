"""Runs a peewee database on its own thread, so that no query blocks the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from peewee import Database as PeeweeDatabase
from peewee import DatabaseProxy, Model, ModelDelete

Result = TypeVar("Result")


class Record(Model):
    """Base class of all tables. Each program's own base class sets the database in `Meta`."""

    class Meta:
        legacy_table_names = False

    if TYPE_CHECKING:
        # types-peewee declares it as a generic attribute, which mypy rejects on a class.
        @classmethod
        def delete(cls) -> ModelDelete: ...


class ThreadedDatabase:
    """A database with its own thread. The program's tables are bound to `proxy`."""

    def __init__(self, database: PeeweeDatabase, proxy: DatabaseProxy) -> None:
        self._database = database
        self._proxy = proxy
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def run(self, query: Callable[..., Result], *arguments: Any) -> Result:
        """Run a function that makes queries, in one transaction. Raises peewee.PeeweeException."""
        return await self._call(self._run, query, arguments)

    async def close(self) -> None:
        await self._call(self._database.close)
        self._thread.shutdown()

    async def _call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function on the database's thread, without a transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _bind(self) -> None:
        self._proxy.initialize(self._database)

    def _connect(self) -> None:
        if not self._database.is_connection_usable():
            # A connection stays broken after its server was unavailable.
            self._database.close()
            self._database.connect()

    def _run(self, query: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        self._connect()
        with self._database.atomic():
            return query(*arguments)
