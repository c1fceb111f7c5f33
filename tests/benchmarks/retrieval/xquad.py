"""XQuAD: articles of an encyclopedia with questions, the same in English and in Russian.

Its files are not part of this repository: https://github.com/google-deepmind/xquad, CC BY-SA 4.0.
"""

import json
import random
from pathlib import Path

from tests.benchmarks.retrieval.sets import (
    ENGLISH,
    LANGUAGES,
    RUSSIAN,
    Collection,
    File,
    Gold,
    Question,
    Set,
    ask_across,
    mistype,
    normalize,
    transliterate,
)

_NEAR = 30  # characters beside an answer that tell it from the same words elsewhere


def add_xquad(made: Collection, folder: Path, most: int) -> None:
    """Add the articles and `most` of the questions in each language."""
    read = [_read_xquad(folder / f"xquad.{code}.json") for code in LANGUAGES]
    chosen = sorted(random.Random(5).sample(range(len(read[0][1])), most))
    asked = [[questions[number] for number in chosen] for _, questions in read]
    for language, code in enumerate(LANGUAGES):
        library = f"XQuAD {code}"
        made.libraries[library] = read[language][0]
        made.sets.append(Set(library, library, asked[language]))
        made.sets.append(Set(f"{library}, typo", library, [*map(mistype, asked[language])]))
    translit = [transliterate(question) for question in asked[RUSSIAN]]
    made.sets.append(Set("XQuAD ru, in Latin letters", "XQuAD ru", translit))
    english = read[ENGLISH][0][::2]
    made.libraries["XQuAD en and ru"] = [*english, *read[RUSSIAN][0][1::2]]
    names = {file.name for file in english}
    for language, there in ((RUSSIAN, ENGLISH), (ENGLISH, RUSSIAN)):
        pairs = [
            (one, other)
            for one, other in zip(asked[language], asked[there], strict=True)
            if (other.gold[0].name in names) == (there == ENGLISH)
        ]
        name = f"XQuAD en and ru, {LANGUAGES[language]}→{LANGUAGES[there]}"
        made.sets += ask_across(name, "XQuAD en and ru", pairs)
        same = f"XQuAD en and ru, {LANGUAGES[there]}→{LANGUAGES[there]}"
        made.sets.append(Set(same, "XQuAD en and ru", [other for _, other in pairs]))


def _read_xquad(path: Path) -> tuple[list[File], list[Question]]:
    """Read the articles, each a text file, and the questions about them."""
    articles, questions = [], []
    for number, article in enumerate(json.loads(path.read_text())["data"]):
        name = f"{number:02}.txt"
        paragraphs = article["paragraphs"]
        articles.append(File(name, "\n\n".join(one["context"] for one in paragraphs).encode()))
        for paragraph in paragraphs:
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                gold = Gold(name, _context(paragraph["context"], answer))
                questions.append(Question((asked["question"],), (gold,)))
    return articles, questions


def _context(text: str, answer: dict[str, str | int]) -> tuple[str, ...]:
    """Return the answer with what stands before it, and with what stands behind it."""
    start = int(answer["answer_start"])
    end = start + len(str(answer["text"]))
    return normalize(text[max(0, start - _NEAR) : end]), normalize(text[start : end + _NEAR])
