"""Arguments, exit statuses and complaints of `tgrag`."""

import os
import subprocess
import sys
import tomllib

import pytest

from master import errors
from master.cli import main
from master.control_plane import ControlPlane
from master.installation.state_dir import ROOT
from tests.unit.master.cli.conftest import ANNA


def test_a_folder_that_is_no_installation_is_a_wrong_setting(tmp_path, capsys):
    assert main(["--state-dir", str(tmp_path), "status"]) == 78
    complaint = capsys.readouterr().err
    assert complaint == (
        f"tgrag: STATE_DIR: {tmp_path} holds no installation. Name its folder with --state-dir\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("before", [True, False], ids=["before the command", "after it"])
def test_the_folder_is_named_before_or_after_the_command(installed, capsys, before):
    where = ["--state-dir", str(installed.installation.root)]
    assert main([*where, "check"] if before else ["check", *where]) == 0


def test_the_folder_comes_from_the_environment_otherwise(installed, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(installed.installation.root))
    assert main(["check"]) == 0


def test_the_version_is_that_of_the_project(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (end.value.code, capsys.readouterr().out) == (0, f"tgrag {project['version']}\n")


@pytest.mark.parametrize("user", ["anna", "@anna_docs_bot", "-", "bot-x", "1.5"])
def test_what_is_no_telegram_id_is_asked_about(capsys, user):
    with pytest.raises(SystemExit) as end:
        main(["debug", user])
    assert end.value.code == 2
    assert f"'{user}' is not a Telegram id, such as 123456789" in capsys.readouterr().err


def test_a_bot_is_named_as_in_the_table_too(installed):
    assert installed.tgrag("stop", f"bot-{ANNA}")[0] == 0
    assert not installed.card(ANNA).active


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (errors.SupervisorDeniedError("x"), "supervisord rejects the password"),
        (errors.SupervisorShuttingDownError("x"), "try again in a few seconds"),
        (errors.SupervisorUnreachableError("no response"), "does not respond: no response"),
        (PermissionError(13, "Permission denied", "/x"), "/x: Permission denied. Run it as root"),
        (OSError(28, "No space left on device", "/x"), "/x: No space left on device"),
        (errors.VaultError(), "VaultError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_fails_is_one_line_without_codes(installed, monkeypatch, error, complaint):
    async def fail(_control: ControlPlane) -> None:
        raise error

    monkeypatch.setattr("master.bots.inspection.BotInspector.list_statuses", fail)
    status, shown, said = installed.tgrag("status")
    assert (status, shown, said.count("\n")) == (1, "", 1)
    assert complaint in said
    assert "[Errno" not in said


def test_a_reader_that_leaves_ends_it_quietly(installed):
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "master.cli",
            "check",
            "--state-dir",
            installed.settings.state_dir,
        ],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (process.returncode, process.stderr) == (141, b"")
