"""The handler of the button that shows how an answer was calculated."""

from aiogram import Router
from aiogram.types import CallbackQuery
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.answers.calculations import find_calculations
from personal_bot.answers.conversations import record_message
from personal_bot.handlers.dead_buttons import refuse_tap
from personal_bot.jobs.context import Context
from personal_bot.telegram.calculation_buttons import CalculationButton
from personal_bot.telegram.markup import split
from personal_bot.telegram.texts import calculations as texts


def create_router() -> Router:
    router = Router(name="calculations")
    router.callback_query.register(show_calculation, CalculationButton.filter())
    return router


async def show_calculation(
    callback: CallbackQuery,
    callback_data: CalculationButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Show the calculations of an answer in a reply to it."""
    exchange_id = callback_data.exchange_id
    calculations = await context.database.run(find_calculations, exchange_id)
    if not calculations:
        await refuse_tap(callback, callback_answer, texts.say_calculation_gone(), context)
        return
    answer_id = callback.message.message_id if callback.message else None
    for part in split(texts.show_calculations(calculations)):
        message_id = await context.messenger.send(callback.from_user.id, part, reply_to=answer_id)
        await context.database.run(record_message, exchange_id, message_id, None)
