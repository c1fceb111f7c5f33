"""Logged text never looks like a separate record, because further lines are indented."""

import io
import logging
import re
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.__main__ import configure_logging
from personal_bot.contract import MaskingFilter
from personal_bot.process.logs import set_up_logging

FORGED = "x\n2026-01-01 00:00:00,000 INFO master: all is well"
FOREIGN = st.one_of(
    st.text(),
    st.sampled_from([FORGED, "\x1b[2K\rgone", "\x85", "\u2028", "\u202etxt.exe", "\ud800"]),
)
TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def _root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@given(FOREIGN, FOREIGN)
def test_nothing_logged_passes_for_a_record_of_its_own(name: str, reason: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    error = ValueError(reason)
    about = (type(error), error, error.__traceback__)
    handler.handle(logging.LogRecord("x", logging.ERROR, "x.py", 1, "Refused %s", (name,), about))

    written = stream.getvalue()
    written.encode()  # a lone surrogate would lose the record
    first, *others = written.rstrip("\n").split("\n")
    assert first.startswith("ERROR: Refused ")
    at_the_margin = [line for line in others if not line.startswith(" ")]
    assert [line.partition(":")[0] for line in at_the_margin] == ["ValueError"]
    assert not TERMINAL.search(written)


@pytest.mark.usefixtures("_root")
@pytest.mark.parametrize("set_up", [set_up_logging, configure_logging])
def test_both_kinds_of_process_log_so(
    set_up: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)
    set_up("INFO")
    logging.getLogger("test").info("Hello %s", FORGED)
    logging.getLogger("test").error("Hello %s", FORGED)
    for stream in streams.values():
        record, rest = stream.getvalue().rstrip("\n").split("\n")
        assert re.match(
            r"20\d\d-\d\d-\d\d [\d:]{8}\.\d{3}[+-]\d\d:\d\d (INFO|ERROR) test: ", record
        )
        assert record.endswith("test: Hello x")
        assert rest.startswith("    2026")
