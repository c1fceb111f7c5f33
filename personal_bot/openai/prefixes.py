"""What an embedding model was trained to see before a question and before a passage."""

import re
from typing import NamedTuple


class Prefixes(NamedTuple):
    """Texts to put before each question and each passage that is embedded."""

    query: str = ""
    passage: str = ""


NONE = "none"  # the value of a setting for no prefix; an empty one means that it is unset

_SEARCH = "Represent this sentence for searching relevant passages: "
_INSTRUCTION = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
)
# Found in lower-case names such as `intfloat/multilingual-e5-small`; the first match counts. From
# the cards at https://huggingface.co/: intfloat/multilingual-e5-small, -large-instruct and
# e5-mistral-7b-instruct; nomic-ai/nomic-embed-text-v1.5; BAAI/bge-small-en-v1.5 (bge-m3 has none);
# mixedbread-ai/mxbai-embed-large-v1; Snowflake/snowflake-arctic-embed-m and -l-v2.0;
# Qwen/Qwen3-Embedding-0.6B; google/embeddinggemma-300m. Services drop parts of the names.
_KNOWN = (
    (r"\be5\b.*\binstruct\b", Prefixes(f"{_INSTRUCTION} ")),
    (r"\be5\b", Prefixes("query: ", "passage: ")),
    (r"\bnomic-embed-text\b", Prefixes("search_query: ", "search_document: ")),
    (r"\bbge-(small|base|large)\b(?!-zh)", Prefixes(_SEARCH)),
    (r"\bmxbai-embed-large\b", Prefixes(_SEARCH)),
    (r"\barctic-embed(2|\b.*\bv2)", Prefixes("query: ")),
    (r"\barctic-embed\b", Prefixes(_SEARCH)),
    (r"\bqwen3-embedding\b", Prefixes(_INSTRUCTION)),
    (r"\bembeddinggemma\b", Prefixes("task: search result | query: ", "title: none | text: ")),
)


def choose_prefixes(model: str, query: str | None = None, passage: str | None = None) -> Prefixes:
    """Return the prefixes that are set, and for those that are not, the ones of the model."""
    usual = _find_usual(model)
    return Prefixes(
        usual.query if query is None else _read(query),
        usual.passage if passage is None else _read(passage),
    )


def _find_usual(model: str) -> Prefixes:
    name = model.lower().replace("_", "-")
    found = (prefixes for pattern, prefixes in _KNOWN if re.search(pattern, name))
    return next(found, Prefixes())


def _read(setting: str) -> str:
    return "" if setting.strip().lower() == NONE else setting
