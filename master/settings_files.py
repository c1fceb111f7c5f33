"""Settings files: reading the operator's, and writing those of the supervised processes."""

import io
import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from master.errors import SettingsError
from master.installation.state_dir import Installation
from master.installation.templates import render
from master.settings import Settings
from personal_bot.contract import write_private


class InstalledSettings(Settings):
    """Settings of an installation, read from its file only; the environment is ignored."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings names them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, dotenv_settings


def load_settings(env_file: Path | None = None, **fixed: Any) -> Settings:
    """Read settings from the environment and, for those it does not set, from `env_file`.

    The values in `fixed` take precedence over both, even None.
    A relative STATE_DIR is resolved against the working directory if it comes from the environment,
    and against the folder of `env_file` if it comes from that file.
    Raises SettingsError, which names the setting and never quotes a secret.
    """
    return _load(Settings, env_file, **fixed)


def load_installed_settings(state_dir: Path) -> Settings:
    """Read `STATE_DIR/master.env`, as `write_settings` wrote it.

    If the folder has been moved or copied since, the path in that file is another installation's,
    and is ignored. Raises SettingsError.
    """
    installation = Installation(state_dir.resolve())
    settings = _load(InstalledSettings, installation.settings)
    return settings.model_copy(update={"state_dir": installation.root})


def read_recorded_state_dir(installation: Installation) -> Path | None:
    """Return where the folder was at its last start, None if it has never been started."""
    try:
        content = installation.settings.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the start will replace the file
        return None
    recorded = dotenv_values(stream=io.StringIO(content)).get("STATE_DIR")
    return Path(recorded) if recorded else None


def _load(kind: type[Settings], env_file: Path | None, **fixed: Any) -> Settings:
    if env_file is not None:
        _check_readable(env_file)
    try:
        settings = kind(_env_file=env_file, **fixed)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        # A chained exception would put the value into a log.
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
    """Write the settings file that the supervised master reads, mode 0600.

    A file is needed because supervisord does not pass these environment variables on.
    Raises OSError.
    """
    values = settings.to_environment() | {"STATE_DIR": str(settings.installation.root)}
    title = "Settings of this installation, including secrets; rewritten at every start."
    content = render("settings.env.j2", title=title, settings=values)
    write_private(settings.installation.settings, content.encode())


def write_bot_settings(settings: Settings, master_username: str | None = None) -> None:
    """Write the settings file that every personal bot reads at start; no secrets.

    `master_username` is the bot to which personal bots refer their owners; with None, the name in
    the present file is kept. Raises OSError.
    """
    path = settings.installation.bot_settings
    title = "Settings of every personal bot; rewritten at every start. No secrets."
    # Latin-1 decodes any bytes, even those of a damaged file.
    known = dotenv_values(path, encoding="latin-1").get("MASTER_USERNAME")
    username = master_username or known
    values = settings.to_bot_environment()
    values |= {"MASTER_USERNAME": username} if username else {}
    content = render("settings.env.j2", title=title, settings=values).encode()
    if not (path.exists() and path.read_bytes() == content):
        write_private(path, content)
