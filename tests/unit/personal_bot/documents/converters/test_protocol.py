"""The bot reads a worker's messages as they were written, even long or truncated output."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters import protocol
from personal_bot.documents.converters.protocol import (
    Message,
    MessageType,
    read_messages,
    write_message,
)

BLOCKS = st.tuples(
    st.just(MessageType.BLOCK.value),
    st.text(),
    st.integers(0, 9),
    st.text(),
    st.text(max_size=60),
)
PAGES = st.tuples(
    st.just(MessageType.PAGE.value), st.none() | st.integers(1, 99), st.none() | st.text()
)
FILES = st.tuples(st.just(MessageType.FILE.value), st.text(), st.text())
END = (MessageType.END.value,)


def write(*messages: Message) -> bytes:
    output = io.BytesIO()
    for message in messages:
        write_message(output, message)
    return output.getvalue()


@pytest.fixture(autouse=True, scope="module")
def short_lines():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "LINE", 7)
        yield


@given(st.lists(PAGES | BLOCKS | FILES))
def test_messages_are_read_as_they_were_written(messages: list[Message]) -> None:
    assert [*map(tuple, read_messages(write(*messages, END)))] == [*messages, END]


@given(st.lists(PAGES | BLOCKS | FILES), st.data())
def test_of_an_answer_that_breaks_off_whole_messages_are_read(
    messages: list[Message], data: st.DataObject
) -> None:
    answer = write(*messages, END)
    cut = data.draw(st.integers(0, len(answer) - 2))
    read = [*map(tuple, read_messages(answer[:cut]))]
    assert read == messages[: len(read)]


def test_a_long_text_is_written_in_lines_that_are_short() -> None:
    answer = write((MessageType.BLOCK, "p", 0, "", "x" * 1_000), END)
    assert max(map(len, answer.splitlines())) < 40
