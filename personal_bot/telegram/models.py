"""The models of the Bot API that bots use.

The fork server builds them before the first fork, so that bots share them: 10 MB.
"""

from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageReplyMarkup,
    EditMessageText,
    ForwardMessage,
    GetFile,
    GetUpdates,
    SendChatAction,
    SendDocument,
    SendMessage,
    SetMyCommands,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    Update,
)
from pydantic import BaseModel

MODELS: tuple[type[BaseModel], ...] = (
    MessageEntity,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    BotCommand,
    BotCommandScopeChat,
    LinkPreviewOptions,
    ReplyParameters,
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageReplyMarkup,
    EditMessageText,
    ForwardMessage,
    GetFile,
    GetUpdates,
    SendChatAction,
    SendDocument,
    SendMessage,
    SetMyCommands,
)


def build_models() -> None:
    """Build all of them, unless aiogram was imported with built models."""
    for model in MODELS:
        model.model_rebuild()
