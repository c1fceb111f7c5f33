"""What services answer when they refuse, and what a bot makes of it."""

from pathlib import Path

import pytest

from personal_bot.contract.service_errors import PARAMETERS, ServiceCondition, read_fault
from personal_bot.errors import OpenAIRateLimitError, OpenAIUnreachableError
from tests.services.road import QUESTION, play, run_bot
from tests.services.service import Refusal, find_service, load_services

ALL = [
    pytest.param(refusal, id=f"{service.name}: {refusal.condition} {number}")
    for service in load_services()
    for number, refusal in enumerate(service.refusals)
]


@pytest.mark.parametrize("refusal", ALL)
def test_each_body_means_its_condition(refusal: Refusal) -> None:
    assert read_fault(refusal.status, refusal.decode()).condition is refusal.condition


@pytest.mark.parametrize(
    "refusal", [one for one in ALL if one.values[0].of.partition("=")[0] in PARAMETERS]
)
def test_the_parameter_that_is_refused_is_found(refusal: Refusal) -> None:
    fault = read_fault(refusal.status, refusal.decode())

    assert fault.parameter == refusal.of.partition("=")[0]


@pytest.mark.parametrize("refusal", ALL)
def test_each_way_has_its_source(refusal: Refusal) -> None:
    assert refusal.source.startswith("https://")


@pytest.mark.parametrize("refusal", ALL)
def test_what_is_refused_is_something_that_is_played(refusal: Refusal) -> None:
    played = {"", "inputs", "tokens", "embeddings", "alternation", *PARAMETERS}

    assert refusal.of.partition("=")[0] in played


def _find_in_stream(name: str, condition: ServiceCondition) -> Refusal:
    return next(
        one
        for one in find_service(name).refusals
        if one.status is None and one.condition is condition
    )


async def test_errors_within_a_stream_are_told_apart(tmp_path: Path) -> None:
    router = find_service("OpenRouter")
    async with play(router) as played, run_bot(played, tmp_path) as bot:
        await bot.upload(text="The warranty of the pump is twenty-four months.")

        played.chat.failures.append(_find_in_stream("OpenRouter", ServiceCondition.RATE_LIMIT))
        with pytest.raises(OpenAIRateLimitError):
            await bot.ask(QUESTION)
        played.chat.failures.append(_find_in_stream("OpenRouter", ServiceCondition.UNREACHABLE))
        with pytest.raises(OpenAIUnreachableError):
            await bot.ask(QUESTION)
        played.chat.failures.append(_find_in_stream("OpenRouter", ServiceCondition.TOO_LARGE))
        answer = await bot.ask(QUESTION)

    assert "twenty-four months" in answer.text  # it has asked again with less
