"""Neither our extension nor a full disk ends supervisord."""

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
    """A failed log line is dropped, even if supervisord's stderr is on the same full disk.

    An exception would make supervisord close the pipe of the program that it was logging.
    """
    make_interface(SimpleNamespace(), folder="/nowhere")
    monkeypatch.setattr(sys, "stderr", FullDisk())
    loggers.StreamHandler(FullDisk()).emit(loggers.LogRecord(loggers.LevelsByName.INFO, "a line"))
