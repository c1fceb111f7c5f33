"""What a start warns of: settings that do not apply, and servers that do not respond."""

import os
from http import HTTPStatus
from urllib.parse import urlsplit

from deploy.configuration import Configuration
from deploy.embedding_checks import find_embedding_warning, find_model_change
from master.errors import QdrantUnreachableError
from master.services.qdrant import check_server
from master.settings import Settings

#: Settings of real services, which the sandbox never uses.
_NOT_IN_A_SANDBOX = (
    "DATABASE_URL",
    "QDRANT_URL",
    "QDRANT_API_KEY",
    "EMBEDDING_BASE_URL",
    "EMBEDDING_API_KEY",
)


async def list_warnings(configuration: Configuration) -> list[str]:
    """Return one line for each thing that the operator should know, none of which stops a start.

    Raises SettingsError if the embedding model has not EMBEDDING_DIM dimensions.
    """
    if configuration.stand_in is not None:
        warnings = [_check_ignored()]
    else:
        warnings = [await _check_qdrant(configuration.settings)]
        if configuration.embeddings is None:
            warnings.append(await find_embedding_warning(configuration.settings))
    warnings.append(find_model_change(configuration.settings))
    return [warning for warning in warnings if warning is not None]


def _check_ignored() -> str | None:
    ignored = [name for name in _NOT_IN_A_SANDBOX if os.environ.get(name)]
    if not ignored:
        return None
    return f"The sandbox keeps everything in its own folder and ignores {', '.join(ignored)}."


async def _check_qdrant(settings: Settings) -> str | None:
    if settings.qdrant_url is None:
        return None
    parts = urlsplit(settings.qdrant_url)
    server = f"Qdrant at {parts.scheme}://{parts.netloc.rpartition('@')[2]}"  # without a password
    try:
        status = await check_server(settings.qdrant_url, settings.qdrant_secret)
    except QdrantUnreachableError:
        return (
            f"{server} is not responding: start it, or check QDRANT_URL. Until then, bots run, but "
            "read no documents and answer no questions."
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"{server} rejects the key (HTTP {status}): check QDRANT_API_KEY."
    if status != HTTPStatus.OK:
        return f"{server} answers HTTP {status}: check QDRANT_URL."
    return None
