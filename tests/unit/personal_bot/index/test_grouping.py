"""What says the same is one hit with several places, and neighbours are one longer passage."""

from typing import Any

from haystack import Document

from personal_bot.index.grouping import JOINED, fold_duplicates, join_neighbours
from personal_bot.index.passages import find_page, find_position


def _passage(index: int, text: str, *, version: str = "v", **meta: Any) -> Document:
    known = {"version": version, "document_name": f"{version}.pdf", "heading": None, "index": index}
    return Document(
        id=f"{version}{index}", content=text, score=1.0, meta=known | {"pages": []} | meta
    )


def test_passages_with_the_same_words_are_one_hit_with_several_places() -> None:
    found = fold_duplicates(
        [
            _passage(3, "The landlord repairs the roof."),
            _passage(0, "Something else."),
            _passage(5, "THE LANDLORD\nrepairs — the roof", version="w"),
        ]
    )

    assert [passage.id for passage in found] == ["v3", "v0"]
    (place,) = found[0].meta["places"]
    assert (place["document_name"], place["index"]) == ("w.pdf", 5)
    assert "places" not in found[1].meta


def test_passages_that_differ_in_a_number_or_a_word_are_not_the_same() -> None:
    found = [
        _passage(0, "The rent is 500 euros."),
        _passage(0, "The rent is 600 euros.", version="w"),
        _passage(0, "The fine is 500 euros.", version="x"),
    ]

    assert fold_duplicates(found) == found


def test_neighbours_are_joined_in_place_of_the_best_of_them() -> None:
    found = [
        _passage(7, "Seventh."),
        _passage(2, "Second one. Third one.", pages=[[0, 1], [12, 2]]),
        _passage(1, "First one. Second one.", pages=[[0, 1]]),
        _passage(4, "Fourth."),
        _passage(2, "Elsewhere.", version="w"),
    ]

    joined = join_neighbours(found)

    texts = [passage.content for passage in joined]
    assert texts == ["Seventh.", "First one. Second one. Third one.", "Fourth.", "Elsewhere."]
    both = joined[1]
    assert both.meta["index"] == 2
    assert both.id not in {passage.id for passage in found}
    assert both.id == join_neighbours([found[2], found[1]])[0].id
    content = both.content or ""
    offsets = [content.index(word) for word in ("First", "Third")]
    assert [find_page(both.meta["pages"], offset) for offset in offsets] == [1, 2]
    assert [find_position(both.meta, offset) for offset in offsets] == [1, 2]
    assert find_position(joined[0].meta, 3) == 7


def test_what_stands_above_each_part_of_a_table_is_not_repeated() -> None:
    first = _passage(0, "Prices:\n| pump | 5 |", pages=[[0, 1]])
    second = _passage(1, "Prices:\n| hose | 6 |", pages=[[0, 1], [8, 2]])

    (joined,) = join_neighbours([second, first])

    assert joined.content == "Prices:\n| pump | 5 |\n| hose | 6 |"
    assert find_page(joined.meta["pages"], joined.content.index("hose")) == 2
    assert find_page(joined.meta["pages"], joined.content.index("pump")) == 1


def test_neighbours_with_nothing_in_common_keep_their_texts() -> None:
    (joined,) = join_neighbours([_passage(0, "One.", pages=[[0, 1]]), _passage(1, "Two.")])

    assert joined.content == "One.\nTwo."


def test_neighbours_under_different_headings_stay_apart() -> None:
    found = [_passage(0, "One.", heading="Rent"), _passage(1, "Two.", heading="Deposit")]

    assert join_neighbours(found) == found


def test_a_whole_document_is_not_joined_to_one_passage() -> None:
    found = [_passage(index, f"Part {index}.") for index in range(2 * JOINED + 1)]

    joined = join_neighbours(found)

    assert [len(passage.meta.get("parts", "1")) for passage in joined] == [JOINED, JOINED, 1]


def test_places_of_joined_passages_are_kept() -> None:
    found = fold_duplicates(
        [_passage(0, "One."), _passage(1, "Two."), _passage(4, "Two!", version="w")]
    )

    (joined,) = join_neighbours(found)

    assert [place["document_name"] for place in joined.meta["places"]] == ["w.pdf"]
