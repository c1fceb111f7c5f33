import pytest

from personal_bot.contract.service_names import call_service, is_this_machine, name_service


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


@pytest.mark.parametrize(
    ("base_url", "here"),
    [
        ("http://127.0.0.1:8082/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://[::1]:8080/v1", True),
        ("https://127.example.org/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_only_loopback_addresses_are_on_this_machine(base_url: str, here: bool) -> None:
    assert is_this_machine(base_url) is here


def test_an_operator_may_give_a_service_another_name() -> None:
    base_url = "http://localhost:11434/v1"
    call_service(base_url, "Our model")
    assert name_service(base_url) == "Our model"
    call_service(base_url, None)
    assert name_service(base_url) == "localhost:11434"
