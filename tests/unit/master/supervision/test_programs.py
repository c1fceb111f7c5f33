"""A program file is written only if supervisord can parse it, and defines one program."""

import shlex
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supervisor.options import ServerOptions

from master.errors import ProgramError
from master.installation.state_dir import Installation
from master.installation.templates import format_command
from master.supervision import programs as module
from master.supervision.configuration import (
    write_supervisor_config,
)
from master.supervision.programs import Programs, bot_command, parse_program_name, program_name
from master.supervision.sections import parse


@pytest.fixture
def installation(tmp_path) -> Installation:
    installation = Installation(tmp_path)
    installation.prepare()
    write_supervisor_config(installation)
    return installation


@pytest.fixture
def programs(installation) -> Programs:
    return Programs(installation)


def read_back(installation: Installation) -> dict:
    options = ServerOptions()
    options.configfile = str(installation.supervisor_config)
    options.process_config(do_usage=False)
    return {group.name: group.process_configs[0] for group in options.process_group_configs}


def test_a_written_program_is_what_the_design_says(installation, programs):
    programs.write(7, active=True)
    process = read_back(installation)["bot-7"]
    assert process.command == " ".join(bot_command(installation, 7))
    assert process.autostart
    assert process.exitcodes == [0, 77, 78]
    assert (process.stopsignal, process.stopwaitsecs) == (15, 5)
    assert process.stopasgroup
    assert process.killasgroup
    assert process.stdout_logfile == str(programs.logs(7).stdout)
    assert process.stderr_logfile == str(programs.logs(7).stderr)
    assert process.stdout_logfile_maxbytes == 1024 * 1024
    path = installation.programs / "bot-7.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_stopped_bot_does_not_start_by_itself(installation, programs):
    programs.write(7, active=False)
    assert not read_back(installation)["bot-7"].autostart


def test_only_the_file_that_says_what_it_should_is_current(programs, installation):
    assert not programs.is_current(7, active=True)
    programs.write(7, active=True)
    assert programs.is_current(7, active=True)
    assert not programs.is_current(7, active=False)
    (installation.programs / "bot-7.conf").write_text("truncated")
    assert not programs.is_current(7, active=True)


@pytest.mark.parametrize("active", [True, False])
def test_a_file_from_elsewhere_is_written_anew_before_supervisord_reads_it(
    installation, programs, active
):
    elsewhere = Programs(installation, lambda *_: ["/opt/old/python", "/opt/old/launcher.py"])
    elsewhere.write(7, active=active)
    programs.write(8, active=True)
    assert programs.update() == [7]
    assert programs.is_current(7, active=active)
    assert programs.update() == []


def test_a_file_that_does_not_say_whether_it_starts_is_left_to_the_quarantine(
    installation, programs
):
    path = installation.programs / "bot-7.conf"
    path.write_bytes(b"\xff\x00 autostart=maybe")
    assert programs.update() == []
    assert path.read_bytes() == b"\xff\x00 autostart=maybe"


def test_removing_what_is_not_there_is_not_an_error(programs):
    programs.write(7, active=True)
    assert programs.remove(7)
    assert not programs.remove(7)
    assert programs.list_users() == set()


def test_a_command_that_supervisord_could_not_parse_is_never_written(installation, monkeypatch):
    monkeypatch.setattr(module, "format_command", lambda _command: "python 'unbalanced")
    programs = Programs(installation)
    with pytest.raises(ProgramError, match="not valid"):
        programs.write(7, active=True)
    assert list(installation.programs.iterdir()) == []


def test_a_command_with_a_line_break_cannot_add_a_section(installation):
    programs = Programs(
        installation, lambda _installation, _id: ["python\n[program:evil]\ncommand=sh"]
    )
    with pytest.raises(ProgramError):
        programs.write(7, active=True)


def test_writing_where_nothing_can_be_written_is_a_program_error(programs, installation):
    installation.quarantine.parent.rename(installation.root / "gone")
    with pytest.raises(ProgramError, match="No such file"):
        programs.write(7, active=True)


@given(st.integers(min_value=1, max_value=2**52))
def test_names_of_programs_lead_back_to_their_users(user_id):
    assert parse_program_name(program_name(user_id)) == user_id


@pytest.mark.parametrize("name", ["bot-", "bot-0", "bot-07", "bot-7x", "robot-7", "bot-7:bot-7"])
def test_other_programs_are_nobodys_bot(name):
    assert parse_program_name(name) is None


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_any_printable_argument_reaches_the_program_as_it_is_or_is_refused(arguments):
    """supervisord's parser returns the arguments unchanged, or the file is refused."""
    content = f"[supervisord]\n[program:x]\ncommand={format_command(['/bin/x', *arguments])}\n"
    try:
        [group] = parse(content, "x.conf", {})
    except ProgramError:
        return
    read = shlex.split(group.process_configs[0].command)
    commented = any(mark in " ".join(arguments) for mark in (";", "#"))
    assert read == ["/bin/x", *arguments] or commented
