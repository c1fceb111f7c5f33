"""root becomes another account for good, and the state folder is given to that account."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from master.errors import SettingsError
from master.installation import privileges
from master.installation.privileges import drop_root
from master.installation.state_dir import ROOT

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    (folder / "bots").mkdir(parents=True)
    (folder / "secret.key").write_text("x")
    return folder


@pytest.mark.skipif(os.geteuid() == 0, reason="this is root")
def test_an_ordinary_account_stays_what_it_is(state):
    assert drop_root(state, "nobody") is None


@as_root
def test_an_account_that_is_not_there_is_a_wrong_setting(state):
    with pytest.raises(SettingsError, match=r"RUN_AS: .*no account"):
        drop_root(state, "nobody-of-this-name")


@as_root
def test_an_account_that_cannot_read_the_program_is_a_wrong_setting(state, monkeypatch):
    monkeypatch.setattr(privileges, "_can_run", lambda *_: False)
    with pytest.raises(SettingsError, match="RUN_AS: nobody cannot read"):
        drop_root(state, "nobody")


@as_root
def test_where_there_is_only_root_it_stays_root(state, monkeypatch):
    monkeypatch.setattr(privileges, "ACCOUNT", "nobody-of-this-name")
    assert drop_root(state) is None
    assert os.geteuid() == 0


@as_root
@pytest.mark.parametrize("setting", ["nobody", None])
def test_root_becomes_the_account_or_the_owner_of_the_folder(state, setting):
    """root becomes the configured account, or else the owner of the folder, for good.

    This runs in a separate process, because it cannot be undone. `_can_run` is patched, because
    only root may be able to read the Python installation.
    """
    nobody = pwd.getpwnam("nobody")
    if setting is None:
        os.chown(state, nobody.pw_uid, nobody.pw_gid)
    script = """
import os, sys
from pathlib import Path
from master.installation import privileges
privileges.ACCOUNT = "nobody-of-this-name"
privileges._can_run = lambda *_: True
account = privileges.drop_root(Path(sys.argv[1]), sys.argv[2] or None)
assert account.name == "nobody", account
print(os.getuid(), os.geteuid(), os.getgid(), 0 in os.getgroups())
try:
    os.setuid(0)
except PermissionError:
    print("for good")
"""
    found = subprocess.run(
        [sys.executable, "-c", script, str(state), setting or ""],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    uid, gid = nobody.pw_uid, nobody.pw_gid
    assert found.stdout.splitlines() == [f"{uid} {uid} {gid} False", "for good"]
    for path in (state, *state.rglob("*")):
        assert (path.stat().st_uid, path.stat().st_gid) == (uid, gid)
