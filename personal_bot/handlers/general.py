"""Handlers of /start, /help, /status and /new, and of commands meant for the master."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from personal_bot.answers import conversations
from personal_bot.contract.service_names import is_this_machine, name_service
from personal_bot.documents.pins import list_pins
from personal_bot.errors import StoreError
from personal_bot.jobs.context import Context
from personal_bot.jobs.queue import JobKind
from personal_bot.process.reports import find_condition
from personal_bot.telegram import keyboards
from personal_bot.telegram.texts import chat


def create_router() -> Router:
    router = Router(name="general")
    router.message.register(greet, Command("start"))
    router.message.register(give_help, Command("help"))
    router.message.register(show_status, Command("status"))
    router.message.register(start_conversation, Command("new"))
    router.message.register(point_to_master, Command(*chat.MasterCommand))
    return router


async def greet(message: Message, context: Context) -> None:
    documents = (await context.services.count()).documents
    text = chat.welcome_back(documents) if documents else chat.welcome(*_name_services(context))
    await context.messenger.send(message.chat.id, text)


async def give_help(message: Message, context: Context) -> None:
    await context.messenger.send(message.chat.id, chat.give_help(*_name_services(context)))


async def show_status(message: Message, context: Context) -> None:
    size: int | None = None
    problem = ""
    try:
        async with context.services.use_library() as library:
            size = (await library.count()).index_bytes
    except StoreError as error:
        condition = find_condition(error)
        problem = context.explain(error) if condition is None else chat.show_problem(condition)
    if not problem and context.reporter.problem is not None:
        problem = chat.show_problem(context.reporter.problem.condition)
    status = chat.show_status(
        await context.services.count(),
        context.services.quotas,
        size,
        context.settings.chat_model,
        files=await context.queue.count(JobKind.FILE),
        questions=await context.queue.count(JobKind.QUESTION),
        pinned=[pin.name for pin in await context.database.run(list_pins)],
    )
    await context.messenger.send(message.chat.id, f"{status}\n\n{problem or chat.all_is_well()}")


async def start_conversation(message: Message, context: Context) -> None:
    await context.database.run(conversations.start_conversation)
    await context.messenger.send(message.chat.id, chat.start_conversation())


async def point_to_master(message: Message, command: CommandObject, context: Context) -> None:
    """Answer a command that people mean for the master."""
    master = context.settings.master_username
    text = chat.point_to_master(chat.MasterCommand(command.command), master)
    await context.messenger.send(message.chat.id, text, keyboards.open_master(master))


def _name_services(context: Context) -> tuple[str, str | None]:
    """Return the names of the services for answers and for embeddings, as `chat.welcome` wants."""
    chat_url = context.settings.openai_base_url
    embedding_url = context.settings.embedding_base_url or chat_url
    is_here = embedding_url != chat_url and is_this_machine(embedding_url)
    return name_service(chat_url), None if is_here else name_service(embedding_url)
