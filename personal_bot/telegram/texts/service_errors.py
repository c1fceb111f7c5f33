"""Explains errors of OpenAI, or of the service in its place.

`{service}`, `{model}` and `{master}` are filled in by `explain`.
"""

import math
from collections.abc import Callable

from aiogram.utils.i18n import gettext as _

from personal_bot import errors
from personal_bot.contract.service_names import OPENAI
from personal_bot.telegram.texts.numbers import count_seconds


def _general(_error: errors.OpenAIError) -> str:
    return _(
        "{service} rejected this request without a reason that I know. Sending it again is "
        "unlikely to help. If it happens often, tell the operator of this server."
    )


def _key_invalid(error: errors.OpenAIError) -> str:
    if error.operators:
        return _account_of_operator()
    return _(
        "{service} no longer accepts your key. Send <code>/key</code> to {master} to replace it."
    )


def _forbidden(error: errors.OpenAIError) -> str:
    if error.operators:
        return _account_of_operator()
    if error.service == OPENAI:
        return _(
            "OpenAI rejected the request: your key lacks a permission. Check the key at "
            "platform.openai.com, or send <code>/key</code> to {master} to replace it."
        )
    return _(
        "{service} rejected the request: your key lacks a permission. Check the key there, or send "
        "<code>/key</code> to {master} to replace it."
    )


def _no_money(error: errors.OpenAIError) -> str:
    if error.operators:
        return _account_of_operator()
    if error.service == OPENAI:
        return _(
            "Your OpenAI account is out of credit. Add some at "
            "platform.openai.com/settings/organization/billing and try again, or send "
            "<code>/key</code> to {master} to replace the key."
        )
    return _(
        "Your account at {service} is out of credit. Add some there and try again, or send "
        "<code>/key</code> to {master} to replace the key."
    )


def _account_of_operator() -> str:
    return _(
        "{service}, which this server uses for your documents, refuses the operator's account: its "
        "key is wrong, or it is out of credit. Only the operator can fix that; please tell them."
    )


def _model(error: errors.OpenAIError) -> str:
    if error.service == OPENAI and not error.operators:
        return _(
            "Your OpenAI key has no access to the model {model}. Allow it in your project settings "
            "at platform.openai.com, send <code>/key</code> to {master} to replace the key, or ask "
            "the operator of this server for another model."
        )
    return _(
        "{service} does not offer the model {model}, or not with this key. The operator of this "
        "server chooses the model; please tell them."
    )


def _parameter(_error: errors.OpenAIError) -> str:
    return _(
        "The model {model} at {service} refuses a setting that I need. Only the operator of this "
        "server can fix that by choosing another model; please tell them."
    )


def _length(error: errors.EmbeddingLengthError) -> str:
    return _(
        "The model {model} at {service} gives embeddings of {found} numbers, but this server is "
        "set to {expected}. Only its operator can fix that, with EMBEDDING_DIM; please tell them."
    ).format(found=error.found, expected=error.expected, **_KEPT)


def _rate_limit(error: errors.OpenAIRateLimitError) -> str:
    if not error.retry_after:
        return _("{service} is receiving too many requests right now. Try again in a minute.")
    wait = count_seconds(math.ceil(error.retry_after))
    return _("{service} is receiving too many requests right now. Try again in {wait}.").format(
        wait=wait, **_KEPT
    )


_KEPT = {"service": "{service}", "model": "{model}", "master": "{master}"}  # for `explain`


def _say(text: Callable[[], str]) -> Callable[[errors.OpenAIError], str]:
    return lambda _error: text()


EXPLANATIONS: dict[type[BaseException], Callable[..., str]] = {
    errors.OpenAIError: _general,
    errors.OpenAIKeyInvalidError: _key_invalid,
    errors.OpenAIForbiddenError: _forbidden,
    errors.OpenAIRegionError: _say(
        lambda: _(
            "{service} is not available in the country of this server. Its operator can choose "
            "another service or place; please tell them."
        )
    ),
    errors.OpenAIModelError: _model,
    errors.OpenAIQuotaError: _no_money,
    errors.OpenAIContentError: _say(
        lambda: _(
            "{service} refuses to answer this: its content filter objects to the question or to "
            "what your documents say about it. Ask in other words, or about something else."
        )
    ),
    errors.OpenAITooLongError: _say(
        lambda: _(
            "This is more text than the model {model} reads at once. Ask a shorter question, or "
            "send /new to leave the earlier ones out."
        )
    ),
    errors.OpenAIParameterError: _parameter,
    errors.OpenAINotOfferedError: _say(
        lambda: _(
            "{service} does not offer what I need: the model {model}, or its kind of requests. "
            "Only the operator of this server can fix that; please tell them."
        )
    ),
    errors.OpenAIResponseError: _say(
        lambda: _(
            "{service} sent an answer that I cannot use. If it happens again, tell the operator of "
            "this server."
        )
    ),
    errors.EmbeddingLengthError: _length,
    errors.OpenAIRateLimitError: _rate_limit,
    errors.OpenAIUnreachableError: _say(
        lambda: _("{service} is not responding right now. Please try again in a minute.")
    ),
    errors.OpenAITimeoutError: _say(
        lambda: _("{service} took too long to answer. Please try again in a minute.")
    ),
    errors.OpenAIOverloadedError: _say(
        lambda: _("{service} is overloaded right now. Please try again in a few minutes.")
    ),
}
