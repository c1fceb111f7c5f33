import pytest

from personal_bot.contract.service_names import name_service


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://api.openai.com/v1", "OpenAI"),
        ("https://api.groq.com/openai/v1", "api.groq.com"),
        ("http://localhost:11434/v1", "localhost:11434"),
    ],
)
def test_a_service_is_called_by_its_host_unless_it_is_openai(base_url: str, name: str) -> None:
    assert name_service(base_url) == name
