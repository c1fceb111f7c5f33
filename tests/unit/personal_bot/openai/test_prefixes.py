"""Questions and passages get the prefixes that their embedding model was trained with."""

import pytest

from personal_bot.openai.prefixes import Prefixes, choose_prefixes

SEARCH = "Represent this sentence for searching relevant passages: "
INSTRUCTION = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
)


@pytest.mark.parametrize(
    ("model", "prefixes"),
    [
        ("text-embedding-3-small", ("", "")),
        ("intfloat/multilingual-e5-small", ("query: ", "passage: ")),
        ("text-embedding-multilingual-e5-large", ("query: ", "passage: ")),
        ("e5-base-v2", ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", (INSTRUCTION + " ", "")),
        ("intfloat/e5-mistral-7b-instruct", (INSTRUCTION + " ", "")),
        ("nomic-embed-text:latest", ("search_query: ", "search_document: ")),
        ("nomic-ai/nomic-embed-text-v1.5", ("search_query: ", "search_document: ")),
        ("nomic-embed-text-v2-moe", ("search_query: ", "search_document: ")),
        ("nomic-embed-code", ("", "")),
        ("@cf/baai/bge-base-en-v1.5", (SEARCH, "")),
        ("bge-large", (SEARCH, "")),
        ("BAAI/bge-small-zh-v1.5", ("", "")),
        ("bge-m3", ("", "")),
        ("mxbai-embed-large", (SEARCH, "")),
        ("snowflake-arctic-embed:335m", (SEARCH, "")),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", (SEARCH, "")),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", ("query: ", "")),
        ("snowflake-arctic-embed2", ("query: ", "")),
        ("Qwen/Qwen3-Embedding-0.6B", (INSTRUCTION, "")),
        ("embeddinggemma", ("task: search result | query: ", "title: none | text: ")),
    ],
)
def test_the_name_of_a_model_tells_its_prefixes(model, prefixes):
    assert choose_prefixes(model) == Prefixes(*prefixes)


def test_what_the_operator_sets_comes_first():
    assert choose_prefixes("e5-small", query="search: ") == Prefixes("search: ", "passage: ")
    assert choose_prefixes("my-model", passage="text: ") == Prefixes("", "text: ")


def test_the_word_none_sets_no_prefix():
    assert choose_prefixes("e5-small", "none", "None") == Prefixes()
