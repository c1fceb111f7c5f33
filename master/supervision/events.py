"""What our extension of supervisord does with supervisord's own events: count crashes, ring a bell.

Events are a doorbell, so a ring says nothing: who hears it asks supervisord how everybody is. That
leaves nothing to lose or to forge. A ring that does not fit into the socket's queue (10 datagrams
on a stock kernel) is dropped behind others which will be heard later than this, one that nobody
hears is made good by the look that a master takes at its start and every minute. It was preferred
to an `[eventlistener:…]` program, whose process has to be kept alive, whose buffer of 10 events
does lose the oldest, and which sends names that somebody else could send too.

Crashes are counted here because supervisord knows of a program's last end only, and gives up on
none that lives past `startsecs`: so they are as lasting as the processes that they are about.
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


class BellRinger:
    """Rings as a process ends by itself or asks for it; knows how often each one ended lately.

    `bell` is the datagram socket that the master listens at, None for no ringing. Everything here
    runs on supervisord's only thread, and what it raised would end supervisord.
    """

    def __init__(self, bell: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._bell = str(bell) if bell else None
        self._clock = clock
        self._ends: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=CRASHES_REMEMBERED))

    def listen(self) -> None:
        """Hear supervisord's events from now on."""
        for kind in (events.ProcessStateBackoffEvent, events.ProcessStateExitedEvent):
            events.subscribe(kind, self._note_end)
        for kind in (events.ProcessStateFatalEvent, events.ProcessCommunicationStdoutEvent):
            events.subscribe(kind, lambda _event: self._ring())
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
            # It refused to run and stays down: whatever comes next, somebody asked for.
            self._ends.pop(name, None)
        else:
            self._ends[name].append(self._clock())
        self._ring()

    def _note_start(self, event: Any) -> None:
        # Somebody asked for this start; those of supervisord's own come from EXITED and BACKOFF.
        if event.from_state in {ProcessStates.STOPPED, ProcessStates.FATAL}:
            self._ends.pop(event.process.config.name, None)

    def _forget(self, event: Any) -> None:
        self._ends.pop(event.group, None)

    def _ring(self) -> None:
        if self._bell is None:
            return
        with (
            contextlib.suppress(OSError),  # nobody listens, or enough rings wait already
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ring,
        ):
            ring.setblocking(False)
            ring.sendto(b"!", self._bell)
