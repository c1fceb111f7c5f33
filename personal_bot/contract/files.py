"""File locations under STATE_DIR, for the master and for each bot."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


def collection_name(user_id: int) -> str:
    """Return the name of the Qdrant collection with one owner's documents."""
    return f"user_{user_id}"


def write_private(path: Path, content: bytes) -> None:
    """Write a file atomically, readable only by its owner (mode 0600).

    The new content is synced before it is renamed into place, so neither a crash nor a power loss
    leaves a half-written file, and a reader never sees one. Raises OSError.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the atomic rename is the point
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108
        raise


@dataclass(frozen=True)
class BotFiles:
    """The folder of one bot, which contains no other bot's data."""

    home: Path

    @property
    def credentials(self) -> Path:
        return self.home / "credentials"

    @property
    def language(self) -> Path:
        """The code of the language that the owner chose at the master; missing if none."""
        return self.home / "language"

    @property
    def report(self) -> Path:
        return self.home / "report.json"

    @property
    def last_report(self) -> Path:
        """The report of the last process that has ended: what the bot held is still true."""
        return self.home / "last_report.json"

    @property
    def exit_report(self) -> Path:
        return self.home / "exit.json"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def database(self) -> Path:
        return self.home / "bot.db"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def tables(self) -> Path:
        """The tables of the documents, a SQLite file for each version that has some."""
        return self.home / "tables"

    @property
    def lessons(self) -> Path:
        """What the bot has learnt about the services that it asks; may be deleted."""
        return self.home / "services.json"

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"


@dataclass(frozen=True)
class StateFiles:
    """STATE_DIR, with mode 0700 for all folders and 0600 for all files."""

    root: Path

    @property
    def key(self) -> Path:
        return self.root / "secret.key"

    @property
    def bot_settings(self) -> Path:
        """The operator's settings for all bots; written by the master, read by bots at start."""
        return self.root / "personal_bot.env"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def bots(self) -> Path:
        return self.root / "bots"

    @property
    def fork_server(self) -> Path:
        """The socket on which launchers request bots; also named in `launching.py`."""
        return self.root / "run" / "forkserver.sock"

    @property
    def master_report(self) -> Path:
        """The master's own ready mark, a `contract.Report`, written once it polls Telegram."""
        return self.root / "run" / "master.json"

    def bot(self, user_id: int) -> BotFiles:
        return BotFiles(self.bots / str(user_id))
