"""Commands for the installation as a whole: differences, program files, the key."""

import argparse
import asyncio
import sys

from master.accounts.key_rotation import GRACE_SECONDS, KeyRotation
from master.cli import words
from master.cli.exit_status import ExitStatus
from master.control_plane import ControlPlane
from master.errors import SupervisorNotRunningError
from master.settings_files import load_installed_settings
from master.supervision.configuration import find_invalid_programs
from master.supervision.programs import program_name


async def reconcile(control: ControlPlane, _arguments: argparse.Namespace) -> ExitStatus:
    try:
        found = await control.manager.reconcile()
    except SupervisorNotRunningError:
        meanwhile = "Every start makes processes match the database."
        await asyncio.to_thread(words.say_not_running, control.installation, meanwhile)
        return ExitStatus.NOT_RUNNING
    for what in ("rewritten", "started", "stopped", "removed"):
        for user_id in getattr(found, what):
            print(f"{what}: {program_name(user_id)}")
    for user_id, reason in found.failed.items():
        print(f"failed: {program_name(user_id)}: {reason}")
    if found.is_clean:
        print("Everything matches the database")
    return ExitStatus.FAILED if found.failed else ExitStatus.DONE


async def check(control: ControlPlane, _arguments: argparse.Namespace) -> ExitStatus:
    invalid = await asyncio.to_thread(find_invalid_programs, control.installation)
    for path, reason in invalid.items():
        print(f"{path}: {reason}")
    if not invalid:
        print(f"All program files in {control.installation.programs} are valid")
    return ExitStatus.FAILED if invalid else ExitStatus.DONE


async def rotate_key(control: ControlPlane, _arguments: argparse.Namespace) -> ExitStatus:
    settings = load_installed_settings(control.installation.root)
    rotation = KeyRotation(
        control.installation,
        control.database,
        control.vault,
        settings.qdrant_secret,
        settings.embedding_secret,
    )
    key = settings.secret_key
    print(
        "Encrypting all secrets with a new key; the bots keep running. This takes about "
        f"{GRACE_SECONDS:.0f} seconds",
        flush=True,
    )
    found = await rotation.rotate(key.get_secret_value() if key else None)
    for name in found.unreadable:
        print(f"Left unchanged, because no key decrypts it: {name}", file=sys.stderr)
    secrets = words.count(found.secrets, "secret")
    files = words.count(found.files, "credentials file")
    print(f"Encrypted again: {secrets} in the database, {files}")
    if key:
        print("SECRET_KEY is set, so its first key is used. To rotate, put a new key before it")
    return ExitStatus.DONE
