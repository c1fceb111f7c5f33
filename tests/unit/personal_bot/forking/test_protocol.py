import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.forking import protocol as requesting
from personal_bot.forking.protocol import Request, receive_request, send

LIMIT = 65_536


def request_bot(packet: bytes, descriptors: int) -> tuple[socket.socket, Request | None]:
    """Send a request as a launcher would; this process passes for a sibling of itself."""
    launcher, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with Path(os.devnull).open() as file:
        socket.send_fds(launcher, [packet], [file.fileno()] * descriptors)
    return launcher, receive_request(control)


def count_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture
def request_() -> Iterator[Request]:
    launcher, request = request_bot(b"--user-id\x007\0", 3)
    assert request is not None
    with launcher:
        yield request
    request.close()


def test_a_launcher_is_heard(request_):
    assert request_.arguments == ["--user-id", "7"]
    assert len(request_.stdio) == 3
    assert request_.launcher == os.getpid()


@pytest.mark.parametrize(
    ("packet", "descriptors"),
    [
        (b"7\0", 0),
        (b"7\0", 2),
        (b"7\0", 4),
        (b"7\0", 100),
        (b"", 3),
        (b"7", 3),
        (b"\xff\0", 3),
        (b"7" * LIMIT + b"\0", 3),
    ],
)
def test_what_is_not_whole_is_refused_and_closed(packet, descriptors):
    before = count_files()
    launcher, request = request_bot(packet, descriptors)
    assert request is None
    with launcher, suppress(ConnectionResetError):  # if data was left unread
        assert not launcher.recv(1)
    assert count_files() == before


@given(packet=st.binary(max_size=200), descriptors=st.integers(0, 12))
def test_whatever_is_sent_is_heard_or_closed(packet, descriptors):
    before = count_files()
    launcher, request = request_bot(packet, descriptors)
    if request is not None:
        assert descriptors == 3
        assert "".join(f"{argument}\0" for argument in request.arguments).encode() == packet
        request.close()
    launcher.close()
    assert count_files() == before


def test_whoever_is_no_sibling_is_refused(monkeypatch):
    monkeypatch.setattr(requesting, "is_sibling", lambda _pid: False)
    launcher, request = request_bot(b"7\0", 3)
    launcher.close()
    assert request is None


def test_another_user_is_refused(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    launcher, request = request_bot(b"7\0", 3)
    launcher.close()
    assert request is None


def test_a_request_is_withdrawn_by_the_end_of_its_launcher():
    launcher, request = request_bot(b"7\0", 3)
    assert not request.is_withdrawn
    launcher.close()
    assert request.is_withdrawn
    request.close()


def test_nobody_waits_for_a_launcher_that_does_not_listen(request_):
    request_.control.setblocking(True)  # a bot could do so, because it holds the same socket
    for _ in range(10_000):
        send(request_.control, "exit", 0)
    assert not request_.is_withdrawn
