"""The sandbox as a stand-in for Telegram and OpenAI: program, address and master's token."""

import secrets
import socket
import string
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.health import is_healthy
from master.settings import Settings
from master.settings_files import load_settings
from master.supervision.configuration import StaticProgram
from personal_bot.contract import write_private

_TOKEN_CHARACTERS = string.ascii_letters + string.digits + "_-"


@dataclass(frozen=True)
class StandIn:
    """The sandbox of one state folder. Its data is in `folder`."""

    state_dir: Path
    host: str = "127.0.0.1"
    port: int = 8081

    @property
    def folder(self) -> Path:
        return self.state_dir / "sandbox"

    @property
    def token_file(self) -> Path:
        return self.folder / "master.token"

    @property
    def url(self) -> str:
        return f"http://{self._reachable_host}:{self.port}"

    @property
    def _reachable_host(self) -> str:
        return "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104

    @property
    def program(self) -> StaticProgram:
        command = [
            *(
                sys.executable,
                "-m",
                "deploy.sandbox",
                "--host",
                self.host,
                "--port",
                str(self.port),
            ),
            *("--state", str(self.folder), "--master-token-file", str(self.token_file)),
        ]
        return StaticProgram("sandbox", command, priority=1)

    def check_port(self) -> None:
        """Raise OSError if the sandbox cannot listen on its host and port."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((self.host, self.port))

    def settings(self) -> Settings:
        """Return settings that use only the sandbox; create the master's token on first use.

        Other settings, e.g. LOG_LEVEL or CHAT_MODEL, come from the environment.
        Raises SettingsError, OSError.
        """
        is_new = not self.token_file.exists()
        token = _make_token() if is_new else self.token_file.read_text("ascii", "replace")
        settings = load_settings(
            master_bot_token=token,
            state_dir=self.state_dir,
            telegram_api_url=self.url,
            openai_base_url=f"{self.url}/v1",
            service_name="OpenAI",
            embedding_base_url=None,
            embedding_api_key=None,
            database_url=None,
            qdrant_url=None,
            qdrant_api_key=None,
        )
        if is_new:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.token_file, token.encode())
        return settings

    def is_healthy(self) -> bool:
        """Tell whether the sandbox responds. Blocks for up to 2 seconds."""
        return is_healthy(self._reachable_host, self.port)


def _make_token() -> str:
    secret = "".join(secrets.choice(_TOKEN_CHARACTERS) for _ in range(35))
    return f"{1_000_000_000 + secrets.randbelow(9_000_000_000)}:{secret}"
