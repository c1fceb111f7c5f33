"""The list of documents, shown in the chat."""

from personal_bot.jobs.context import Context
from personal_bot.telegram import keyboards
from personal_bot.telegram.open_buttons import Place
from personal_bot.telegram.texts import documents as texts

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
    text = texts.list_documents(cards, first, total)
    message_id = await context.messenger.edit_or_send(
        chat_id,
        shown_in,
        f"{notice}\n\n{text}" if notice else text,
        keyboards.list_documents(cards, first, page, pages),
    )
    await context.open_buttons.forget(Place.QUESTION, message_id)
    await context.open_buttons.move(Place.LIST, message_id)
