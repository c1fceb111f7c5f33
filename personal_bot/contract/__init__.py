"""What master and bots agree on: files, credentials, reports, exit codes, masking, rate limits.

The master writes a bot's credentials and reads its reports; the bot does the opposite. Nothing here
imports aiogram, Haystack, peewee or pydantic. Besides this package, `master` may import only
`bot_api` and `database` from `personal_bot`.
"""

from personal_bot.contract.conditions import Condition, ExitCode
from personal_bot.contract.credentials import (
    Credentials,
    CredentialsError,
    read_credentials,
    read_key,
    write_credentials,
)
from personal_bot.contract.embedding_service import (
    NO_KEY,
    EmbeddingService,
    choose_embedding_service,
)
from personal_bot.contract.files import BotFiles, StateFiles, collection_name, write_private
from personal_bot.contract.lifetime import end_with_supervisord
from personal_bot.contract.log_lines import LineFormatter, put_in_words
from personal_bot.contract.masking import (
    MaskingFilter,
    holds_secret,
    mask_secrets,
    register_recent_secret,
    register_secrets,
)
from personal_bot.contract.rate_limit import Decision, RateLimiter
from personal_bot.contract.reports import (
    LAUNCHER_VARIABLE,
    ExitReport,
    LibrarySize,
    Problem,
    Report,
    read_exit_report,
    read_library_size,
    read_report,
    write_exit_report,
    write_report,
)
from personal_bot.contract.secret_forms import JWT_FORM, KEY_FORM, is_hex, looks_random
from personal_bot.contract.service_errors import (
    TRANSIENT_CONDITIONS,
    ServiceCondition,
    ServiceFault,
    read_fault,
)
from personal_bot.contract.service_names import (
    call_service,
    is_openai,
    is_this_machine,
    name_service,
)

__all__ = [
    "JWT_FORM",
    "KEY_FORM",
    "LAUNCHER_VARIABLE",
    "NO_KEY",
    "TRANSIENT_CONDITIONS",
    "BotFiles",
    "Condition",
    "Credentials",
    "CredentialsError",
    "Decision",
    "EmbeddingService",
    "ExitCode",
    "ExitReport",
    "LibrarySize",
    "LineFormatter",
    "MaskingFilter",
    "Problem",
    "RateLimiter",
    "Report",
    "ServiceCondition",
    "ServiceFault",
    "StateFiles",
    "call_service",
    "choose_embedding_service",
    "collection_name",
    "end_with_supervisord",
    "holds_secret",
    "is_hex",
    "is_openai",
    "is_this_machine",
    "looks_random",
    "mask_secrets",
    "name_service",
    "put_in_words",
    "read_credentials",
    "read_exit_report",
    "read_fault",
    "read_key",
    "read_library_size",
    "read_report",
    "register_recent_secret",
    "register_secrets",
    "write_credentials",
    "write_exit_report",
    "write_private",
    "write_report",
]
