"""Telegram Bot API client code shared by all programs: session, long polling, retries.

Importing it imports aiogram with deferred models, so each program does this first.
"""

from personal_bot.bot_api.deferred_models import import_aiogram

DEFERRED = import_aiogram()
"""Whether aiogram was imported with deferred models."""
