from pathlib import Path

import pytest

from personal_bot.openai.errors import Target
from personal_bot.openai.lessons import KEPT, Lessons, Notebook

CHAT = Target("https://api.example.com/v1", "chat")
OTHER = Target("https://api.example.com/v1", "other")


async def test_what_was_learnt_is_known_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    notebook = Notebook(path)
    await notebook.learn(CHAT, batch=8, hidden_reasoning=True)
    await notebook.refuse(CHAT, "stream_options")

    assert Notebook(path).recall(CHAT) == Lessons(
        frozenset({"stream_options"}), batch=8, hidden_reasoning=True
    )
    assert Notebook(path).recall(OTHER) == Lessons()
    assert path.stat().st_mode & 0o777 == 0o600


async def test_lessons_are_forgotten_after_a_month(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    await Notebook(path, clock=lambda: 0.0).learn(CHAT, batch=8)

    assert Notebook(path, clock=lambda: KEPT - 1).recall(CHAT).batch == 8
    assert Notebook(path, clock=lambda: KEPT + 1).recall(CHAT) == Lessons()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"x": 1}', '{"x": {"lessons": {}, "learnt_at": 0}}']
)
def test_a_damaged_file_is_learnt_anew(tmp_path: Path, content: str, caplog) -> None:
    path = tmp_path / "services.json"
    path.write_text(content)

    assert Notebook(path).recall(CHAT) == Lessons()
    assert "learning it again" in caplog.text


async def test_a_file_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path, caplog) -> None:
    notebook = Notebook(tmp_path / "missing" / "services.json")
    await notebook.learn(CHAT, batch=8)

    assert notebook.recall(CHAT).batch == 8
    assert "Cannot keep" in caplog.text
