"""Where passages and questions are embedded: apart from chat if the operator chose another service.

A service that can chat need not have embeddings.
"""

from dataclasses import dataclass, field

NO_KEY = "none"  # sent to a server that needs no key, because clients refuse an empty one


@dataclass(frozen=True)
class EmbeddingService:
    """A service with OpenAI's API, and the key for it. `repr` omits the key."""

    base_url: str
    key: str = field(repr=False)


def choose_embedding_service(
    *,
    openai_base_url: str,
    openai_key: str,
    embedding_base_url: str | None,
    embedding_api_key: str | None,
) -> EmbeddingService:
    """Return the service that embeds the texts of an owner whose key is `openai_key`.

    The operator's `embedding_api_key` comes first. The owner's key goes nowhere but to
    `openai_base_url`, for which the owner gave it.
    """
    base_url = embedding_base_url or openai_base_url
    owners = openai_key if base_url == openai_base_url else NO_KEY
    return EmbeddingService(base_url, embedding_api_key or owners)
