"""A database from a newer version is left unchanged and stops the program with one clear line."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from master.accounts.database import Database as MasterDatabase
from master.installation.state_dir import Installation
from master.settings import sqlite_url
from personal_bot.contract import BotFiles
from personal_bot.storage.database import Database as BotDatabase

ROOT = Path(__file__).resolve().parents[2]
MISCONFIGURED = 78
TOKEN = "1000000001:" + "M" * 35


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path / "state")
    installation.prepare(Fernet.generate_key().decode())
    return installation


def raise_version(path: Path) -> str:
    """Mark a database as written by a future version; return a hash of the file."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    return digest(path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def test_the_master_ends_with_one_line(installation: Installation) -> None:
    database = MasterDatabase(sqlite_url(installation.database))
    await database.open()
    await database.close()
    installation.database.chmod(0o600)
    before = raise_version(installation.database)
    variables = {"MASTER_BOT_TOKEN": TOKEN, "STATE_DIR": str(installation.root)}
    ended = run("-m", "master", **variables)
    assert ended.returncode == MISCONFIGURED
    [line] = ended.stderr.splitlines()
    assert "a newer version of this program wrote the database (schema 99" in line
    assert digest(installation.database) == before


async def test_a_bot_ends_with_one_line(installation: Installation) -> None:
    files: BotFiles = installation.bot(7)
    files.home.mkdir()
    database = BotDatabase(files.database)
    await database.open(files.index)
    await database.close()
    before = raise_version(files.database)
    variables = {"BOT_TOKEN": TOKEN, "OPENAI_API_KEY": "sk-" + "x" * 30}
    arguments = ("--state-dir", str(installation.root), "--user-id", "7")
    ended = run("-m", "personal_bot", *arguments, **variables)
    assert ended.returncode == MISCONFIGURED
    [line] = ended.stderr.splitlines()
    assert "a newer version of this program wrote it (schema 99" in line
    assert json.loads(files.exit_report.read_bytes())["condition"] == "misconfigured"
    assert digest(files.database) == before
