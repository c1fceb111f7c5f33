"""A question is looked for in what is pinned, or in what it names beyond doubt."""

import pytest

from personal_bot.answers.scopes import Scope, find_scope, look_up_scope
from personal_bot.documents import pins
from tests.unit.personal_bot.answers.scope_cases import CASES, Case

PRECISION = 0.98  # a wrong document is worse than all of them
RECALL = 0.95


def find_named(question: str, *names: str) -> tuple[str, ...]:
    scope = find_scope(question, (), [(f"v-{name}", name) for name in names])
    return () if scope is None else scope.names


def test_questions_are_about_the_documents_that_they_name() -> None:
    """Of 476 questions to 18 libraries, 195 name documents; the others name none, or no single one.

    Five of those that name documents are not understood; none is misunderstood.
    """
    found = {case: frozenset(find_named(case.question, *case.library)) for case in CASES}
    wrong = [case for case, names in found.items() if names and names != case.meant]
    right = [case for case, names in found.items() if names and names == case.meant]
    meant = [case for case in CASES if case.meant]
    assert len(right) >= PRECISION * (len(right) + len(wrong)), wrong
    missed: list[Case] = [case for case in meant if not found[case]]
    assert len(right) >= RECALL * len(meant), missed


def test_what_is_pinned_comes_before_what_is_named() -> None:
    documents = [("v1", "lease.pdf"), ("v2", "offer.pdf"), ("v3", "report.pdf")]
    scope = find_scope("What does lease.pdf say?", {"v3", "v2"}, documents)
    assert scope == Scope(frozenset({"v2", "v3"}), ("offer.pdf", "report.pdf"), pinned=True)


def test_what_is_named_is_no_limit() -> None:
    scope = find_scope("What does lease.pdf say?", (), [("v1", "lease.pdf")])
    assert scope == Scope(frozenset({"v1"}), ("lease.pdf",), pinned=False)


def test_a_pin_of_a_document_that_is_gone_is_none() -> None:
    assert find_scope("How long?", {"v0"}, [("v1", "lease.pdf")]) is None


def test_two_documents_of_the_same_name_are_told_apart_by_their_archives() -> None:
    names = ("a.zip/notes.txt", "b.zip/notes.txt")
    assert find_named("What does notes.txt say?", *names) == ()
    assert find_named("What does b.zip/notes.txt say?", *names) == ("b.zip/notes.txt",)


def test_a_word_is_no_file_name_because_a_file_has_no_extension() -> None:
    assert find_named("How long is the lease and who pays?", "lease", "offer.pdf") == ()


def test_a_file_name_inside_another_one_is_not_meant() -> None:
    names = ("lease.pdf", "old-lease.pdf")
    assert find_named("What does old-lease.pdf say?", *names) == ("old-lease.pdf",)
    assert find_named("What does new-lease.pdf say?", *names) == ()


def test_many_named_documents_mean_the_library() -> None:
    names = [f"invoice {number}.pdf" for number in range(1, 8)]
    assert len(find_named("Compare invoice 1.pdf and invoice 2.pdf", *names)) == 2
    assert find_named("Sum up " + ", ".join(names), *names) == ()


@pytest.mark.parametrize("question", ["", "?", "📌", "in the " * 1_300, "\x00", "«»" * 50])
def test_any_text_has_a_scope_or_none(question) -> None:
    assert find_named(question, "lease.pdf", "—.pdf", ".", "2024.pdf", "📌.txt") == ()


async def test_stored_pins_and_names_are_looked_up(database, add_document) -> None:
    await add_document("lease.pdf", "v1")
    await add_document("offer.pdf", "v2")
    named = await database.run(look_up_scope, "What does the offer say?")
    assert named == Scope(frozenset({"v2"}), ("offer.pdf",), pinned=False)
    await database.run(pins.pin, 1)
    pinned = await database.run(look_up_scope, "What does the offer say?")
    assert pinned == Scope(frozenset({"v1"}), ("lease.pdf",), pinned=True)
