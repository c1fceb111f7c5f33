"""supervisord can read the generated configuration; invalid program files are moved away."""

import resource
import shlex

import pytest
from supervisor.options import ServerOptions

from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.supervision import configuration as module
from master.supervision.configuration import (
    StaticProgram,
    environment,
    find_invalid_programs,
    quarantine_invalid_programs,
    write_supervisor_config,
)
from master.supervision.programs import Programs
from master.supervision.sections import parse


@pytest.fixture
def installation(tmp_path) -> Installation:
    installation = Installation(tmp_path)
    installation.prepare()
    write_supervisor_config(installation)
    return installation


BROKEN = {
    "missing command": "[program:x]\nautostart=true\n",
    "junk": "junk\n",
    "stray percent": "[program:x]\ncommand=echo 100%\n",
    "unknown variable": "[program:x]\ncommand=%(ENV_SECRET_OF_THE_SHELL)s\n",
    "missing log folder": "[program:x]\ncommand=sleep 1\nstdout_logfile=/nowhere/x.log\n",
    "bad signal": "[program:x]\ncommand=sleep 1\nstopsignal=NONE\n",
    "unbalanced quotes": "[program:x]\ncommand=sleep '1\n",
    "supervisord's own section": "[supervisord]\nuser=root\n",
    "a socket": "[inet_http_server]\nport=9001\n",
    "defaults for all": "[DEFAULT]\nautostart=false\n",
    "the master again": "[program:master]\ncommand=sleep 1\n",
    "someone's bot": "[program:bot-7]\ncommand=sleep 1\n",
}


@pytest.fixture
def programs(installation) -> Programs:
    return Programs(installation)


def read_back(installation: Installation) -> dict:
    options = ServerOptions()
    options.configfile = str(installation.supervisor_config)
    options.process_config(do_usage=False)
    return {group.name: group.process_configs[0] for group in options.process_group_configs}


@pytest.mark.parametrize("name", ["state", "with space", "мои боты", "a=b,c@d~e"])
def test_supervisord_reads_what_was_meant(tmp_path, name):
    installation = Installation(tmp_path / name)
    installation.prepare()
    sandbox = StaticProgram("sandbox", ["/usr/bin/env", "a b", "100%", "; no comment"], priority=1)
    write_supervisor_config(installation, [sandbox])
    options = ServerOptions()
    options.configfile = str(installation.supervisor_config)
    options.process_config(do_usage=False)
    programs = {group.name: group.process_configs[0] for group in options.process_group_configs}
    assert set(programs) == {"sandbox", "forkserver", "master"}
    assert programs["sandbox"].command == "/usr/bin/env 'a b' 100% '; no comment'"
    assert programs["sandbox"].priority < programs["master"].priority
    assert str(installation.settings) in programs["master"].command
    section = options.configroot.supervisord
    assert section.logfile == str(installation.supervisor_log)
    [server] = section.server_configs
    assert server["file"] == str(installation.socket)
    assert server["chmod"] == 0o700
    assert server["password"] == installation.read_supervisor_password()
    assert installation.supervisor_config.stat().st_mode & 0o777 == 0o600


def test_limits_stay_below_the_hard_ones(installation, monkeypatch):
    monkeypatch.setattr(module.resource, "getrlimit", lambda _kind: (256, 900))
    write_supervisor_config(installation)
    text = installation.supervisor_config.read_text()
    assert "minfds=900" in text
    assert "minprocs=900" in text


def test_the_limit_of_processes_grows_with_the_number_of_bots(installation, monkeypatch):
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(module.resource, "getrlimit", lambda _kind: unlimited)
    for user_id in range(1, 1001):
        (installation.programs / f"bot-{user_id}.conf").touch()
    write_supervisor_config(installation)
    minprocs = next(
        line
        for line in installation.supervisor_config.read_text().splitlines()
        if line.startswith("minprocs")
    )
    assert int(minprocs.partition("=")[2]) >= 60 * 1000


def test_nothing_of_the_shell_but_what_is_needed_reaches_the_programs(monkeypatch):
    monkeypatch.setenv("MASTER_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("LD_PRELOAD", "/evil.so")
    monkeypatch.setenv("PATH", "/usr/bin")
    scrubbed = environment()
    assert "MASTER_BOT_TOKEN" not in scrubbed
    assert "LD_PRELOAD" not in scrubbed
    assert scrubbed["PATH"] == "/usr/bin"
    assert scrubbed["HAYSTACK_TELEMETRY_ENABLED"] == "False"


@pytest.mark.parametrize("name", ["a b", "a%(ENV_PATH)sb", "a;b #c", "a'b\"c", "папка", "a\\b"])
def test_a_folder_of_any_name_is_quoted_for_supervisord_or_refused(tmp_path, name):
    """A folder name that supervisord would misread is refused before its parser reads it."""
    installation = Installation(tmp_path / name)
    try:
        installation.prepare()
    except SettingsError:
        return
    write_supervisor_config(installation)
    content = installation.supervisor_config.read_text(encoding="utf-8")
    groups = parse(content, "supervisord.conf", environment())
    assert {group.name for group in groups} == {"master", "forkserver"}
    commands = [shlex.split(group.process_configs[0].command) for group in groups]
    assert all(any(str(tmp_path / name) in part for part in command) for command in commands)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_would_stop_supervisord_is_put_aside(installation, programs, content):
    programs.write(7, active=True)
    path = installation.programs / "theirs.conf"
    path.write_text(content)
    [moved] = quarantine_invalid_programs(installation)
    assert moved.parent == installation.quarantine
    assert moved.read_text() == content
    assert set(read_back(installation)) == {"master", "forkserver", "bot-7"}


def test_files_that_are_no_text_or_cannot_be_read_are_put_aside(installation):
    (installation.programs / "binary.conf").write_bytes(b"\xff\xfe[program")
    (installation.programs / "dangling.conf").symlink_to(installation.root / "nowhere")
    (installation.programs / "folder.conf").mkdir()
    moved = quarantine_invalid_programs(installation)
    assert len(moved) == 3
    assert list(installation.programs.glob("*.conf")) == []


def test_of_two_files_that_define_one_program_the_first_stays(installation):
    for name in ("a.conf", "b.conf"):
        (installation.programs / name).write_text("[program:x]\ncommand=sleep 1\n")
    [moved] = quarantine_invalid_programs(installation)
    assert moved.name.startswith("b.conf.")


def test_a_bots_file_that_holds_another_program_is_put_aside(installation):
    (installation.programs / "bot-7.conf").write_text("[program:bot-8]\ncommand=sleep 1\n")
    assert len(quarantine_invalid_programs(installation)) == 1


def test_valid_files_and_files_out_of_supervisords_sight_stay(installation, programs):
    programs.write(7, active=True)
    (installation.programs / "theirs.conf").write_text(
        '[program:theirs]\ncommand=sleep 1\nenvironment=HOME="%(ENV_PATH)s"\n'
    )
    (installation.programs / ".bot-8.conf.half").write_text("[prog")
    assert quarantine_invalid_programs(installation) == []


def test_what_is_wrong_is_told_without_supervisords_words(installation, monkeypatch):
    monkeypatch.setenv("PATH", "/a-secret-of-the-environment")
    (installation.programs / "theirs.conf").write_text("[program:x]\ncommand=%(ENV_NO)s\n")
    [reason] = find_invalid_programs(installation).values()
    assert "a-secret" not in reason
