"""The root router: all routers, the more specific before the more general."""

from aiogram import Router
from aiogram.utils.callback_answer import CallbackAnswerMiddleware

from personal_bot.handlers import (
    answers,
    calculations,
    cards,
    errors,
    export,
    fallback,
    general,
    language,
    library,
    pins,
    questions,
    sources,
    summaries,
    uploads,
)
from personal_bot.handlers.middlewares import OpenQuestionMiddleware, RateLimitMiddleware


def create_router() -> Router:
    """Return a new root router. Each dispatcher needs its own, as a router has one parent."""
    router = Router(name="personal_bot")
    rate_limit = RateLimitMiddleware()
    router.message.middleware(rate_limit)
    router.message.middleware(OpenQuestionMiddleware())
    router.edited_message.middleware(rate_limit)
    router.callback_query.middleware(rate_limit)
    router.callback_query.middleware(CallbackAnswerMiddleware())
    router.include_routers(
        fallback.create_guard(),
        general.create_router(),
        export.create_router(),
        language.create_router(),
        library.create_router(),
        cards.create_router(),
        pins.create_router(),
        summaries.create_router(),
        uploads.create_router(),
        questions.create_router(),
        answers.create_router(),
        sources.create_router(),
        calculations.create_router(),
        fallback.create_router(),
        errors.create_router(),
    )
    return router
