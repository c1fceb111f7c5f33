"""A person's road at each played service: the check of the key, an upload and two questions."""

from dataclasses import replace
from pathlib import Path

import pytest

from master.errors import EmbeddingUnusableError, ModelRefusedError
from personal_bot.contract.service_errors import ServiceCondition
from tests.services.road import QUESTION, play, run_bot, walk
from tests.services.service import Service, find_service, load_services

SERVICES = {service.name: service for service in load_services()}
OPENAI = find_service("OpenAI")


def named(*services: Service) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("service", services, ids=lambda service: service.name)


@named(*SERVICES.values())
async def test_the_whole_road(service: Service, tmp_path: Path) -> None:
    outcome = await walk(service, tmp_path)

    assert (outcome.key, outcome.upload) == ("yes", "yes")
    assert (outcome.question, outcome.follow_up) == ("yes", "yes")


@named(*(service for service in SERVICES.values() if not service.keyless))
async def test_another_key_is_refused_as_a_wrong_key(service: Service) -> None:
    async with play(service) as played:
        if played.chat.service is not service:
            played.settings["EMBEDDING_API_KEY"] = "another-key-0123456789"
        with pytest.raises(ModelRefusedError) as refused:
            await played.check_key(
                "sk-another0123456789" if played.chat.service is service else None
            )

    assert refused.value.condition is ServiceCondition.KEY_INVALID


@named(*(service for service in SERVICES.values() if service.embeddings is None))
async def test_a_service_without_embeddings_is_named_with_the_setting(service: Service) -> None:
    async with play(service) as played:
        del played.settings["EMBEDDING_BASE_URL"]
        with pytest.raises(ModelRefusedError) as refused:
            await played.check_key()

    assert refused.value.condition is ServiceCondition.NOT_OFFERED
    assert refused.value.use.model_setting == "EMBEDDING_MODEL"


@named(*(service for service in SERVICES.values() if service.embeddings))
async def test_another_dimension_is_found_where_the_model_cannot_give_it(service: Service) -> None:
    assert service.embeddings is not None
    async with play(service, EMBEDDING_DIM="128") as played:
        if service.embeddings.shortens:
            await played.check_key()
            return
        with pytest.raises(EmbeddingUnusableError):
            await played.check_key()


@named(*(SERVICES[name] for name in ("DashScope (Qwen)", "Yandex AI Studio", "vLLM")))
async def test_what_was_refused_is_not_asked_again_after_a_restart(
    service: Service, tmp_path: Path
) -> None:
    async with play(service) as played:
        async with run_bot(played, tmp_path) as bot:
            await bot.upload()
        assert played.refused
        played.embeddings.refused.clear()
        async with run_bot(played, tmp_path) as bot:
            await bot.upload("later.txt", "The gate opens at nine. " * 1_000)
            await bot.ask(QUESTION)

    assert not played.refused


@pytest.mark.parametrize(
    "service",
    [
        replace(
            OPENAI,
            name="embeddings in another order, no usage, no finish_reason",
            embeddings=replace(OPENAI.embeddings, ordered=False, usage=False),
            chat=replace(OPENAI.chat, finish_reason=""),
        ),
        replace(
            OPENAI,
            name="an unknown finish_reason, no [DONE]",
            chat=replace(OPENAI.chat, finish_reason="end_turn", done=False),
        ),
        # A model at OpenRouter: https://github.com/plastic-labs/honcho/pull/938
        replace(
            SERVICES["OpenRouter"],
            name="no data instead of base64",
            embeddings=replace(SERVICES["OpenRouter"].embeddings, empties=True),
        ),
    ],
    ids=lambda service: service.name,
)
async def test_ways_of_no_service_in_particular(service: Service, tmp_path: Path) -> None:
    outcome = await walk(service, tmp_path)

    assert outcome.is_complete
