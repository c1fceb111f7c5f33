"""The text for each refusal of a model: whose turn it is, and whether trying again can help."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.errors import EmbeddingUnusableError, ModelRefusedError, Remedy
from personal_bot.contract import ServiceCondition, is_openai


def explain_refusal(error: ModelRefusedError) -> str:
    """Return what the user who sent the key can do."""
    if error.remedy is Remedy.OPERATOR:
        return _for_operator(error) + " " + _only_operator()
    openai = is_openai(error.use.base_url)
    text = (_openai_sentences() if openai else _sentences())[error.condition]
    return _fill(text, error)


def refusal_for_operators(error: ModelRefusedError) -> str:
    """Return the notice for operators: what to set, and how it takes effect."""
    return _(
        "⚙️ <b>A user's key could not be checked</b>\n\n{fact}\n\nChange the settings, then restart "
        "with deploy/down and deploy/up. Users need not send their keys again."
    ).format(fact=_for_operator(error))


def _openai_sentences() -> dict[ServiceCondition, str]:
    return _sentences() | {
        ServiceCondition.KEY_INVALID: _(
            "❌ OpenAI does not recognize this key: it was deleted, or a character is missing. "
            "Create a new one at platform.openai.com/api-keys and send it to me."
        ),
        ServiceCondition.FORBIDDEN: _(
            "❌ OpenAI recognizes the key but does not allow it to use <code>{model}</code>. "
            "Create a key with all permissions at platform.openai.com/api-keys and send it to me."
        ),
        ServiceCondition.NO_MONEY: _(
            "❌ The key is valid, but its OpenAI account is out of credit. Top it up at "
            "platform.openai.com/settings/organization/billing, wait a few minutes, then press "
            "“Try again”."
        ),
    }


def _sentences() -> dict[ServiceCondition, str]:
    return {
        ServiceCondition.KEY_INVALID: _(
            "❌ {service} does not recognize this key: it was deleted, or a character is missing. "
            "Create a new one there and send it to me."
        ),
        ServiceCondition.FORBIDDEN: _(
            "❌ {service} recognizes the key but does not allow it to use <code>{model}</code>. "
            "Create a key with all permissions there and send it to me."
        ),
        ServiceCondition.NO_MONEY: _(
            "❌ The key is valid, but its account at {service} is out of credit. Top it up there, "
            "wait a few minutes, then press “Try again”."
        ),
        ServiceCondition.RATE_LIMIT: _(
            "😔 {service} accepts no more requests from this account for the moment, so I could "
            "not check the key. I have kept it, encrypted; please press “Try again” in a minute."
        ),
        ServiceCondition.OVERLOADED: _(
            "😔 {service} is overloaded right now, so I could not check the key. I have kept it, "
            "encrypted; please press “Try again” in a few minutes."
        ),
        ServiceCondition.UNREACHABLE: _(
            "😔 {service} is not responding or is returning errors, so I could not check the key. "
            "I have kept it, encrypted; please press “Try again” in a minute."
        ),
    }


def _only_operator() -> str:
    return _(
        "Only the operator of this server can change that; please tell them. I have kept your key, "
        "encrypted: press “Try again” once they have."
    )


def _for_operator(error: ModelRefusedError) -> str:
    if isinstance(error, EmbeddingUnusableError):
        return _fill(_unusable(error), error)
    owners, operators = _settings_sentences(), _operators_key_sentences()
    sentences = owners if error.use.key_setting is None else owners | operators
    if error.use.dim is not None:
        sentences |= _embedding_sentences()
    return _fill(sentences.get(error.condition, sentences[ServiceCondition.REJECTED]), error)


def _unusable(error: EmbeddingUnusableError) -> str:
    if error.length is None:
        return _(
            "❌ The embeddings of <code>{model}</code> at {service} are not made of numbers, so "
            "nothing could be searched. Another model has to be set: EMBEDDING_MODEL and "
            "EMBEDDING_DIM."
        )
    return _(
        "❌ An embedding of <code>{model}</code> at {service} has {length} numbers, but this "
        "server is set to {dim}. EMBEDDING_DIM has to be {length}, or EMBEDDING_MODEL another "
        "model."
    )


def _settings_sentences() -> dict[ServiceCondition, str]:
    return {
        ServiceCondition.MODEL_UNAVAILABLE: _(
            "❌ {service} does not offer <code>{model}</code> to this key: the model is unknown, "
            "retired or not allowed. The model is set with {model_setting}."
        ),
        ServiceCondition.NOT_OFFERED: _(
            "❌ What answers at {service} is not OpenAI's API, so the address of the service is "
            "wrong. It is set with {url_setting}."
        ),
        ServiceCondition.REGION: _(
            "❌ {service} does not serve the country in which this server is. Another service can "
            "be set with {url_setting}."
        ),
        ServiceCondition.PARAMETER_REFUSED: _(
            "❌ {service} refuses a parameter that bots send to <code>{model}</code>. Another "
            "model can be set with {model_setting}."
        ),
        ServiceCondition.REJECTED: _(
            "❌ {service} refuses what bots ask of <code>{model}</code> ({detail}). The model is "
            "set with {model_setting}, the service with {url_setting}."
        ),
    }


def _embedding_sentences() -> dict[ServiceCondition, str]:
    return {
        ServiceCondition.NOT_OFFERED: _(
            "❌ {service} has no embeddings, and without them no documents can be searched. A "
            "service that has them can be set with EMBEDDING_BASE_URL, EMBEDDING_API_KEY, "
            "EMBEDDING_MODEL and EMBEDDING_DIM."
        ),
    }


def _operators_key_sentences() -> dict[ServiceCondition, str]:
    return {
        ServiceCondition.KEY_INVALID: _(
            "❌ {service}, which makes the embeddings, does not accept the key of this server. It "
            "is set with {key_setting}."
        ),
        ServiceCondition.FORBIDDEN: _(
            "❌ {service}, which makes the embeddings, does not allow the key of this server to "
            "use <code>{model}</code>. The key is set with {key_setting}."
        ),
        ServiceCondition.NO_MONEY: _(
            "❌ The account of this server at {service}, which makes the embeddings, is out of "
            "credit. Its key is set with {key_setting}."
        ),
        ServiceCondition.MODEL_UNAVAILABLE: _(
            "❌ {service} does not offer <code>{model}</code>: the model is unknown, retired or "
            "not allowed. The model is set with {model_setting}."
        ),
    }


def _fill(text: str, error: ModelRefusedError) -> str:
    use = error.use
    return text.format(
        service=html.quote(use.service),
        model=html.quote(use.model),
        model_setting=use.model_setting,
        url_setting=use.url_setting,
        key_setting=use.key_setting,
        detail=html.quote(error.detail),
        dim=use.dim,
        length=getattr(error, "length", None),
    )
