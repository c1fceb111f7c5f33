"""Conditions of a bot, and the exit codes that tell supervisord whether to restart it."""

from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """Exit status of a personal bot.

    `STOPPED`, `REFUSED` and `MISCONFIGURED` are expected exits (the program's ``exitcodes``):
    supervisord does not restart the bot, because a retry would end the same way. It restarts a bot
    after any other code. `RENEWED` is for the launcher only: a fresh bot takes over, and
    supervisord notices nothing. 75, 77 and 78 are EX_TEMPFAIL, EX_NOPERM and EX_CONFIG of
    sysexits.h.
    """

    STOPPED = 0
    CRASHED = 1
    RENEWED = 75
    REFUSED = 77
    MISCONFIGURED = 78


class Condition(StrEnum):
    """Why a bot is not running, or runs but cannot work. The messages are in the catalogues."""

    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a name, not a secret
    TOKEN_IN_USE = "token_in_use"  # noqa: S105 - a name, not a secret
    TELEGRAM_UNREACHABLE = "telegram_unreachable"
    OPENAI_KEY_INVALID = "openai_key_invalid"
    OPENAI_QUOTA_EXCEEDED = "openai_quota_exceeded"
    OPENAI_UNREACHABLE = "openai_unreachable"
    QDRANT_UNREACHABLE = "qdrant_unreachable"
    INDEX_DAMAGED = "index_damaged"
    CREDENTIALS_UNREADABLE = "credentials_unreadable"
    MISCONFIGURED = "misconfigured"
    ALREADY_RUNNING = "already_running"
    IMPORT_FAILED = "import_failed"
    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    NOT_RESPONDING = "not_responding"
    NEVER_STARTED = "never_started"
    CRASHED = "crashed"
    STOPPED = "stopped"
