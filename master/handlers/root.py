"""The routers of all features, in the order in which aiogram offers them an update."""

from aiogram import Router

from master.handlers import (
    admin,
    bots,
    deletion,
    diagnostics,
    errors,
    fallback,
    general,
    language,
    onboarding,
    replacing,
)


def create_router() -> Router:
    router = Router(name="master")
    router.include_routers(
        errors.create_router(),
        general.create_router(),
        language.create_router(),
        onboarding.create_router(),
        bots.create_router(),
        diagnostics.create_router(),
        deletion.create_router(),
        replacing.create_router(),
        admin.create_router(),
        fallback.create_router(),
    )
    return router
