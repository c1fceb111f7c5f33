"""Packages are imported without building their models, and nothing else differs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pydantic
import pytest

from deploy.environment import ROOT
from personal_bot import deferred_models

DEFERRED = "import personal_bot.bot_api as bot_api; assert bot_api.DEFERRED\n"
MESSAGE = """{
    "message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"},
    "from": {"id": 1, "is_bot": False, "first_name": "Anna"},
}"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )


def run_script(text: str) -> str:
    """Return what the script prints."""
    done = run("-c", text)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


@contextmanager
def without_aiogram(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record imports by `deferred_models` instead of importing."""
    imported: list[str] = []
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "aiogram", raising=False)
        patch.setattr(deferred_models, "import_module", imported.append)
        yield imported


def describe_models(package: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return descriptions of a package's models, imported plainly and deferred."""
    with ThreadPoolExecutor() as threads:
        plain, deferred = threads.map(
            lambda way: run("-m", "tests.model_descriptions", package, way), ("plain", "deferred")
        )
    return json.loads(plain.stdout or plain.stderr), json.loads(deferred.stdout or deferred.stderr)


@pytest.mark.parametrize(("package", "number"), [("aiogram", 592), ("qdrant_client", 341)])
def test_each_model_is_as_when_it_is_imported_plainly(package, number):
    """Compares fields, schemas and, for aiogram, what the models make of samples."""
    plain, deferred = describe_models(package)
    assert len(plain) == number
    assert plain.keys() == deferred.keys()
    assert [name for name in plain if plain[name] != deferred[name]] == []
    if package == "aiogram":
        unused = {name for name, lines in plain.items() if " = " not in lines[0] + lines[1]}
        assert unused == {"TelegramMethod", "Request"}  # abstract; not a type of the Bot API


def test_a_model_is_built_at_first_use_whoever_uses_it():
    """Pydantic alone looks for names five calls up: there is no such call, and names may differ."""
    text = f"""
from aiogram.types import Message
assert not Message.__pydantic_complete__
User = Chat = int
print(Message.__pydantic_validator__.validate_python({MESSAGE}).from_user.first_name)
"""
    assert run_script(DEFERRED + text) == "Anna"


def test_a_model_is_built_within_models_of_others():
    text = f"""
from aiogram.types import Message
from pydantic import TypeAdapter, create_model
print(TypeAdapter(list[Message]).validate_python([{MESSAGE}])[0].chat.id)
print(create_model("Own", message=(Message, ...))(message={MESSAGE}).message.from_user.first_name)
class Longer(Message):
    extra: "Local"
Local = int
print(Longer.model_validate(dict({MESSAGE}, extra="5")).extra)
"""
    assert run_script(DEFERRED + text).split() == ["1", "Anna", "5"]


def test_threads_that_use_a_model_first_build_it_once():
    text = f"""
import sys, threading
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import Chat, Message, TelegramObject, Update, User
built, parsed, gate = [], [], threading.Barrier(8)
TelegramObject.__pydantic_on_complete__ = classmethod(lambda cls: built.append(cls.__name__))
def use(first):
    gate.wait()
    uses = [
        lambda: Update.model_validate({{"update_id": 1, "message": {MESSAGE}}}).message.chat.id,
        lambda: Message.model_validate({MESSAGE}).model_dump()["chat"]["id"],
        lambda: Chat(id=1, type="private").id,
        lambda: SendMessage(chat_id=1, text="a").model_dump(warnings=False)["chat_id"],
    ]
    parsed.extend(uses[(first + step) % 4]() for step in range(4))
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=use, args=[first]) for first in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(parsed == [1] * 32, *sorted(built))
"""
    assert run_script(DEFERRED + text) == "True Chat Message Update"


def test_an_unknown_version_is_imported_as_it_is(monkeypatch, caplog):
    original = pydantic.BaseModel.__dict__["model_rebuild"]
    monkeypatch.setattr(deferred_models, "version", {"aiogram": "3.32", "pydantic": "2.13.5"}.get)
    with without_aiogram(monkeypatch) as imported:
        assert not deferred_models.import_deferred("aiogram", {"aiogram": "3.31."})
    assert imported == ["aiogram"]
    assert pydantic.BaseModel.__dict__["model_rebuild"] is original
    assert "'aiogram': '3.32'" in caplog.text


def test_another_pydantic_is_an_unknown_version(monkeypatch, caplog):
    monkeypatch.setattr(deferred_models, "version", {"aiogram": "3.31.0", "pydantic": "2.14.0"}.get)
    with without_aiogram(monkeypatch) as imported:
        assert not deferred_models.import_deferred("aiogram", {"aiogram": "3.31."})
    assert imported == ["aiogram"]
    assert "'pydantic': '2.14.0'" in caplog.text


def test_the_installed_versions_are_known():
    text = "import personal_bot.index as index; print(index.DEFERRED)"
    assert run_script(DEFERRED + text) == "True"


def test_an_earlier_import_is_left_as_it_is():
    assert not deferred_models.import_deferred("aiogram", {})


def test_when_it_fails_aiogram_is_imported_plainly():
    text = f"""
import sys
class FailOnce:
    def find_spec(self, name, *_):
        if name == "aiogram.methods":
            sys.meta_path.remove(self)
            raise RuntimeError("a fault")
sys.meta_path.insert(0, FailOnce())
import personal_bot.bot_api as bot_api
assert not bot_api.DEFERRED
from aiogram.types import Message
print(Message.__pydantic_complete__, Message.model_validate({MESSAGE}).from_user.first_name)
"""
    done = run("-c", text)
    assert done.stdout.strip() == "True Anna", done.stderr
    assert "its models cannot be deferred" in done.stderr
    assert "RuntimeError: a fault" in done.stderr
