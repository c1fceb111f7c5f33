"""Log tails are readable whatever the files contain, and the last exit is found in them."""

import pytest

from master.supervision.logs import TAIL_BYTES, ProcessExit, read_last_exit, read_tail


def test_a_log_that_is_not_there_is_empty(tmp_path):
    assert read_tail(tmp_path / "none.log") == ""


def test_the_last_lines_are_read(tmp_path):
    log = tmp_path / "x.log"
    log.write_text("".join(f"line {n}\n" for n in range(100)))
    assert read_tail(log, lines=2) == "line 98\nline 99"
    assert len(read_tail(log).splitlines()) == 20


def test_bytes_that_are_no_text_and_control_characters_do_no_harm(tmp_path):
    log = tmp_path / "x.log"
    log.write_bytes(b"\x1b[31mred\x1b[0m\x00\x07 \xff caf\xc3\xa9\r\n\xef\xbf\xbe\tend\n")
    assert read_tail(log) == "red � café\n\tend"


def test_a_character_cut_at_the_start_of_a_long_log_is_not_shown(tmp_path):
    log = tmp_path / "x.log"
    log.write_bytes("я".encode() * TAIL_BYTES + b"x\nlast\n")
    assert read_tail(log) == "last"


def test_a_secret_cut_at_the_start_of_the_tail_is_not_shown(tmp_path):
    log = tmp_path / "x.log"
    secret = b"123456789:" + b"A" * 35
    rest = b"\n" + b"x\n" * ((TAIL_BYTES - 31) // 2)
    log.write_bytes(b"padding " + secret + rest)
    assert "AAAA" not in read_tail(log, lines=TAIL_BYTES)


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ("exited: bot-7 (exit status 78; expected)", ProcessExit(78, None)),
        ("exited: bot-7 (terminated by SIGKILL; not expected)", ProcessExit(None, "SIGKILL")),
        (
            "exited: bot-7 (terminated by SIGSEGV (core dumped); not expected)",
            ProcessExit(None, "SIGSEGV"),
        ),
        ("exited: bot-77 (exit status 1; not expected)", None),
        ("stopped: bot-7 (terminated by SIGKILL)", None),
        ("spawned: 'bot-7' with pid 5", None),
    ],
)
def test_the_real_end_of_a_process_is_in_supervisords_log(tmp_path, lines, end):
    log = tmp_path / "supervisord.log"
    log.write_text(f"2026-11-23 03:16:38,123 WARN {lines}\n")
    assert read_last_exit(log, "bot-7") == end


def test_the_last_end_counts(tmp_path):
    log = tmp_path / "supervisord.log"
    log.write_text(
        "2026-11-23 03:16:38,123 WARN exited: bot-7 (exit status 1; not expected)\n"
        "2026-11-23 03:17:38,123 INFO exited: bot-7 (exit status 77; expected)\n"
    )
    assert read_last_exit(log, "bot-7") == ProcessExit(77, None)
