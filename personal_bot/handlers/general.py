"""/start, /help, /status and /new."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from personal_bot.answers import conversations
from personal_bot.errors import StoreError
from personal_bot.jobs.context import Workbench
from personal_bot.jobs.queue import JobKind
from personal_bot.process.reports import find_condition
from personal_bot.telegram.texts import chat


def create_router() -> Router:
    router = Router(name="general")
    router.message.register(greet, Command("start"))
    router.message.register(give_help, Command("help"))
    router.message.register(show_status, Command("status"))
    router.message.register(start_conversation, Command("new"))
    return router


async def greet(message: Message, bench: Workbench) -> None:
    documents = (await bench.services.count()).documents
    text = chat.welcome_back(documents) if documents else chat.welcome()
    await bench.messenger.send(message.chat.id, text)


async def give_help(message: Message, bench: Workbench) -> None:
    await bench.messenger.send(message.chat.id, chat.give_help())


async def show_status(message: Message, bench: Workbench) -> None:
    size: int | None = None
    problem = ""
    try:
        async with bench.services.use_library() as library:
            size = (await library.count()).index_bytes
    except StoreError as error:
        condition = find_condition(error)
        problem = bench.explain(error) if condition is None else chat.show_problem(condition)
    if not problem and bench.reporter.problem is not None:
        problem = chat.show_problem(bench.reporter.problem.condition)
    status = chat.show_status(
        await bench.services.count(),
        bench.services.quotas,
        size,
        bench.settings.chat_model,
        files=await bench.queue.count(JobKind.FILE),
        questions=await bench.queue.count(JobKind.QUESTION),
    )
    await bench.messenger.send(message.chat.id, f"{status}\n\n{problem or chat.all_is_well()}")


async def start_conversation(message: Message, bench: Workbench) -> None:
    await bench.database.run(conversations.forget_exchanges)
    await bench.messenger.send(message.chat.id, chat.start_conversation())
