"""An owner's key goes to the service it is for, and to no other."""

import pytest

from personal_bot.contract import EmbeddingService, choose_embedding_service

OPENAI, LOCAL = "https://api.openai.com/v1", "http://localhost:11434/v1"
OWNERS, OPERATORS = "sk-of-the-owner", "key-of-the-operator"


@pytest.mark.parametrize(
    ("base_url", "api_key", "chosen"),
    [
        (None, None, (OPENAI, OWNERS)),
        (None, OPERATORS, (OPENAI, OPERATORS)),
        (OPENAI, None, (OPENAI, OWNERS)),
        (LOCAL, None, (LOCAL, "none")),
        (LOCAL, OPERATORS, (LOCAL, OPERATORS)),
    ],
)
def test_the_owners_key_is_sent_only_to_the_service_of_the_owner(base_url, api_key, chosen):
    service = choose_embedding_service(
        openai_base_url=OPENAI,
        openai_key=OWNERS,
        embedding_base_url=base_url,
        embedding_api_key=api_key,
    )
    assert service == EmbeddingService(*chosen)
    assert service.key not in repr(service) or service.key == "none"
