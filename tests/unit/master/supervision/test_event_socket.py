"""Queued events count as one, and a socket that cannot be bound delivers none."""

import socket

from master.supervision.event_socket import open_event_socket


def notify(path, times=1):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        for _ in range(times):
            sender.sendto(b"!", str(path))


async def test_events_that_wait_together_are_one(tmp_path):
    with open_event_socket(tmp_path / "event_socket") as event_socket:
        notify(tmp_path / "event_socket", 5)
        assert await event_socket.wait(10)
        assert not await event_socket.wait(0.01)
        notify(tmp_path / "event_socket")
        assert await event_socket.wait(10)


async def test_what_a_killed_master_left_behind_is_replaced(tmp_path):
    with open_event_socket(tmp_path / "event_socket"):
        pass
    with open_event_socket(tmp_path / "event_socket") as event_socket:
        assert (tmp_path / "event_socket").stat().st_mode & 0o777 == 0o600
        notify(tmp_path / "event_socket")
        assert await event_socket.wait(10)


async def test_a_socket_that_cannot_be_bound_is_silent_and_logged(tmp_path, caplog):
    with open_event_socket(tmp_path / "missing" / "event_socket") as event_socket:
        assert not await event_socket.wait(0.01)
    assert "missing" in caplog.text


async def test_a_socket_that_somebody_removed_is_bound_again(tmp_path):
    with open_event_socket(tmp_path / "event_socket") as event_socket:
        (tmp_path / "event_socket").unlink()
        assert not await event_socket.wait(0.01)
        notify(tmp_path / "event_socket")
        assert await event_socket.wait(10)
