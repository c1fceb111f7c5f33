"""The configuration of a start: settings, and the sandbox if it replaces Telegram and OpenAI."""

import getpass
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import dotenv

from deploy.local_embeddings import LocalEmbeddings
from deploy.stand_in import StandIn
from master.errors import (
    SettingsError,
    TelegramUnreachableError,
    TokenMalformedError,
    TokenRevokedError,
)
from master.installation.state_dir import Installation, default_state_dir, working_directory
from master.services.bot_tokens import BotIdentity, identify_bot
from master.settings import Settings
from master.settings_files import load_installed_settings, load_settings

TOKEN = "MASTER_BOT_TOKEN"  # noqa: S105 - a name, not a secret
MAX_PORT = 65_535


class ConfigurationError(Exception):
    """A start is not possible. The message is one line: the reason, and what to do about it."""


@dataclass(frozen=True)
class Configuration:
    """What to start. `asked` is set if the token was entered at the terminal."""

    settings: Settings
    stand_in: StandIn | None = None
    embeddings: LocalEmbeddings | None = None
    asked: bool = False


def find_env_file() -> Path:
    """Return the path of `.env`, in the checkout or the working directory; it may not exist."""
    return working_directory(Path.cwd()) / ".env"


def find_state_dir() -> Path:
    """Return the absolute STATE_DIR: from the environment, from `.env`, or the default."""
    env_file = find_env_file()
    if value := os.environ.get("STATE_DIR"):
        return Path(value).resolve()
    kept = dotenv.dotenv_values(env_file).get("STATE_DIR") if env_file.exists() else None
    return (env_file.parent / kept).resolve() if kept else default_state_dir()


def read_port(text: str) -> int:
    """Return the port that `--port` names. Raises ConfigurationError."""
    if text.isdecimal() and len(text) <= 5 and 0 < int(text) <= MAX_PORT:
        return int(text)
    raise ConfigurationError(f"--port must be a whole number from 1 to {MAX_PORT}")


def configure_sandbox(host: str, port: int) -> Configuration:
    """Configure a sandbox from STATE_DIR, without `.env`, which is for real bots.

    Raises ConfigurationError, SettingsError, OSError.
    """
    installation = Installation(Path(os.environ.get("STATE_DIR") or default_state_dir()).resolve())
    installation.check()
    check_kind(installation, sandbox=True)
    stand_in = StandIn(installation.root, host, port)
    return Configuration(stand_in.settings(), stand_in)


def configure() -> Configuration:
    """Read the environment and `.env`; if both lack the token, ask for it at the terminal.

    Raises ConfigurationError, SettingsError.
    """
    env_file = find_env_file()
    found = env_file if env_file.exists() else None
    if found:
        _close(found)
    asked = False
    try:
        settings = load_settings(found)
    except SettingsError as error:
        if error.setting != TOKEN or error.reason != "is not set":
            raise
        if not sys.stdin.isatty():
            raise ConfigurationError(
                f"{TOKEN} is not set. Get a token from @BotFather and put it into {env_file}, "
                "or use --sandbox to try everything without Telegram"
            ) from None
        os.environ[TOKEN] = getpass.getpass(
            "Token of the master bot (from @BotFather; not shown): "
        )
        settings = load_settings(found)
        asked = True
    check_kind(settings.installation, sandbox=False)
    return Configuration(settings, asked=asked)


def _close(env_file: Path) -> None:
    """Restrict `.env`, which may contain the master's token, to its owner and group."""
    mode = stat.S_IMODE(env_file.stat().st_mode)
    if not mode & 0o007:
        return
    try:
        env_file.chmod(mode & ~0o007)
    except OSError as error:
        reason = f"{error.strerror}; run `chmod 600 {env_file}` as its owner"
        print(f"Every account on this machine can read {env_file}: {reason}.", file=sys.stderr)


def check_kind(installation: Installation, *, sandbox: bool) -> None:
    """Raise ConfigurationError if a sandbox and real bots would share a state folder."""
    if installation.settings.exists() and StandIn(installation.root).folder.is_dir() != sandbox:
        here, other = ("real bots", "a sandbox") if sandbox else ("a sandbox", "real bots")
        raise ConfigurationError(
            f"{installation.root} holds {here}, which must not be mixed with {other}: "
            "choose another folder with --state-dir, or move this one away."
        )


def check_port(stand_in: StandIn) -> None:
    """Raise ConfigurationError if the sandbox cannot listen on its port."""
    try:
        stand_in.check_port()
    except OSError as error:
        raise ConfigurationError(
            f"Cannot listen on {stand_in.host}:{stand_in.port}: {error.strerror}. "
            f"Choose another port, e.g. --port {stand_in.port + 1}"
        ) from None


async def check_token(settings: Settings) -> BotIdentity | None:
    """Ask Telegram which bot the master's token belongs to.

    Returns None if Telegram is unreachable but has accepted this token before.
    Raises ConfigurationError, TelegramUnreachableError.
    """
    token = settings.master_bot_token.get_secret_value()
    try:
        return await identify_bot(token, settings.telegram_api_url)
    except (TokenMalformedError, TokenRevokedError):
        raise ConfigurationError(
            f"Telegram rejects {TOKEN}: it is mistyped or revoked. "
            "@BotFather shows the right one: /mybots, your bot, API Token."
        ) from None
    except TelegramUnreachableError as error:
        if _was_accepted(settings):
            return None
        raise TelegramUnreachableError(
            f"Telegram is not responding at {settings.telegram_api_url} ({error}): "
            "check the network, or TELEGRAM_API_URL."
        ) from None


def _was_accepted(settings: Settings) -> bool:
    try:
        earlier = load_installed_settings(settings.state_dir)
    except SettingsError:
        return False
    return earlier.master_bot_token == settings.master_bot_token


def keep_token(token: str) -> Path:
    """Write a token entered at the terminal into `.env`, mode 0600, for the next starts.

    Returns the path of the file. Raises OSError.
    """
    env_file = find_env_file()
    env_file.touch(mode=0o600)
    env_file.chmod(0o600)
    dotenv.set_key(env_file, TOKEN, token)
    return env_file
