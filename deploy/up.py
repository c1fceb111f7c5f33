"""Start everything: check the configuration, then start supervisord."""

import argparse
import asyncio
import fcntl
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.catalogues import ROOT, compile_catalogues
from deploy.checks import list_warnings
from deploy.configuration import (
    Configuration,
    ConfigurationError,
    check_port,
    check_token,
    configure,
    configure_sandbox,
    find_state_dir,
    keep_token,
    read_port,
)
from deploy.database import check_database
from deploy.environment import EnvironmentFailedError
from deploy.local_embeddings import LocalEmbeddings, find_port, install_local_embeddings
from deploy.progress import Progress
from deploy.stack import Stack, StackError, find_supervisord
from master.errors import MasterError, SettingsError
from master.installation.privileges import ACCOUNT, drop_root
from master.installation.state_dir import Installation
from master.settings_files import load_installed_settings
from personal_bot.contract import ExitCode


def main() -> int:
    """Return 0 on success, 78 for a wrong setting, 1 for another failure; print the reason."""
    try:
        return asyncio.run(run(parse_arguments()))
    except (ConfigurationError, SettingsError) as error:
        print(error, file=sys.stderr)
        return ExitCode.MISCONFIGURED
    except (StackError, MasterError, EnvironmentFailedError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(
            f"{error.filename}: {error.strerror}. Choose a folder of your own with --state-dir.",
            file=sys.stderr,
        )
    except (KeyboardInterrupt, EOFError):
        print("Not started.", file=sys.stderr)
    return 1


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Start the master bot and every personal bot under supervisord.",
        prog="tgrag-up" if is_installed() else "deploy/up",
    )
    parser.add_argument("--sandbox", action="store_true", help="stand-ins for Telegram and OpenAI")
    parser.add_argument(
        "--local-embeddings", action="store_true", help="compute embeddings on this machine"
    )
    parser.add_argument("--detach", action="store_true", help="return once everything is ready")
    parser.add_argument("--state-dir", type=Path, help="folder for all data (default: var)")
    parser.add_argument("--host", default="127.0.0.1", help="of the sandbox (default: %(default)s)")
    parser.add_argument("--port", type=read_port, default=8081, help="of the sandbox (%(default)s)")
    return parser.parse_args()


def is_installed() -> bool:
    """Tell whether this runs from an installed wheel instead of a checkout."""
    return not (ROOT / "deploy" / "up").exists()


async def run(options: argparse.Namespace) -> int:
    usual = find_state_dir()
    compile_catalogues(ROOT)
    configuration = _configure(options)
    installation = configuration.settings.installation
    installation.prepare()
    with _starting(installation.root):
        if (pid := find_supervisord(installation)) is not None:
            return _report_running(installation, pid, usual)
        if configuration.settings.local_embeddings:
            configuration = await _add_local_embeddings(configuration)
        address = await _find_address(configuration)
        for warning in await list_warnings(configuration):
            print(warning, file=sys.stderr)
        stack = Stack(configuration.settings, configuration.stand_in, configuration.embeddings)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        _drop_root(configuration)
        await check_database(configuration.settings)
        stack.start()
        if stack.moved_from is not None:
            print(tell_move(stack.moved_from, len(stack.rewritten)), file=sys.stderr)
        for path in stack.quarantined:
            print(f"Quarantined, because supervisord could not read it: {path}", file=sys.stderr)
        try:
            await _wait_ready(stack, stop, polling=address is not None)
        except Exception:
            await stack.stop()
            raise
    if not stop.is_set():
        _show(installation, address, usual, detached=options.detach)
        if options.detach:
            return 0
    return await _wait_end(stack, stop)


def tell_move(former: Path, rewritten: int) -> str:
    """Return the line about a folder whose path at the last start was `former`."""
    files = "1 program file was" if rewritten == 1 else f"{rewritten} program files were"
    return f"This folder was moved or copied from {former}: {files} written anew."


def _configure(options: argparse.Namespace) -> Configuration:
    """Read the settings, which the options override. Raises ConfigurationError, SettingsError."""
    if options.state_dir is not None:
        os.environ["STATE_DIR"] = str(options.state_dir.resolve())
    if options.local_embeddings:
        os.environ["LOCAL_EMBEDDINGS"] = "true"
    return configure_sandbox(options.host, options.port) if options.sandbox else configure()


async def _add_local_embeddings(configuration: Configuration) -> Configuration:
    """Have embeddings computed here. Raises SettingsError, EnvironmentFailedError, OSError."""
    embeddings = LocalEmbeddings(find_port())
    settings = embeddings.configure(configuration.settings)
    await asyncio.to_thread(install_local_embeddings, from_wheel=is_installed())
    return replace(configuration, settings=settings, embeddings=embeddings)


def _drop_root(configuration: Configuration) -> None:
    """Switch from root to an unprivileged account, if there is one.

    Raises SettingsError, OSError.
    """
    settings = configuration.settings
    account = drop_root(settings.installation.root, settings.run_as)
    if account is not None:
        print(f"Started as root; running as {account}.", file=sys.stderr)
    elif os.geteuid() == 0:
        print(
            f"Running as root. Safer: useradd --system {ACCOUNT}, or set RUN_AS to an account that "
            "can read the program.",
            file=sys.stderr,
        )


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """Hold a lock on `folder` while the block runs: one process at a time may start it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


async def _find_address(configuration: Configuration) -> str | None:
    """Check the sandbox's port or the token; return the URL to open.

    Returns None if Telegram is unreachable.
    Raises ConfigurationError, TelegramUnreachableError.
    """
    if configuration.stand_in is not None:
        check_port(configuration.stand_in)
        return configuration.stand_in.url
    with Progress("Checking the master's token with Telegram"):
        identity = await check_token(configuration.settings)
    if configuration.asked:
        file = keep_token(configuration.settings.master_bot_token.get_secret_value())
        print(f"The token is stored in {file}, readable only by you.")
    if identity is None:
        print("Telegram is not responding; the master will keep trying.", file=sys.stderr)
        return None
    return f"https://t.me/{identity.username}"


async def _wait_ready(stack: Stack, stop: asyncio.Event, *, polling: bool) -> None:
    """Wait until the stack is ready, or until `stop` is set. Raises StackError."""
    ready = asyncio.create_task(stack.wait_ready(polling=polling))
    stopping = asyncio.create_task(stop.wait())
    with Progress("Starting"):
        done, pending = await asyncio.wait({ready, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    if ready in done:
        ready.result()


async def _wait_end(stack: Stack, stop: asyncio.Event) -> int:
    """Wait until a signal sets `stop` or deploy/down stops the stack. Raises StackError."""
    ended = asyncio.create_task(stack.wait())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ended.done():
        with Progress("Stopping every bot"):
            await stack.stop()
    status = await ended
    print("Stopped." if status == 0 else f"supervisord ended with status {status}.")
    return int(status != 0)


def _report_running(installation: Installation, pid: int, usual: Path) -> int:
    settings = load_installed_settings(installation.root)
    print(f"TG_BOT_RAG is already running here: supervisord, PID {pid}.")
    sandbox = (installation.root / "sandbox").is_dir()
    _show(installation, settings.telegram_api_url if sandbox else None, usual, detached=True)
    return 0


def _show(installation: Installation, address: str | None, usual: Path, *, detached: bool) -> None:
    """Print how to open, inspect and stop it. `usual` is the folder that `down` uses by default."""
    supervisorctl = Path(sys.executable).with_name("supervisorctl")
    down = ["tgrag-down"] if is_installed() else [str(ROOT / "deploy" / "down")]
    if installation.root != usual:
        down += ["--state-dir", str(installation.root)]
    print(
        f"\n  Open      {address or 'your master bot in Telegram'}\n"
        f"  Stop      {shlex.join(down) if detached else 'Ctrl-C'}\n"
        f"  Programs  {supervisorctl} -c {installation.supervisor_config} status\n"
        f"  Logs      {installation.logs}\n",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
