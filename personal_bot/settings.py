"""The configuration of a bot: arguments, settings, credentials and file locations."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from personal_bot.contract import (
    BotFiles,
    Condition,
    Credentials,
    CredentialsError,
    EmbeddingService,
    ExitCode,
    StateFiles,
    call_service,
    choose_embedding_service,
    collection_name,
    read_credentials,
    read_key,
)
from personal_bot.errors import StartError

_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def _check_url(value: str) -> str:
    _URL.validate_python(value)
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_check_url)]


class Settings(BaseSettings):
    """Settings of all bots of the installation; the environment overrides the file."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    telegram_api_url: Url = "https://api.telegram.org"
    openai_base_url: Url = "https://api.openai.com/v1"
    service_name: str | None = None  # what people read for the service at `openai_base_url`
    embedding_base_url: Url | None = None
    embedding_api_key: SecretStr | None = None
    qdrant_url: Url | None = None
    qdrant_api_key: SecretStr | None = None
    chat_model: str = "gpt-5.4-mini"
    embedding_model: str = "text-embedding-3-small"
    embedding_dim: int = Field(default=1536, ge=1, le=65_536)
    embedding_query_prefix: str | None = None  # None: by the name of the model
    embedding_passage_prefix: str | None = None
    max_documents: int = Field(default=500, ge=1)
    max_documents_mb: int = Field(default=500, ge=1)  # total of the original files
    max_passages: int = Field(default=20_000, ge=1)
    answer_rounds: int = Field(default=6, ge=1)  # requests to the chat model for one answer
    answer_tokens: int = Field(default=30_000, ge=1)  # of what it looks up
    answer_seconds: int = Field(default=90, ge=1)  # in which it may look things up
    summary_window: int = Field(default=20_000, ge=500)  # tokens that are read with one request
    summary_confirm_tokens: int = Field(default=100_000, ge=0)  # above, the owner is asked first
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    master_username: str | None = None  # without @; the owner changes the key there
    bot_token: SecretStr | None = None  # for a bot that is run by hand
    openai_api_key: SecretStr | None = None


@dataclass(frozen=True)
class Arguments:
    """The command line of `python -m personal_bot`. `repr` omits secrets."""

    user_id: int
    state_dir: Path
    bot_token: str | None = field(default=None, repr=False)
    openai_key: str | None = field(default=None, repr=False)
    collection: str | None = None
    qdrant_url: str | None = None


@dataclass(frozen=True)
class Configuration:
    """The complete configuration of one bot. `locks` and `restarts` are as in `Report`."""

    user_id: int
    files: BotFiles
    credentials: Credentials
    collection: str
    qdrant_url: str | None
    settings: Settings
    locks: tuple[str, ...] = ()
    restarts: int = 0

    @property
    def embedding_service(self) -> EmbeddingService:
        return choose_embedding_service(
            openai_base_url=self.settings.openai_base_url,
            openai_key=self.credentials.openai_key,
            embedding_base_url=self.settings.embedding_base_url,
            embedding_api_key=self.credentials.embedding_api_key,
        )


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the environment and the operator's file. Raises StartError with a one-line detail."""
    try:
        return _read(env_file, _find_version(env_file))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        setting = str(first["loc"][0]).upper()
        detail = f"{setting}: {first['msg']}"
    except (OSError, ValueError) as error:  # the file cannot be read or decoded
        detail = f"{env_file}: {error}"
    raise StartError(Condition.MISCONFIGURED, ExitCode.MISCONFIGURED, detail)


@lru_cache(maxsize=1)
def _read(env_file: Path | None, _version: object) -> Settings:
    """Read each file version once: 2 MB that bots share if the fork server has read it."""
    return Settings(_env_file=env_file)


def _find_version(env_file: Path | None) -> object:
    """Return a value that changes whenever the file or the environment changes."""
    names = (name.upper() for name in Settings.model_fields)
    environment = tuple(os.environ.get(name) for name in names)
    try:
        found = env_file.stat() if env_file else None
    except FileNotFoundError:
        return environment, None
    return environment, found and (found.st_ino, found.st_mtime_ns, found.st_size)


def configure(arguments: Arguments) -> Configuration:
    """Combine the command line, the settings and the credentials. Raises StartError."""
    state = StateFiles(arguments.state_dir)
    settings = load_settings(state.bot_settings)
    call_service(settings.openai_base_url, settings.service_name)
    return Configuration(
        user_id=arguments.user_id,
        files=state.bot(arguments.user_id),
        credentials=_find_credentials(arguments, settings, state),
        collection=arguments.collection or collection_name(arguments.user_id),
        qdrant_url=arguments.qdrant_url or settings.qdrant_url,
        settings=settings,
    )


def _find_credentials(arguments: Arguments, settings: Settings, state: StateFiles) -> Credentials:
    """Prefer the command line, then the environment, then the file that the master wrote."""
    token = arguments.bot_token or _reveal(settings.bot_token)
    key = arguments.openai_key or _reveal(settings.openai_api_key)
    path = state.bot(arguments.user_id).credentials
    if path.exists() and not (token and key):
        try:
            stored = read_credentials(path, read_key(state.key))
        except CredentialsError as error:
            raise StartError(
                Condition.CREDENTIALS_UNREADABLE, ExitCode.MISCONFIGURED, str(error)
            ) from error
        return Credentials(
            bot_token=token or stored.bot_token,
            openai_key=key or stored.openai_key,
            qdrant_api_key=_reveal(settings.qdrant_api_key) or stored.qdrant_api_key,
            embedding_api_key=_reveal(settings.embedding_api_key) or stored.embedding_api_key,
        )
    if not token or not key:
        missing = "--bot-token or BOT_TOKEN" if not token else "--openai-key or OPENAI_API_KEY"
        detail = f"{missing} is required: there are no credentials in {path}"
        raise StartError(Condition.CREDENTIALS_UNREADABLE, ExitCode.MISCONFIGURED, detail)
    return Credentials(
        token, key, _reveal(settings.qdrant_api_key), _reveal(settings.embedding_api_key)
    )


def _reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
