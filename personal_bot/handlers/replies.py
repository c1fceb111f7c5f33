"""What a message replies to, as it is recorded with a question."""

from aiogram.types import Message

from personal_bot.answers.references import RepliedMessage
from personal_bot.contract import holds_secret
from personal_bot.documents.converters.normalization import normalize_name
from personal_bot.telegram.keyboards import DeleteButton


def read_replied(message: Message) -> RepliedMessage | None:
    """Return what a question, or a file with a question as caption, replies to."""
    quote = message.quote.text if message.quote else ""
    replied = message.reply_to_message
    if replied is None:  # or the message is in another chat, and only its quote is known
        return RepliedMessage(None, from_owner=True, quote=quote) if quote else None
    text = replied.text or replied.caption or ""
    is_secret = holds_secret(text)  # one that could not be deleted from the chat
    return RepliedMessage(
        replied.message_id,
        from_owner=replied.from_user is not None and not replied.from_user.is_bot,
        text="" if is_secret else text,
        quote="" if is_secret else quote,
        file_name=normalize_name(replied.document.file_name or "") if replied.document else "",
        document_id=_find_document_id(replied),
        captioned_id=message.message_id if message.document else None,
    )


def _find_document_id(message: Message) -> int | None:
    """Return the document whose card a message shows: it has a button that deletes it."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else []
    for button in (button for row in keyboard for button in row):
        try:
            return DeleteButton.unpack(button.callback_data or "").document_id
        except (TypeError, ValueError):
            continue
    return None
