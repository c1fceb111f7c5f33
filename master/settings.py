"""The operator's settings, read from environment variables and validated."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from master.installation.database_url import DatabaseUrl, list_passwords
from master.installation.key_file import parse_keys
from master.installation.state_dir import Installation, default_state_dir
from personal_bot.contract import EmbeddingService, choose_embedding_service

_TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{20,}")
_BOT_SETTINGS = (
    "TELEGRAM_API_URL",
    "OPENAI_BASE_URL",
    "SERVICE_NAME",
    "EMBEDDING_BASE_URL",
    "QDRANT_URL",
    "CHAT_MODEL",
    "EMBEDDING_MODEL",
    "EMBEDDING_DIM",
    "EMBEDDING_QUERY_PREFIX",
    "EMBEDDING_PASSAGE_PREFIX",
    "MAX_DOCUMENTS",
    "MAX_DOCUMENTS_MB",
    "MAX_PASSAGES",
    "ANSWER_ROUNDS",
    "ANSWER_TOKENS",
    "ANSWER_SECONDS",
    "SUMMARY_WINDOW",
    "SUMMARY_CONFIRM_TOKENS",
    "LOG_LEVEL",
)
SQLITE = "sqlite:///"


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http:// or https:// address")
    if re.search(r"""[\s"'\\$]""", value):
        raise ValueError("contains a character that is invalid in an address")
    return value.rstrip("/")


def _check_token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("is not a bot token; @BotFather gives one like 123456789:AAE…")
    return value


def _check_keys(value: SecretStr) -> SecretStr:
    parse_keys(value.get_secret_value())
    return value


def _check_database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not (url.startswith(SQLITE) and url.removeprefix(SQLITE).strip("/")):
        DatabaseUrl.parse(url)
    return value


def _check_line(value: SecretStr) -> SecretStr:
    # python-dotenv would expand ${…} when it reads the settings back from the file.
    if re.search(r"[\x00-\x1f\x7f]|\$\{", value.get_secret_value()):
        raise ValueError("contains a line break, a control character or ${")
    return value


def _check_prefix(value: str) -> str:
    # Some models take an instruction of several lines.
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", value):
        raise ValueError("contains a control character")
    return value


def _split_ids(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_check_url)]
Secret = Annotated[SecretStr, AfterValidator(_check_line)]
Title = Annotated[str, Field(max_length=40, pattern=r"""^[^\s"'\\$#]+( [^\s"'\\$#]+)*$""")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9@][A-Za-z0-9_.:/-]*$")]

Prefix = Annotated[str, Field(max_length=1_000), AfterValidator(_check_prefix)]


class Settings(BaseSettings):
    """All settings, each named like its environment variable in lower case.

    `repr` shows no secrets.
    """

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    master_bot_token: Annotated[Secret, AfterValidator(_check_token)]
    state_dir: Path = Field(default_factory=default_state_dir)
    database_url: Annotated[Secret, AfterValidator(_check_database)] | None = None
    qdrant_url: Url | None = None
    qdrant_api_key: Secret | None = None
    telegram_api_url: Url = "https://api.telegram.org"
    openai_base_url: Url = "https://api.openai.com/v1"
    service_name: Title | None = None
    embedding_base_url: Url | None = None
    embedding_api_key: Secret | None = None
    secret_key: Annotated[Secret, AfterValidator(_check_keys)] | None = None
    chat_model: Name = "gpt-5.4-mini"
    embedding_model: Name = "text-embedding-3-small"
    embedding_dim: int = Field(default=1536, ge=8, le=65_536)
    embedding_query_prefix: Prefix | None = None
    embedding_passage_prefix: Prefix | None = None
    local_embeddings: bool = False
    max_documents: int = Field(default=500, ge=1, le=1_000_000)
    max_documents_mb: int = Field(default=500, ge=1, le=1_000_000)
    max_passages: int = Field(default=20_000, ge=1, le=10_000_000)
    answer_rounds: int = Field(default=6, ge=1, le=100)
    answer_tokens: int = Field(default=30_000, ge=1_000, le=10_000_000)
    answer_seconds: int = Field(default=90, ge=1, le=600)
    summary_window: int = Field(default=20_000, ge=500, le=10_000_000)
    summary_confirm_tokens: int = Field(default=100_000, ge=0, le=1_000_000_000)
    admin_user_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_split_ids)] = frozenset()
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        "INFO"
    )

    run_as: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")] | None = None

    @property
    def master_bot_id(self) -> int:
        return int(self.master_bot_token.get_secret_value().partition(":")[0])

    @property
    def database_address(self) -> str:
        """URL of the database, including the password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return sqlite_url(self.installation.database)

    @property
    def installation(self) -> Installation:
        return Installation(self.state_dir)

    @property
    def qdrant_secret(self) -> str | None:
        return self.qdrant_api_key.get_secret_value() if self.qdrant_api_key else None

    @property
    def embedding_secret(self) -> str | None:
        return self.embedding_api_key.get_secret_value() if self.embedding_api_key else None

    def choose_embedding_service(self, openai_key: str) -> EmbeddingService:
        """Return where texts of the owner with this key are embedded, and with which key."""
        return choose_embedding_service(
            openai_base_url=self.openai_base_url,
            openai_key=openai_key,
            embedding_base_url=self.embedding_base_url,
            embedding_api_key=self.embedding_secret,
        )

    def to_environment(self) -> dict[str, str]:
        """Return the settings that have a value, by environment variable; secrets in plain text."""
        values = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            elif isinstance(value, frozenset):
                value = ",".join(map(str, sorted(value)))
            if value not in {None, ""}:
                values[name.upper()] = str(value)
        return values

    def list_secrets(self) -> list[str]:
        """Return all secrets, including each form of the database password, for masking."""
        values = [getattr(self, name) for name in type(self).model_fields]
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return [*secrets, *list_passwords(self.database_address)]

    def to_bot_environment(self) -> dict[str, str]:
        """Return the settings that personal bots receive, by environment variable; no secrets."""
        values = self.to_environment()
        return {name: values[name] for name in _BOT_SETTINGS if name in values}

    def with_absolute_paths(self, base: Path) -> Self:
        return self.model_copy(update={"state_dir": (base / self.state_dir).resolve()})


def sqlite_url(path: Path) -> str:
    return f"{SQLITE}{path}"
