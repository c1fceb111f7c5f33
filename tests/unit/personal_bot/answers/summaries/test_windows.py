"""Windows hold every passage once; citations survive whatever is merged in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from personal_bot.answers.grammar import find_citations
from personal_bot.answers.streams import Reply
from personal_bot.answers.summaries.estimates import count_merges, estimate
from personal_bot.answers.summaries.notes import (
    MOST_CITED,
    MOST_NUMBERS,
    Note,
    gather,
    list_places,
    read_note,
    renumber,
)
from personal_bot.answers.summaries.windows import (
    MOST_PASSAGES,
    Measured,
    Place,
    cut,
    estimate_tokens,
    join,
    make_window,
)
from personal_bot.openai.client import Models

VERSIONS = st.sampled_from("ab")
passages = st.lists(
    st.tuples(VERSIONS, st.integers(1, 400), st.none() | st.integers(1, 900)), max_size=400
).map(
    lambda rows: [
        Measured(Place(version, position), tokens, page)
        for position, (version, tokens, page) in enumerate(rows)
    ]
)


@given(passages, st.integers(1, 20_000))
def test_windows_cover_every_passage_once_and_in_order(measured, budget):
    windows = cut(measured, budget)
    assert [place for window in windows for place in window.places] == [
        passage.place for passage in measured
    ]
    for window in windows:
        assert 1 <= len(window.places) <= MOST_PASSAGES
        assert window.tokens <= budget or len(window.places) == 1


@given(passages)
def test_spans_hold_exactly_the_places_that_they_were_made_of(measured):
    places = [passage.place for passage in measured]
    assert places == [
        Place(version, position)
        for version, first, last in join(places)
        for position in range(first, last + 1)
    ]


def test_both_halves_of_a_window_hold_all_of_it():
    window = make_window([Measured(Place("a", position), 10, None) for position in range(7)])
    first, second = window.halve()
    assert first.places + second.places == window.places
    assert first.places
    assert second.places


def test_a_window_knows_its_pages():
    window = make_window([Measured(Place("a", n), 10, page) for n, page in enumerate([3, None, 5])])
    assert window.pages == (3, 5)


def test_russian_takes_more_tokens_than_english():
    assert estimate_tokens("слово " * 100) > estimate_tokens("words " * 100) > 100


facts = st.lists(
    st.tuples(st.integers(0, 10**6), st.lists(st.integers(1, 60), min_size=1, max_size=4)),
    min_size=1,
    max_size=70,
    unique_by=lambda line: line[0],
)


def write(lines: list[tuple[int, list[int]]]) -> str:
    return "\n".join(
        f"- Fact number {fact} is true {''.join(f'[{number}]' for number in numbers)}"
        for fact, numbers in lines
    )


def read_facts(note: Note) -> dict[str, set[Place]]:
    """Return the places that each line of a note cites."""
    return {
        line.partition(" is true")[0]: {
            note.cited[number - 1] for mark in find_citations(line) for number in mark.numbers
        }
        for line in note.text.splitlines()
    }


def take(lines: list[tuple[int, list[int]]], version: str, most: int = MOST_CITED) -> Note:
    places = [Place(version, position) for position in range(60)]
    texts = [f"text of {place}" for place in places]
    return read_note(Reply(write(lines), "stop"), places, texts, frozenset({version}), most)


@settings(max_examples=25)
@given(st.lists(facts, min_size=2, max_size=4))
def test_a_merged_statement_cites_what_the_notes_cited(parts):
    notes = [take(lines, f"v{number}") for number, lines in enumerate(parts)]
    for group in gather(notes, 10**9):
        places = list_places(group)
        numbers = {place: number for number, place in enumerate(places, 1)}
        assert len(places) <= MOST_NUMBERS
        # A model that repeats the notes as they are:
        reply = "\n".join(renumber(note, numbers) for note in group)
        merged = read_note(
            Reply(reply, "stop"), places, ["" for _ in places], frozenset(), MOST_NUMBERS
        )
        said = [line for note in group for line in read_facts(note).items()]
        for fact, cited in read_facts(merged).items():
            assert any(fact == known and cited == places_of for known, places_of in said)


@settings(max_examples=25)
@given(facts, st.integers(1, 30))
def test_a_limit_of_sources_changes_no_statement_and_keeps_one_citation_first(lines, most):
    note, full = take(lines, "a", most), take(lines, "a", MOST_NUMBERS)
    assert len(note.cited) <= most
    kept, all_of_them = read_facts(note), read_facts(full)
    assert kept.keys() == all_of_them.keys()
    assert all(kept[fact] <= all_of_them[fact] for fact in kept)
    assert len(kept) == 0 or next(iter(kept.values()))


@given(st.lists(st.integers(1, 5_000), min_size=2, max_size=40), st.integers(1, 10_000))
def test_merging_in_rounds_comes_to_an_end(lengths, budget):
    notes = [Note("x" * length) for length in lengths]
    rounds = 0
    while len(notes) > 1:
        groups = gather(notes, budget)
        assert [note for group in groups for note in group] == notes
        notes = [Note("y" * 5_000) for _ in groups]
        rounds += 1
    assert rounds <= 7


def test_invented_numbers_are_no_citations():
    note = read_note(
        Reply("True [2]. False [3].", "stop"), [Place("a", 0)] * 2, ["", ""], frozenset()
    )
    assert note.text == "True [1]. False."


def test_nothing_is_no_note():
    for reply in ("NOTHING", "Nothing.", "**NOTHING**", " "):
        assert read_note(Reply(reply, "stop"), [], [], frozenset()).text == ""


def test_an_unfinished_reply_makes_an_incomplete_note():
    assert not read_note(Reply("Cut [1]", "length"), [Place("a", 0)], [""], frozenset()).is_complete


def test_merges_are_counted_by_rounds():
    assert [count_merges(notes, 7_000) for notes in (0, 1, 2, 10, 11, 21)] == [0, 0, 1, 1, 2, 3]


def models(url: str, chat_model: str = "gpt-5.4-mini") -> Models:
    return Models("key", url, chat_model, "embedding", 3, url, "key")


def test_a_price_is_told_only_for_a_model_whose_price_is_known():
    openai = "https://api.openai.com/v1"
    costly = estimate([20_000] * 12, 12, 20_000, models(openai))
    assert costly.requests == 13
    assert 240_000 < costly.tokens < 290_000
    assert 0.15 < costly.dollars < 0.35
    for other in (models("http://localhost:11434/v1"), models(openai, "gpt-9")):
        assert estimate([20_000] * 12, 12, 20_000, other).dollars is None


def test_nothing_left_to_read_costs_only_the_merging():
    assert estimate([], 0, 20_000, models("http://x/v1")).tokens == 0
