"""The list of documents and their cards, shown in the chat."""

from personal_bot.answers import references
from personal_bot.documents import pins
from personal_bot.documents.records import DocumentCard
from personal_bot.jobs.context import Context
from personal_bot.telegram import keyboards
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.pin_buttons import offer_letting_go_in_list, offer_pinning
from personal_bot.telegram.summary_buttons import offer_readings
from personal_bot.telegram.texts import documents as texts
from personal_bot.telegram.texts import pins as pin_texts
from personal_bot.telegram.texts import reports

PAGE = 8  # documents per page


async def show_list(
    context: Context, chat_id: int, shown_in: int | None, page: int, notice: str = ""
) -> None:
    """Show a page, or the last one if there are fewer, in a message or a new one.

    `notice` is HTML above the list. Raises TelegramForbiddenError.
    """
    total = (await context.services.count()).documents
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 0), pages - 1)
    async with context.services.use_library() as library:
        cards = await library.list(page * PAGE, PAGE)
    first = page * PAGE + 1
    pinned = await context.database.run(pins.list_pins)
    text = texts.list_documents(cards, first, total, frozenset(pin.document_id for pin in pinned))
    keyboard = keyboards.list_documents(cards, first, page, pages)
    if pinned:
        text = f"{pin_texts.show_pins([pin.name for pin in pinned])}\n\n{text}"
        keyboard = offer_letting_go_in_list(keyboard, page)
    message_id = await context.messenger.edit_or_send(
        chat_id, shown_in, f"{notice}\n\n{text}" if notice else text, keyboard
    )
    await context.database.run(references.forget_card, message_id)
    await context.open_buttons.forget(Place.QUESTION, message_id)
    await context.open_buttons.move(Place.LIST, message_id)


async def show_card(
    context: Context, chat_id: int, shown_in: int | None, card: DocumentCard, page: int
) -> None:
    """Show what was read of a document, in a message or a new one; raises TelegramForbiddenError.

    The message is noted, so that a reply to it is about the document even without its buttons.
    """
    pinned = {pin.document_id for pin in await context.database.run(pins.list_pins)}
    is_pinned = card.document_id in pinned
    text = reports.show_card(card)
    keyboard = offer_pinning(keyboards.show_card(card, page), card, page, is_pinned=is_pinned)
    message_id = await context.messenger.edit_or_send(
        chat_id,
        shown_in,
        pin_texts.mark_card(text) if is_pinned else text,
        offer_readings(keyboard, card),
    )
    await context.database.run(references.record_card, message_id, card.document_id)
