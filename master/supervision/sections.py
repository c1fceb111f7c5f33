"""Checks of program sections, with supervisord's own parser, before supervisord reads them.

supervisord's message about an invalid file can quote its whole environment, so it is never
repeated.
"""

import io
import re
import shlex
from collections.abc import Mapping
from configparser import Error as ConfigError
from pathlib import Path
from typing import Any

from supervisor.options import ServerOptions, UnhosedConfigParser

from master.errors import ProgramError

BOT_FILE = re.compile(r"(bot-[1-9][0-9]*)\.conf")
AUTOSTART = re.compile(r"^autostart=(true|false)$", re.MULTILINE)
_BOT_SECTION = re.compile(r"program:(bot-.*)")
_KINDS = ("program:", "group:", "fcgi-program:", "eventlistener:")


def parse(content: str, name: str, environment: Mapping[str, str]) -> list[Any]:
    """Parse a whole configuration; return the group configurations as supervisor's objects.

    `name` is the file's name for the error. Raises ProgramError.
    """
    options = ServerOptions()
    options.environ_expansions = {f"ENV_{key}": value for key, value in environment.items()}
    options.here = "/"
    options.configfile = io.StringIO(content)
    try:
        options.process_config(do_usage=False)
        for group in options.process_group_configs:
            for process in group.process_configs:
                # Unbalanced quotes pass supervisord's reload, but then the start fails.
                shlex.split(process.command)
    except (ValueError, ConfigError):
        raise ProgramError(name, "is not valid for supervisord") from None
    return list(options.process_group_configs)


def check_program_file(content: str, name: str, environment: Mapping[str, str]) -> set[str]:
    """Check the content of a file of the include folder; return the names of its sections.

    `name` is the file's name. Raises ProgramError.
    """
    found = _read(content, name)
    if foreign := [section for section in found if not section.startswith(_KINDS)]:
        raise ProgramError(name, f"holds [{foreign[0]}], which is not a program")
    bots = {match[1] for section in found if (match := _BOT_SECTION.fullmatch(section))}
    own = BOT_FILE.fullmatch(name)
    if bots != ({own[1]} if own else set()) or (own and len(found) != 1):
        raise ProgramError(name, "must define the program it is named after, and no other bot")
    if own and len(AUTOSTART.findall(content)) != 1:
        raise ProgramError(
            name, "must say once whether it starts by itself: autostart=true or false"
        )
    parse(f"[supervisord]\n{content}", name, environment)
    return found


def names(path: Path) -> set[str]:
    """Return the names of a file's sections, none if it does not exist. Raises ProgramError."""
    if not path.exists():
        return set()
    return _read(path.read_text(encoding="utf-8"), path.name)


def _read(content: str, name: str) -> set[str]:
    parser = UnhosedConfigParser()
    try:
        parser.read_string(content)
    except ConfigError:
        raise ProgramError(name, "is not an INI file") from None
    if parser.defaults():
        raise ProgramError(name, "contains [DEFAULT], which would change every other program")
    return set(parser.sections())
