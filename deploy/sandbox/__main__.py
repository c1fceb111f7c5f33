"""`python -m deploy.sandbox`: serve the stand-ins for Telegram and OpenAI on one port."""

import argparse
import asyncio
import logging
import os
import resource
import signal
import sqlite3
import sys
from pathlib import Path

from aiohttp import web

from deploy.sandbox.server import CHUNK_DELAY_SECONDS, create_app
from personal_bot.contract import LineFormatter, end_with_supervisord

DEFAULT_PORT = 8081
#: Requests still open at shutdown, e.g. long polls and streams, are cancelled after this time.
SHUTDOWN_SECONDS = 1.0
_BACKLOG = 1024


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    end_with_supervisord()
    os.umask(0o077)  # the state contains tokens
    output = logging.StreamHandler()
    output.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[output])
    try:
        token = options.master_token_file and options.master_token_file.read_text().strip()
        app = create_app(options.state, token, chunk_delay=options.chunk_delay)
    except (OSError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 78
    _raise_descriptor_limit()
    return asyncio.run(_serve(app, options.host, options.port))


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR")
    parser.add_argument("--master-token-file", type=Path, metavar="FILE")
    parser.add_argument(
        "--chunk-delay",
        type=float,
        default=CHUNK_DELAY_SECONDS,
        metavar="SECONDS",
        help="pause before each chunk of a streamed answer",
    )
    return parser.parse_args(arguments)


def _raise_descriptor_limit() -> None:
    """Raise the soft limit, often 1,024, because each polling bot holds a connection."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(app: web.Application, host: str, port: int) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    doing = "open its state"
    try:
        await runner.setup()
        doing = f"listen on {host}:{port}"
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
        logging.getLogger("sandbox").info("The sandbox is open at http://%s:%s/", host, port)
        await stop.wait()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        print(f"sandbox: cannot {doing}: {reason}", file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        print(f"sandbox: cannot {doing}: {error}", file=sys.stderr)
        return 1
    finally:
        await runner.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
