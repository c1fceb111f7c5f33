"""Neither our extension nor a full disk ends supervisord."""

import errno
import io
import sys
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from supervisor import events, loggers, rpcinterface

from master.supervision.rpcinterface import make_interface


class FullDisk(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def _stock_supervisor(monkeypatch):
    monkeypatch.setattr(loggers.Handler, "handleError", loggers.Handler.handleError)
    monkeypatch.setattr(rpcinterface, "readFile", rpcinterface.readFile)
    yield
    events.clear()


def test_a_line_that_cannot_be_logged_raises_nothing(monkeypatch):
    """A failed log line is dropped, even if supervisord's stderr is on the same full disk.

    An exception would make supervisord close the pipe of the program that it was logging.
    """
    make_interface(SimpleNamespace(), folder="/nowhere")
    monkeypatch.setattr(sys, "stderr", FullDisk())
    loggers.StreamHandler(FullDisk()).emit(loggers.LogRecord(loggers.LevelsByName.INFO, "a line"))


def test_every_part_of_a_log_can_be_sent_as_xml(tmp_path):
    """`supervisorctl tail` counts bytes, and failed on the two halves of a letter."""
    make_interface(SimpleNamespace(), folder="/nowhere")
    log = tmp_path / "log"
    log.write_text("яя \x1b[1mbold\x00\ufffe\t€ 😀\n")
    size = log.stat().st_size
    for tail in range(1, size + 1):
        ET.fromstring(f"<log>{rpcinterface.readFile(str(log), -tail, 0)}</log>")
    assert rpcinterface.readFile(str(log), 0, 3) == "я\ufffd"
    assert rpcinterface.readFile(str(log), 0, 0) == "яя [1mbold\t€ 😀\n"
