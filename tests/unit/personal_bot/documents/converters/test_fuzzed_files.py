"""A randomly changed document gives pages or a refusal, never an exception or a hang."""

import contextlib
import io
import json
import signal
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from personal_bot.documents import worker
from personal_bot.documents.converters.protocol import Hints, Limits, MessageType, RefusalKind
from tests.fuzzing.mutations import DOCUMENTS, mutate
from tests.fuzzing.rounds import Dice, roll_dice

LIMITS = Limits(
    output_chars=300_000, pages=200, cells=200_000, parts=1_000, unpacked_bytes=5_000_000
)
PATIENCE = 60  # seconds; a worker has more


class EndlessError(BaseException):
    """Raised after `PATIENCE`; a BaseException, so that no library catches it."""


def _give_up(*_: Any) -> NoReturn:
    raise EndlessError


@pytest.fixture
def _patience() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _give_up)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_patience")
@pytest.mark.filterwarnings("default")  # from libraries, about the documents
def test_a_changed_document_gives_pages_or_a_refusal() -> None:
    for dice in roll_dice(times=300):
        check(dice)


def check(dice: Dice) -> None:
    suffix = dice.choice([*DOCUMENTS])
    content = mutate(DOCUMENTS[suffix], dice)
    signal.alarm(PATIENCE)
    with contextlib.redirect_stderr(io.StringIO()):
        messages = list(worker.convert(io.BytesIO(content), Hints(suffix), LIMITS, io.BytesIO()))
    signal.alarm(0)
    *others, (last, *values) = messages
    assert not any(message[0] in {MessageType.END, MessageType.REFUSAL} for message in others)
    if last == MessageType.REFUSAL:
        assert RefusalKind(values[0])
    else:
        assert last == MessageType.END
    for message in messages:
        assert json.loads(json.dumps(message)) == list(message)
        if message[0] == MessageType.BLOCK:
            text = str(message[-1])
            assert text
            assert text.encode()
            assert not set(text) & {"\0", "\x1b", "\u202e", "\r"}


def test_every_document_is_right_before_it_is_changed() -> None:
    for suffix, content in DOCUMENTS.items():
        assert list(worker.convert(io.BytesIO(content), Hints(suffix), LIMITS, io.BytesIO()))[
            -1
        ] == (MessageType.END,)
