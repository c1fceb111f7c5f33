"""Handlers of everything that is neither a command nor a question nor a file."""

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.jobs.context import Context
from personal_bot.telegram.recent_keys import RecentKeys
from personal_bot.telegram.texts import chat

# What a person can send, as opposed to Telegram's service messages.
SENT_BY_HAND = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)


def create_guard() -> Router:
    """Return the router that precedes all others and refuses commands not typed by the owner."""
    router = Router(name="guard")
    foreign = F.forward_origin | F.via_bot
    router.message.register(refuse_foreign_command, foreign, F.text.startswith("/"))
    return router


def create_router() -> Router:
    """Return the router that follows all others."""
    router = Router(name="others")
    albums = RecentKeys()

    async def refuse_kind(message: Message, context: Context) -> None:
        """Explain what the bot can read, once per album."""
        if albums.add(message.media_group_id or ("message", message.message_id)):
            await context.messenger.send(
                message.chat.id, chat.refuse_kind(), reply_to=message.message_id
            )

    router.message.register(refuse_unknown_command, F.text.startswith("/"))
    router.message.register(refuse_kind, F.content_type.in_(SENT_BY_HAND))
    router.callback_query.register(refuse_button)
    return router


async def refuse_foreign_command(message: Message, context: Context) -> None:
    await context.messenger.send(message.chat.id, chat.refuse_foreign_command())


async def refuse_button(_callback: CallbackQuery, callback_answer: CallbackAnswer) -> None:
    """Answer a button from another version of the bot, or forged callback data."""
    callback_answer.text = chat.refuse_button()
    callback_answer.show_alert = True


async def refuse_unknown_command(message: Message, context: Context) -> None:
    await context.messenger.send(message.chat.id, chat.refuse_unknown_command())
