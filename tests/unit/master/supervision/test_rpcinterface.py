"""Inside supervisord nothing of ours, and nothing on a full disk, ends it."""

import errno
import io
import sys
from types import SimpleNamespace

import pytest
from supervisor import events, loggers

from master.supervision.rpcinterface import make_interface


class FullDisk(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def _stock_supervisor(monkeypatch):
    monkeypatch.setattr(loggers.Handler, "handleError", loggers.Handler.handleError)
    yield
    events.clear()


def test_a_line_that_cannot_be_logged_raises_nothing(monkeypatch):
    """Its own stderr lies on the same disk, and what it raised would close a program's pipe."""
    make_interface(SimpleNamespace(), folder="/nowhere")
    monkeypatch.setattr(sys, "stderr", FullDisk())
    loggers.StreamHandler(FullDisk()).emit(loggers.LogRecord(loggers.LevelsByName.INFO, "a line"))
