"""Handlers of the buttons under a growing, a waiting and a finished answer."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message, Update
from aiogram.utils.callback_answer import CallbackAnswer

from personal_bot.answers import conversations, ratings
from personal_bot.handlers.dead_buttons import refuse_tap
from personal_bot.jobs.context import Context
from personal_bot.jobs.editing import Repetition, record_repetition
from personal_bot.jobs.queue import JobKind
from personal_bot.jobs.stopping import Stop, record_stop
from personal_bot.telegram import keyboards
from personal_bot.telegram.calculation_buttons import find_offer, offer_calculation
from personal_bot.telegram.delivery import MessageGoneError
from personal_bot.telegram.keyboards import AgainButton, RatingButton, StopButton
from personal_bot.telegram.pin_buttons import offer_letting_go, offers_letting_go
from personal_bot.telegram.texts import answers


def create_router() -> Router:
    router = Router(name="answers")
    router.callback_query.register(stop, StopButton.filter())
    router.callback_query.register(ask_again, AgainButton.filter())
    router.callback_query.register(rate, RatingButton.filter())
    return router


async def stop(callback: CallbackQuery, callback_answer: CallbackAnswer, context: Context) -> None:
    """Stop an answer, which its job notices, or take back a question that is waiting."""
    shown_in = _shown_in(callback)
    stopped = await context.database.run(record_stop, shown_in)
    if stopped is None:
        await _explain_nothing_to_stop(callback, callback_answer, context)
        return
    await context.queue.announce_change()
    if stopped is Stop.WAITING:
        # Its job, whose turn is later, shows the same, in case that the process ends here.
        try:
            await context.messenger.edit(context.user_id, shown_in, answers.say_taken_back())
        except MessageGoneError:
            return


async def _explain_nothing_to_stop(
    callback: CallbackQuery, callback_answer: CallbackAnswer, context: Context
) -> None:
    exchange = await context.database.run(conversations.find_exchange, _shown_in(callback))
    if exchange is None:
        await refuse_tap(callback, callback_answer, answers.say_complete(), context)
    else:  # the message has other buttons by now, which stay
        callback_answer.text = answers.say_complete()
        callback_answer.show_alert = True


async def ask_again(
    callback: CallbackQuery, event_update: Update, callback_answer: CallbackAnswer, context: Context
) -> None:
    """Record the question behind an answer again, to be answered from a wider search."""
    earlier = await context.queue.count(JobKind.QUESTION)
    repetition = await context.database.run(
        record_repetition, event_update.update_id, context.user_id, _shown_in(callback)
    )
    match repetition:
        case Repetition.RECORDED:
            callback_answer.text = answers.confirm_repetition(earlier)
            await context.queue.announce_change()
        case Repetition.PENDING:
            callback_answer.text = answers.say_pending()
        case Repetition.UNKNOWN:
            await refuse_tap(callback, callback_answer, answers.say_question_gone(), context)


async def rate(
    callback: CallbackQuery,
    callback_data: RatingButton,
    callback_answer: CallbackAnswer,
    context: Context,
) -> None:
    """Keep what the owner thinks of an answer, or take it back if they press again."""
    shown_in = _shown_in(callback)
    rated = await context.database.run(ratings.rate, shown_in, callback_data.rating)
    if rated is None:
        await refuse_tap(callback, callback_answer, answers.say_answer_gone(), context)
        return
    callback_answer.text = answers.confirm_rating(rated.rating)
    keyboard = keyboards.show_answer(rated.sources, rated.rating)
    if isinstance(callback.message, Message):
        if (exchange_id := find_offer(callback.message.reply_markup)) is not None:
            keyboard = offer_calculation(keyboard, exchange_id)
        if offers_letting_go(callback.message.reply_markup):
            keyboard = offer_letting_go(keyboard)
        await context.messenger.show_buttons(context.user_id, shown_in, keyboard)


def _shown_in(callback: CallbackQuery) -> int:
    return callback.message.message_id if callback.message else 0
