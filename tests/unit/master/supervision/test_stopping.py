"""supervisord stops all bots at once, and survives an invalid program file at a reload."""

from types import SimpleNamespace

import pytest
from supervisor.states import SupervisorStates

from master.installation.state_dir import Installation
from master.supervision.stopping import prepare_to_stop


class Group:
    def __init__(self):
        self.is_told = False

    def stop_all(self):
        self.is_told = True


class Logger:
    def __init__(self):
        self.lines = []

    def critical(self, message, **values):
        self.lines.append(message % values)


@pytest.fixture
def installation(tmp_path):
    installation = Installation(tmp_path)
    installation.prepare()
    (installation.programs / "operator.conf").write_text("[program:x]\nautostart=maybe\n")
    return installation


def supervisord(mood, *names):
    options = SimpleNamespace(mood=mood, logger=Logger())
    return SimpleNamespace(options=options, process_groups={name: Group() for name in names})


def test_bots_are_told_at_once_and_the_others_follow_in_supervisords_order(installation):
    stopped = supervisord(SupervisorStates.SHUTDOWN, "bot-1", "bot-22", "master", "bot-like")
    prepare_to_stop(stopped, installation.programs)
    told = [name for name, group in stopped.process_groups.items() if group.is_told]
    assert told == ["bot-1", "bot-22"]
    assert (installation.programs / "operator.conf").exists(), "no file is read again"


def test_a_reload_finds_no_invalid_program_file(installation):
    reloaded = supervisord(SupervisorStates.RESTARTING)
    prepare_to_stop(reloaded, installation.programs)
    (moved,) = installation.quarantine.iterdir()
    assert reloaded.options.logger.lines == [f"Quarantined an invalid program file: {moved}"]
    assert list(installation.programs.glob("*.conf")) == []


def test_files_that_cannot_be_checked_do_not_end_supervisord(installation):
    installation.supervisor_config.write_text("no section")
    reloaded = supervisord(SupervisorStates.RESTARTING)
    prepare_to_stop(reloaded, installation.programs)
    assert "Cannot check the program files" in reloaded.options.logger.lines[0]
