"""Telegram Bot API client code shared by all programs: session, long polling, retries.

Importing it imports aiogram with deferred models, so each program does this first.
"""

from personal_bot.deferred_models import import_deferred

DEFERRED = import_deferred(
    "aiogram",
    {"aiogram": "3.31."},
    # Others derive their own models from these.
    built=("CallbackData", "Request", "Response"),
)
"""Whether aiogram was imported with deferred models."""
