from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.text import json_text, logs
from personal_bot.documents.converters.text import source_code as source_text
from tests.blocks import read, show


def test_source_code_is_fenced_with_its_language() -> None:
    (page,) = read(source_text, b"def f():\n\treturn 1\n", suffix=".py")
    (block,) = page.blocks
    assert (block.kind, block.lead) == (BlockKind.CODE, "```python")
    assert block.text == "def f():\n    return 1\n"


def test_a_fence_never_occurs_in_the_code() -> None:
    (page,) = read(source_text, b'"""\n```\n"""\n', suffix=".py")
    assert page.blocks[0].lead == "~~~python"


def test_the_language_is_known_without_a_suffix() -> None:
    assert read(source_text, b"#!/usr/bin/env python3\n")[0].blocks[0].lead == "```python"
    assert read(source_text, b"<a/>")[0].blocks[0].lead == "```xml"


def test_xml_is_decoded_as_it_declares() -> None:
    content = '<?xml version="1.0" encoding="mac-cyrillic"?><a>Ёж</a>'
    assert "Ёж" in show(read(source_text, content.encode("mac-cyrillic")))


def test_a_record_of_a_log_is_never_cut_from_its_traceback() -> None:
    record = (
        "2024-05-01 10:00:00 ERROR failed\nTraceback (most recent call last):\nValueError: {}\n"
    )
    text = "".join(record.format("x" * 200) for _ in range(10))
    (page,) = read(logs, text.encode())
    assert "".join(block.text for block in page.blocks) == text
    assert len(page.blocks) > 1
    assert all(block.text.startswith("2024") for block in page.blocks)


def test_lines_of_a_log_without_time_stamps_are_records() -> None:
    (page,) = read(logs, b"start\n  at 1\nstop\n" * 100)
    assert all(block.text.startswith("start") for block in page.blocks[:1])
    assert not any(block.text.startswith("  at") for block in page.blocks)


def test_an_array_of_flat_objects_is_a_table() -> None:
    text = show(read(json_text, '[{"имя": "Хлеб", "цена": 45.50}, {"имя": "Сыр"}]'.encode()))
    assert "имя: Хлеб; цена: 45.50" in text


def test_small_values_are_lines_and_larger_ones_have_headings() -> None:
    content = b'{"id": 12345678901234567890, "tags": ["a", "b"], "ok": true, "none": null, "in": {"x": [[1.50]]}}'
    (page,) = read(json_text, content)
    assert [(block.kind, block.text) for block in page.blocks] == [
        (BlockKind.CODE, "id: 12345678901234567890\ntags: a, b\nok: true\nnone: null"),
        (BlockKind.HEADING, "in"),
        (BlockKind.HEADING, "x"),
        (BlockKind.CODE, "[\n  [\n    1.50\n  ]\n]"),
    ]


def test_repeated_names_hide_no_value() -> None:
    assert show(read(json_text, b'{"a": 1, "a": 2}')) == "a: 1\na (2): 2"


def test_lines_of_json_are_records() -> None:
    text = show(read(json_text, b'{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n'))
    assert "a: 3; b: 4" in text


def test_what_is_no_json_is_read_as_text() -> None:
    assert show(read(json_text, b'{"a": 1,}')) == '{"a": 1,}'


def test_json_that_nests_deeply_stays_as_it_is() -> None:
    content = b"[" * 300 + b"1" + b"]" * 300
    assert show(read(json_text, content)) == f"```json\n{content.decode()}"
    assert show(read(json_text, b"[" * 100_000)).startswith("[[[")
