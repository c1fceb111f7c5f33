"""Reacts to supervisord's events inside supervisord: counts crashes and wakes the master.

What is sent says nothing but "look": the master then asks supervisord for the state of all bots, so
no event can be lost or forged. A datagram that does not fit into the socket's queue (10 on a stock
kernel) is dropped, but those before it will wake the master later. If nobody listens, the check
that a master makes at its start and every minute finds the same. An `[eventlistener:…]` program was
the alternative: its process has to be kept alive, its buffer of 10 events loses the oldest, and
anybody could send the names that it sends.

Crashes are counted here because supervisord remembers only the last end of a program, and does not
give up on one that lives longer than `startsecs`. The counts last as long as supervisord, like the
processes that they are about.
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

CRASH_WINDOW = 600.0  # seconds that a crash is remembered
CRASHES_REMEMBERED = 100  # of one program


class EventNotifier:
    """Wakes the master when a process ends by itself or writes an event; counts recent crashes.

    `event_socket` is the datagram socket at which the master listens, None to wake nobody. All of
    this runs on supervisord's only thread: an exception here would end supervisord.
    """

    def __init__(
        self, event_socket: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._event_socket = str(event_socket) if event_socket else None
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
        """Return how often a process ended by itself within the last ten minutes."""
        if name not in self._ends:
            return 0
        since = self._clock() - CRASH_WINDOW
        return sum(at >= since for at in self._ends[name])

    def _note_end(self, event: Any) -> None:
        name = event.process.config.name
        if event.expected and event.process.exitstatus:
            # It refused to run and stays down until somebody starts it.
            self._ends.pop(name, None)
        else:
            self._ends[name].append(self._clock())
        self._notify()

    def _note_start(self, event: Any) -> None:
        # Somebody asked for this start: supervisord's own begin in EXITED or BACKOFF.
        if event.from_state in {ProcessStates.STOPPED, ProcessStates.FATAL}:
            self._ends.pop(event.process.config.name, None)

    def _forget(self, event: Any) -> None:
        self._ends.pop(event.group, None)

    def _notify(self) -> None:
        if self._event_socket is None:
            return
        with (
            contextlib.suppress(OSError),  # nobody listens, or enough events are queued
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
        ):
            sender.setblocking(False)
            sender.sendto(b"!", self._event_socket)
