"""Parses a chat request: the numbered passages, the question and the earlier questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.vision import list_pictures

_PASSAGE_BLOCK = re.compile(
    r"<(\w+)[^>]*?\b(?:number|n|id|index)=\"?(\d+)\"?[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE
)
_PASSAGE_LINES = re.compile(r"^\[(\d+)\]\s*(.*?)(?=^\[\d+\]|^\s*$|\Z)", re.DOTALL | re.MULTILINE)
_QUESTION_BLOCK = re.compile(r"<(question\w*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_REPLIED_TO = re.compile(r"<replied_to>.*?</replied_to>", re.DOTALL)
_ANY_BLOCK = re.compile(r"<(\w+)[^>]*>.*?</\1>", re.DOTALL)
_NOTE_BLOCK = re.compile(r"<note [^>]*>(.*?)</note>", re.DOTALL)
_TASK = re.compile(r"^Task: (\w+)\.", re.MULTILINE)
_LABEL = re.compile(r"^\s*(?:question|вопрос)\s*:\s*", re.IGNORECASE | re.MULTILINE)
_REWRITE = re.compile(
    r"\b(?:rewrite|rephrase|reformulate|standalone|перепиши|переформулируй|самостоятельный)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Passage:
    number: int
    text: str


@dataclass(frozen=True)
class Inquiry:
    """What a chat request asks; `earlier` holds the earlier questions, oldest first.

    A rewritten follow-up also contains words of an earlier question; `own_words` is the question
    as the person wrote it.
    """

    question: str
    own_words: str
    passages: list[Passage] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    wants_rewriting: bool = False
    #: What each picture of the question says of itself.
    pictures: list[str] = field(default_factory=list)
    has_tool_results: bool = False
    #: What to make of a part of a document, e.g. "summary"; empty if it is an ordinary question.
    task: str = ""
    #: Notes about parts of a document, to be merged.
    notes: list[str] = field(default_factory=list)


def read_inquiry(messages: Sequence[dict[str, Any]]) -> Inquiry:
    """Parse the messages of a chat request."""
    instructions = "\n".join(_text(one) for one in messages if one["role"] in _INSTRUCTING)
    said = [_text(one) for one in messages if one["role"] == "user"]
    last = said[-1] if said else instructions
    results, pictures = _read_last_turn(messages)
    passages = _find_passages(last) or _find_passages(instructions)
    passages += [passage for result in results for passage in _find_passages(result)]
    asked = _REPLIED_TO.sub("", last) if passages else last
    replied_to = _QUESTION_BLOCK.findall("".join(_REPLIED_TO.findall(last))) if passages else []
    questions = [match[2].strip() for match in _QUESTION_BLOCK.finditer(asked)]
    if questions:
        question, earlier = questions[-1], questions[:-1]
    else:
        question, earlier = _find_bare_question(last), []
    return Inquiry(
        question=question,
        own_words=questions[0] if passages and questions else question,
        passages=passages,
        earlier=[*said[:-1], *([] if passages else earlier), *(text for _tag, text in replied_to)],
        wants_rewriting=not passages and bool(_REWRITE.search(instructions or last)),
        pictures=pictures,
        has_tool_results=bool(results),
        task=task[1] if (task := _TASK.search(instructions)) else "",
        notes=[match[1].strip() for match in _NOTE_BLOCK.finditer(last)],
    )


_INSTRUCTING = frozenset({"system", "developer"})


def _read_last_turn(messages: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the tool results since the last message of the user, and its pictures."""
    results: list[str] = []
    for message in reversed(messages):
        if message["role"] == "user":
            return results[::-1], list_pictures(message)
        if message["role"] == "tool":
            results.append(_text(message))
    return results[::-1], []


def _find_passages(text: str) -> list[Passage]:
    found = [(match[2], match[3]) for match in _PASSAGE_BLOCK.finditer(text)]
    found = found or [(match[1], match[2]) for match in _PASSAGE_LINES.finditer(text)]
    return [Passage(int(number), body.strip()) for number, body in found]


def _find_bare_question(text: str) -> str:
    rest = _PASSAGE_LINES.sub("", _ANY_BLOCK.sub("", text)).strip()
    labelled = _LABEL.split(rest)
    if len(labelled) > 1:
        return labelled[-1].strip()
    return rest.split("\n\n")[-1].strip() or text.strip()


def _text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")
