"""Dropping root privileges, so that a break-in gains only the rights of an unprivileged account."""

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from master.errors import SettingsError
from master.installation.state_dir import ROOT

ACCOUNT = "tgrag"  # used if it exists and RUN_AS is not set

_CHECK = """
import os, sys
import master, personal_bot, supervisor
sys.exit(not os.access(sys.argv[1], os.X_OK))
"""


@dataclass(frozen=True)
class Account:
    """An account of the operating system. `name` is None for a bare user ID that owns files."""

    uid: int
    gid: int
    name: str | None = None
    home: str = "/"

    def __str__(self) -> str:
        return self.name or f"user {self.uid}"


def drop_root(state_dir: Path, run_as: str | None = None) -> Account | None:
    """Switch from root to `run_as`, else `tgrag`, else the owner of `state_dir`.

    Before that, the folder and its contents are handed over to that account. Returns the account;
    None if the process is not root, or if no account can be used.
    Raises SettingsError if `run_as` cannot be used, OSError.
    """
    if os.geteuid() != 0:
        return None
    account = _find(run_as) if run_as else _find_usual(state_dir)
    if account is None or account.uid == 0:
        return None
    if not _can_run(account, state_dir):
        if run_as:
            reason = f"{account} cannot read {ROOT}, {sys.prefix} or {state_dir.parent}"
            raise SettingsError("RUN_AS", reason)
        return None
    _give(state_dir, account)
    _become(account)
    return account


def become_owner(folder: Path) -> None:
    """Switch from root to the owner of `folder`, so that new files are theirs. Raises OSError."""
    owner = _find_owner(folder)
    if os.geteuid() == 0 and owner is not None and owner.uid != 0:
        _become(owner)


def _find(name: str) -> Account:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise SettingsError("RUN_AS", f"there is no account {name!r}") from None
    return Account(found.pw_uid, found.pw_gid, name, found.pw_dir)


def _find_usual(state_dir: Path) -> Account | None:
    try:
        return _find(ACCOUNT)
    except SettingsError:
        return _find_owner(state_dir)


def _find_owner(folder: Path) -> Account | None:
    try:
        found = folder.stat()
    except FileNotFoundError:
        return None
    try:
        return _find(pwd.getpwuid(found.st_uid).pw_name)
    except KeyError:  # no such account, e.g. for the volume of a container
        return Account(found.st_uid, found.st_gid)


def _can_run(account: Account, state_dir: Path) -> bool:
    """Tell whether `account` can import the program and enter the parent of `state_dir`.

    A subprocess tries it, because parent folders may be closed to the account: a checkout or Python
    may be in /root.
    """
    try:
        found = subprocess.run(
            [sys.executable, "-P", "-B", "-c", _CHECK, str(state_dir.parent)],
            cwd="/",
            env={"PYTHONPATH": str(ROOT)},
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            capture_output=True,
            timeout=60,
            check=False,
        )
    except OSError:
        return False
    return found.returncode == 0


def _give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        found = path.lstat()
        if (found.st_uid, found.st_gid) != (account.uid, account.gid):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _become(account: Account) -> None:
    if account.name:
        os.initgroups(account.name, account.gid)
    else:
        os.setgroups([account.gid])
    os.setgid(account.gid)
    os.setuid(account.uid)
    os.environ["HOME"] = account.home
