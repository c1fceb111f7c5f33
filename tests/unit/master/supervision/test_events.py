"""supervisord's events notify the master and count crashes, and never raise an exception."""

import socket
from types import SimpleNamespace

import pytest
from supervisor import events
from supervisor.states import ProcessStates

from master.supervision.events import CRASH_WINDOW, EventNotifier


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def notifier(clock):
    events.clear()
    notifier = EventNotifier(None, clock)
    notifier.listen()
    yield notifier
    events.clear()


def notify(kind, name="bot-1", state=ProcessStates.RUNNING, status=-1, expected=False):
    config = SimpleNamespace(name=name)
    process = SimpleNamespace(config=config, pid=7, backoff=0, exitstatus=status)
    events.notify(kind(process, state, expected))


def test_ends_by_themselves_are_counted_for_ten_minutes(notifier, clock):
    notify(events.ProcessStateExitedEvent)
    clock.now += CRASH_WINDOW - 1
    notify(events.ProcessStateBackoffEvent, state=ProcessStates.STARTING)
    assert notifier.count_crashes("bot-1") == 2
    clock.now += 2
    assert notifier.count_crashes("bot-1") == 1
    assert notifier.count_crashes("bot-2") == 0


def test_an_end_as_if_asked_for_counts(notifier):
    notify(events.ProcessStateExitedEvent, status=0, expected=True)
    assert notifier.count_crashes("bot-1") == 1


def test_who_refuses_to_run_has_not_crashed(notifier):
    notify(events.ProcessStateExitedEvent)
    notify(events.ProcessStateExitedEvent, status=77, expected=True)
    assert notifier.count_crashes("bot-1") == 0


def test_the_count_of_a_program_in_a_loop_takes_bounded_memory(notifier):
    for _ in range(10_000):
        notify(events.ProcessStateExitedEvent)
    assert notifier.count_crashes("bot-1") == 100


@pytest.mark.parametrize("state", [ProcessStates.STOPPED, ProcessStates.FATAL])
def test_a_start_that_somebody_asked_for_begins_the_count_anew(notifier, state):
    notify(events.ProcessStateExitedEvent)
    notify(events.ProcessStateStartingEvent, state=state)
    assert notifier.count_crashes("bot-1") == 0


@pytest.mark.parametrize("state", [ProcessStates.EXITED, ProcessStates.BACKOFF])
def test_a_start_of_supervisords_own_does_not(notifier, state):
    notify(events.ProcessStateExitedEvent)
    notify(events.ProcessStateStartingEvent, state=state)
    assert notifier.count_crashes("bot-1") == 1


def test_a_program_that_is_removed_is_forgotten(notifier):
    notify(events.ProcessStateExitedEvent)
    events.notify(events.ProcessGroupRemovedEvent("bot-1"))
    assert notifier.count_crashes("bot-1") == 0


@pytest.mark.parametrize("listening", [False, True], ids=["nobody", "a file that is no socket"])
def test_a_socket_that_cannot_be_written_to_is_no_error(tmp_path, listening):
    events.clear()
    event_socket = tmp_path / "events.sock"
    if listening:
        event_socket.touch()
    notifier = EventNotifier(event_socket)
    notifier.listen()
    notify(events.ProcessStateFatalEvent)
    assert notifier.count_crashes("bot-1") == 0
    events.clear()


def test_giving_up_wakes_the_master_and_is_no_crash_of_its_own(tmp_path):
    events.clear()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as event_socket:
        event_socket.bind(str(tmp_path / "b"))
        event_socket.setblocking(False)
        notifier = EventNotifier(tmp_path / "b")
        notifier.listen()
        notify(events.ProcessStateFatalEvent, state=ProcessStates.BACKOFF)
        assert event_socket.recv(1)
        assert notifier.count_crashes("bot-1") == 0
    events.clear()


def test_a_bot_that_asks_for_it_rings(tmp_path):
    events.clear()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as event_socket:
        event_socket.bind(str(tmp_path / "b"))
        event_socket.setblocking(False)
        EventNotifier(tmp_path / "b").listen()
        events.notify(events.ProcessCommunicationStdoutEvent(SimpleNamespace(), 7, b"!"))
        assert event_socket.recv(1)
    events.clear()
