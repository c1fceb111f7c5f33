"""Event handlers that run inside supervisord: they count crashes and notify the master.

A notification contains no data: the master then asks supervisord for the state of all bots, so no
event can be lost or forged. A datagram that does not fit into the socket's queue (10 on a stock
kernel) is dropped, but those already queued will wake the master. If the master is not listening,
the check that it makes at startup and every minute finds the same. The alternative is an
`[eventlistener:…]` program, but its process has to be kept alive, its buffer of 10 events drops the
oldest, and any process could forge the names that it sends.

Crashes are counted here because supervisord remembers only the last exit of a program, and does not
give up on one that lives longer than `startsecs`. The counts last as long as supervisord, and so do
the processes.
"""

import contextlib
import socket
import time
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supervisor import events
from supervisor.states import ProcessStates

CRASH_WINDOW = 600.0  # seconds for which a crash is remembered
CRASHES_REMEMBERED = 100  # per program


class EventNotifier:
    """Notifies the master when a process exits by itself or sends an event; counts crashes.

    `event_socket` is the master's datagram socket, None for no notifications. All of this runs on
    supervisord's only thread, where an exception would end supervisord.
    """

    def __init__(
        self, event_socket: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._event_socket = event_socket
        self._clock = clock
        self._ends: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=CRASHES_REMEMBERED))

    def listen(self) -> None:
        """Subscribe to supervisord's events."""
        for kind in (events.ProcessStateBackoffEvent, events.ProcessStateExitedEvent):
            events.subscribe(kind, self._note_end)
        for kind in (events.ProcessStateFatalEvent, events.ProcessCommunicationStdoutEvent):
            events.subscribe(kind, lambda _event: self._notify())
        events.subscribe(events.ProcessStateStartingEvent, self._note_start)
        events.subscribe(events.ProcessGroupRemovedEvent, self._forget)

    def count_crashes(self, name: str) -> int:
        """Return how often a process exited by itself within the last ten minutes."""
        if name not in self._ends:
            return 0
        since = self._clock() - CRASH_WINDOW
        return sum(at >= since for at in self._ends[name])

    def _note_end(self, event: Any) -> None:
        name = event.process.config.name
        if event.expected and event.process.exitstatus:
            # The process refused to run, and stays down until it is started on request.
            self._ends.pop(name, None)
        else:
            self._ends[name].append(self._clock())
        self._notify()

    def _note_start(self, event: Any) -> None:
        # A start on request: supervisord's own restarts begin in EXITED or BACKOFF.
        if event.from_state in {ProcessStates.STOPPED, ProcessStates.FATAL}:
            self._ends.pop(event.process.config.name, None)

    def _forget(self, event: Any) -> None:
        self._ends.pop(event.group, None)

    def _notify(self) -> None:
        if self._event_socket is not None:
            notify_master(self._event_socket)


def notify_master(event_socket: Path) -> None:
    """Have the master check the bots now, if it is listening."""
    with (
        contextlib.suppress(OSError),  # no listener, or the queue is full
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
    ):
        sender.setblocking(False)
        sender.sendto(b"!", str(event_socket))
