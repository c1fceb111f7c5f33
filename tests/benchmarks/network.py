"""A proxy between the installation and the services it calls that simulates network faults."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

KINDS = (
    "network: slow",
    "network: stalls",
    "network: reset",
    "network: half closed",
    "network: answers cut",
    "network: refuses",
    "network: blackout",
)
SLOW_TIME, STALL_TIME, REFUSING_TIME, BLACKOUT_TIME = 8.0, 6.0, 5.0, 35.0  # seconds
_DELAY = 0.4  # seconds of delay for each piece on a slow network
_PIECE = 4_096  # bytes


class Network:
    """Forwards bytes in a separate thread; `be` injects a fault."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")
        self._writers: set[asyncio.StreamWriter] = set()  # both sides of each connection
        self._callers: set[asyncio.StreamWriter] = set()  # the installation's side
        self._server: asyncio.Server | None = None
        self._port = self._target = 0
        self._delay = 0.0
        self._cuts = 0  # number of answers still to cut
        self._passing = asyncio.Event()
        self._passing.set()
        self._thread.start()

    def lead_to(self, url: str) -> str:
        """Start listening; return the address that forwards to `url`."""
        self._target = int(url.rpartition(":")[2])
        self._do(self._listen())
        return f"http://127.0.0.1:{self._port}"

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def be(self, kind: str) -> None:
        """Inject a fault of this kind; return when it is over. May run on any event loop."""
        work = asyncio.run_coroutine_threadsafe(self._be(kind), self._loop)
        await asyncio.wrap_future(work)

    async def _be(self, kind: str) -> None:
        match kind:
            case "network: slow":
                self._delay = _DELAY
                await asyncio.sleep(SLOW_TIME)
                self._delay = 0.0
            case "network: stalls":
                self._passing.clear()
                await asyncio.sleep(STALL_TIME)
                self._passing.set()
            case "network: reset":
                self._reset()
            case "network: half closed":
                for writer in self._callers:
                    with contextlib.suppress(OSError, RuntimeError):
                        writer.write_eof()
            case "network: answers cut":
                self._cuts = 4
            case "network: refuses":
                await self._refuse()
            case "network: blackout":
                self._passing.clear()
                await asyncio.sleep(BLACKOUT_TIME)
                self._reset()
                self._passing.set()

    async def _refuse(self) -> None:
        assert self._server is not None
        self._server.close()
        self._reset()
        await asyncio.sleep(REFUSING_TIME)
        await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._passing.set()
        self._reset()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _reset(self) -> None:
        for writer in self._writers:
            _reset(writer)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # the sandbox is down
            _reset(writer)
            return
        ends = {writer, back}
        self._writers |= ends
        self._callers.add(writer)
        try:
            await asyncio.gather(self._pass(reader, back), self._answer(there, writer))
        except OSError:  # one side disconnected
            pass
        finally:
            self._writers -= ends
            self._callers.discard(writer)
            for end in ends:
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_PIECE):
            await self._take_time()
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_PIECE):
            await self._take_time()
            if self._cuts:
                self._cuts -= 1
                writer.write(data[: len(data) // 2])
                await writer.drain()
                raise ConnectionAbortedError
            writer.write(data)
            await writer.drain()
        raise ConnectionAbortedError  # the service closed this connection

    async def _take_time(self) -> None:
        await self._passing.wait()
        await asyncio.sleep(self._delay)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with RST instead of FIN, as a router that lost its state does."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
