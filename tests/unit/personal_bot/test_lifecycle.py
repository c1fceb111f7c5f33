import errno
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from personal_bot.__main__ import main
from personal_bot.application import find_reason
from personal_bot.contract import BotFiles, Condition, ExitCode, StateFiles, read_exit_report
from personal_bot.errors import StartError
from personal_bot.lifecycle import prepare_home
from personal_bot.process.lock import hold_lock
from personal_bot.settings import Arguments

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "personal_bot", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments", [["--user-id", "abc"], ["--user-id", "-5"], [], ["--user-id", "5", "--nonsense"]]
)
def test_a_wrong_command_line_is_one_line(arguments, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == ExitCode.MISCONFIGURED
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from personal_bot.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'aiogram', 'pydantic', 'haystack', 'peewee'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert "--openai-key" in found.stdout


def test_an_application_does_not_import_haystack() -> None:
    code = (
        "import sys, personal_bot.application\n"
        "heavy = {'haystack', 'openai', 'qdrant_client', 'numpy'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.stderr == ""


def test_a_wrong_setting_ends_the_bot_for_good(tmp_path) -> None:
    found = run("--user-id", "5", "--state-dir", str(tmp_path), EMBEDDING_DIM="many")
    assert found.returncode == ExitCode.MISCONFIGURED
    [line] = found.stderr.splitlines()
    assert "Personal Bot for user 5 stopped: misconfigured: EMBEDDING_DIM" in line
    assert "Starting Personal Bot for user 5" in found.stdout
    left = read_exit_report(StateFiles(tmp_path).bot(5).exit_report)
    assert (left.code, left.condition) == (78, Condition.MISCONFIGURED)


def test_a_malformed_token_is_refused_without_being_shown(tmp_path) -> None:
    found = run(
        "--user-id", "5", "--state-dir", str(tmp_path), BOT_TOKEN="nonsense", OPENAI_API_KEY="sk-x"
    )
    assert found.returncode == ExitCode.REFUSED
    assert "nonsense" not in found.stdout + found.stderr
    assert "Traceback" not in found.stderr


def test_a_twin_leaves_the_reports_of_the_other_alone(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("personal_bot.lifecycle.hold_lock", partial(hold_lock, patience=0))
    files: BotFiles = StateFiles(tmp_path).bot(5)
    files.home.mkdir(parents=True)
    files.report.write_text("the other's")
    with hold_lock(files.lock):
        assert main(["--user-id", "5", "--state-dir", str(tmp_path)]) == ExitCode.CRASHED
    assert files.report.read_text() == "the other's"


@pytest.mark.parametrize(
    ("error", "condition"),
    [
        (StartError(Condition.TOKEN_REVOKED, ExitCode.REFUSED), Condition.TOKEN_REVOKED),
        (MemoryError(), Condition.OUT_OF_MEMORY),
        (ImportError("x"), Condition.IMPORT_FAILED),
        (OSError(28, "No space left on device"), Condition.DISK_FULL),
        (RuntimeError("x"), Condition.CRASHED),
    ],
)
def test_every_end_has_its_condition(error, condition) -> None:
    assert find_reason(ExceptionGroup("tasks", [error])).condition == condition


def test_a_folder_that_a_full_disk_denies_is_no_wrong_setting(tmp_path, monkeypatch) -> None:
    """A full disk is not reported as a wrong setting, which would end the bot for good."""

    def refuse(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StartError) as caught:
        prepare_home(Arguments(5, tmp_path))
    assert (caught.value.condition, caught.value.code) == (Condition.DISK_FULL, ExitCode.CRASHED)
