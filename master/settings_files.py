"""Settings in files: those an operator writes, and those that supervised processes are given."""

import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.installation.templates import render
from master.settings import Settings
from personal_bot.contract import write_private


class InstalledSettings(Settings):
    """Settings of a running installation: its file alone, whatever a shell's environment says."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the names are pydantic-settings' own
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, dotenv_settings


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the environment and, for what it does not set, `env_file`.

    A relative STATE_DIR counts from the working directory, one in the file from the file's folder.
    Raises SettingsError, which names the setting and never quotes a secret.
    """
    return _load(Settings, env_file)


def load_installed_settings(state_dir: Path) -> Settings:
    """Read `STATE_DIR/master.env`, as `installation.write_settings` wrote it.

    Raises SettingsError.
    """
    return _load(InstalledSettings, Installation(state_dir.resolve()).settings)


def _load(kind: type[Settings], env_file: Path | None) -> Settings:
    if env_file is not None:
        _check_readable(env_file)
    try:
        settings = kind(_env_file=env_file)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        # The chained exception would carry the value into a log.
        raise SettingsError(str(first["loc"][0]).upper(), _explain(first["msg"])) from None
    except UnicodeDecodeError:
        raise SettingsError(str(env_file), "is not a text file in UTF-8") from None
    base = Path.cwd()
    if env_file is not None and not _is_in_environment(kind):
        base = env_file.resolve().parent
    settings = settings.with_absolute_paths(base)
    settings.installation.check()
    return settings


def _is_in_environment(kind: type[Settings]) -> bool:
    return kind is Settings and any(name.upper() == "STATE_DIR" for name in os.environ)


def _check_readable(env_file: Path) -> None:
    try:
        with env_file.open("rb"):
            return
    except OSError as error:
        raise SettingsError(str(env_file), error.strerror or "cannot be read") from None


def _explain(message: str) -> str:
    return "is not set" if message == "Field required" else message.removeprefix("Value error, ")


def write_settings(settings: Settings) -> None:
    """Write what the supervised master reads: supervisord hands no environment on. Mode 0600.

    Raises OSError.
    """
    values = settings.to_environment() | {"STATE_DIR": str(settings.installation.root)}
    title = "Settings of this installation, secrets included; written again at every start."
    content = render("settings.env.j2", title=title, settings=values)
    write_private(settings.installation.settings, content.encode())


def write_bot_settings(settings: Settings, master_username: str | None = None) -> None:
    """Write what every personal bot reads at start; no secrets. Raises OSError.

    `master_username` is where bots send their owners; once it was told it is kept.
    """
    path = settings.installation.bot_settings
    title = "Settings of every personal bot; written again at every start. No secrets."
    # Damaged or not, Latin-1 reads it
    known = dotenv_values(path, encoding="latin-1").get("MASTER_USERNAME")
    username = master_username or known
    values = settings.to_bot_environment()
    values |= {"MASTER_USERNAME": username} if username else {}
    content = render("settings.env.j2", title=title, settings=values).encode()
    if not (path.exists() and path.read_bytes() == content):
        write_private(path, content)
