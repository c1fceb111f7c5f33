"""The stand-in reads parts of a document, and merges what it noted, by fixed rules."""

from deploy.sandbox.completions import complete
from deploy.sandbox.conversations import read_inquiry
from personal_bot.answers.prompts import PromptPassage
from personal_bot.answers.summaries.kinds import Kind
from personal_bot.answers.summaries.prompts import Step, instruct, show_notes, show_window

PASSAGES = [
    PromptPassage(1, "lease.pdf", 1, "This is a lease of a shop. It is in Oslo."),
    PromptPassage(2, "lease.pdf", 2, "The rent is 950 crowns. It is due on 5 May 2024."),
    PromptPassage(3, "lease.pdf", 3, "The shop is painted white. Ivanov signed for the tenant."),
]


def read(kind: Kind, question: str = "Summarize this document.", passages=PASSAGES) -> str:
    messages = [
        {"role": "system", "content": instruct(kind, Step.PART)},
        {"role": "user", "content": show_window(passages, question)},
    ]
    return complete(read_inquiry(messages))


def merge(*notes: str, kind: Kind = Kind.SUMMARY) -> str:
    messages = [
        {"role": "system", "content": instruct(kind, Step.FINISH)},
        {"role": "user", "content": show_notes(notes, "Summarize this document.")},
    ]
    return complete(read_inquiry(messages))


def test_a_summary_quotes_the_beginnings_of_passages():
    assert read(Kind.SUMMARY).splitlines() == [
        "- «This is a lease of a shop.» [1]",
        "- «The rent is 950 crowns.» [2]",
        "- «The shop is painted white.» [3]",
    ]


def test_dates_and_parties_are_the_sentences_that_hold_some():
    assert read(Kind.DATES) == "- «It is due on 5 May 2024.» [2]"
    assert read(Kind.PARTIES).splitlines() == [
        "- «The rent is 950 crowns.» [2]",
        "- «Ivanov signed for the tenant.» [3]",
    ]
    assert read(Kind.DATES, passages=PASSAGES[:1]) == "NOTHING"


def test_a_question_is_answered_from_all_that_is_read_or_not_at_all():
    assert read(Kind.QUESTION, "Which documents mention Ivanov?") == (
        "- «Ivanov signed for the tenant.» [3]"
    )
    assert read(Kind.QUESTION, "Which documents mention bicycles?") == "NOTHING"


def test_merging_keeps_every_line_once_with_its_citations():
    first, second = "- «A.» [1]\n- «B.» [2]", "- «B.» [2]\n- «C.» [7]"
    for kind in Kind:
        assert merge(first, second, kind=kind) == "- «A.» [1]\n- «B.» [2]\n- «C.» [7]"


def test_merging_a_lot_keeps_something_of_every_part():
    notes = [
        "\n".join(f"- «{part}, {line}.» [{part}]" for line in range(10)) for part in range(1, 9)
    ]
    merged = merge(*notes).splitlines()
    assert len(merged) == 20
    assert {line.partition(",")[0] for line in merged} == {f"- «{part}" for part in range(1, 9)}
