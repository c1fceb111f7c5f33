"""Whether the embedding model has EMBEDDING_DIM dimensions, found before bots index with it."""

from deploy.progress import Progress
from master.errors import EmbeddingUnusableError, ModelRefusedError, ModelUse, SettingsError
from master.services.model_checks import check_embeddings, find_embeddings
from master.settings import Settings
from master.settings_files import load_installed_settings
from personal_bot.contract import NO_KEY, ServiceCondition, is_openai

# The lengths that OpenAI's models can have, from
# https://platform.openai.com/docs/guides/embeddings; the key to ask with is the owners'.
_OPENAI_LENGTHS = {
    "text-embedding-3-small": range(1, 1537),
    "text-embedding-3-large": range(1, 3073),
    "text-embedding-ada-002": range(1536, 1537),
}


def find_model_change(settings: Settings) -> str | None:
    """Return a line if bots indexed with another model until now, else None. Raises OSError."""
    try:
        earlier = load_installed_settings(settings.installation.root)
    except SettingsError:  # the first start
        return None
    then, now = (_describe_model(each) for each in (earlier, settings))
    if then == now:
        return None
    return f"Until now, {then} was used, now {now}: bots ask their owners for all documents again."


def _describe_model(settings: Settings) -> str:
    return f"{settings.embedding_model} with {settings.embedding_dim} dimensions"


async def find_embedding_warning(settings: Settings) -> str | None:
    """Return a line for the operator if the embeddings cannot be tried now, else None.

    They are tried with the operator's key, or without one where a service may need none.
    Raises SettingsError for another length.
    """
    use = find_embeddings(settings, NO_KEY)
    if is_openai(use.base_url):
        _check_known_length(use)
        if settings.embedding_secret is None:
            return None
    try:
        with Progress(f"Trying the embeddings of {use.service}"):
            await check_embeddings(use)
    except EmbeddingUnusableError as error:
        if error.length is None:
            return f"{use.model} at {use.service} embeds nothing usable: check EMBEDDING_MODEL."
        raise SettingsError(
            "EMBEDDING_DIM", f"is {use.dim}, but {use.model} has {error.length} dimensions"
        ) from None
    except ModelRefusedError as error:
        return _explain(error)
    return None


def _check_known_length(use: ModelUse) -> None:
    lengths = _OPENAI_LENGTHS.get(use.model)
    if lengths is None or use.dim in lengths:
        return
    most = lengths.stop - 1
    raise SettingsError(
        "EMBEDDING_DIM",
        f"is {use.dim}, but {use.model} has {'' if lengths.start == most else 'at most '}{most} "
        "dimensions",
    )


def _explain(error: ModelRefusedError) -> str | None:
    use = error.use
    if (
        use.key_setting != "EMBEDDING_API_KEY"
        and error.condition is not ServiceCondition.UNREACHABLE
    ):
        return None  # the owners' keys, which onboarding checks, may be what is missing
    settings = {
        ServiceCondition.KEY_INVALID: "EMBEDDING_API_KEY",
        ServiceCondition.FORBIDDEN: "EMBEDDING_API_KEY",
        ServiceCondition.NO_MONEY: "EMBEDDING_API_KEY",
        ServiceCondition.MODEL_UNAVAILABLE: "EMBEDDING_MODEL",
    }
    return (
        f"{use.service} does not embed with {use.model} now ({error.condition}, {error.detail}). "
        "Until it does, bots read no documents and search by words alone: "
        f"check {settings.get(error.condition, use.url_setting)}."
    )
