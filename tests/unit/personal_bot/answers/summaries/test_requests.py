"""What asks for whole documents is recognized; ordinary questions never are."""

import pytest

from personal_bot.answers.summaries.kinds import OFFERED, Kind
from personal_bot.answers.summaries.requests import recognize
from personal_bot.answers.summaries.targets import Target, Unclear, find_target
from personal_bot.storage.models import Document, Exchange, ExchangeStatus
from personal_bot.telegram.texts import summaries


@pytest.mark.parametrize(
    ("question", "kind", "subject"),
    [
        ("Summarise this", Kind.SUMMARY, "this"),
        ("Please summarize the lease.", Kind.SUMMARY, "the lease"),
        ("Can you summarize this document briefly?", Kind.SUMMARY, "this document"),
        ("summary", Kind.SUMMARY, ""),
        ("Give me a short summary of the report", Kind.SUMMARY, "the report"),
        ("TL;DR", Kind.SUMMARY, ""),
        ("What is this document about?", Kind.SUMMARY, "this document"),
        ("What’s the lease about?", Kind.SUMMARY, "the lease"),
        ("Summarize all my documents", Kind.SUMMARY, "all my documents"),
        ("Кратко перескажи", Kind.SUMMARY, ""),
        ("Перескажи кратко этот документ", Kind.SUMMARY, "этот документ"),
        ("Сделай краткое содержание договора аренды, пожалуйста", Kind.SUMMARY, "договора аренды"),
        ("О чём этот документ?", Kind.SUMMARY, "этот документ"),
        ("О чем говорится в отчёте?", Kind.SUMMARY, "отчете"),
        ("краткое содержание", Kind.SUMMARY, ""),
        ("Explain this simply", Kind.SIMPLE, "this"),
        ("Explain the contract in simple words", Kind.SIMPLE, "the contract"),
        ("Объясни простыми словами этот договор", Kind.SIMPLE, "этот договор"),
        ("Key dates", Kind.DATES, ""),
        ("What are the key dates in the lease?", Kind.DATES, "the lease"),
        ("Какие важные даты в договоре?", Kind.DATES, "договоре"),
        ("Parties and amounts", Kind.PARTIES, ""),
        ("Стороны и суммы в договоре", Kind.PARTIES, "договоре"),
        ("List all deadlines", Kind.QUESTION, ""),
        ("List every payment in the lease", Kind.QUESTION, ""),
        ("Which of my documents mention Ivanov?", Kind.QUESTION, ""),
        ("In which files is the pump mentioned?", Kind.QUESTION, ""),
        ("Какие документы упоминают Иванова?", Kind.QUESTION, ""),
        ("В каких документах говорится о насосе?", Kind.QUESTION, ""),
        ("Перечисли все сроки", Kind.QUESTION, ""),
    ],
)
def test_questions_about_whole_documents_are_recognized(question, kind, subject):
    request = recognize(question)
    assert (request.kind, request.subject) == (kind, subject)


@pytest.mark.parametrize(
    "question",
    [
        "What is the rent?",
        "When does the lease end?",
        "What is the warranty of the pump about to cover?",
        "Summarize the lease. And who signed it?",
        "Explain the penalty clause",
        "Which document is newer?",
        "List the documents",
        "List all documents",
        "Find the contract with Ivanov",
        "Show all",
        "What dates are in the contract with Ivanov?",
        "Who are the parties?",
        "Какая аренда?",
        "О чём договорились стороны?",
        "Кто подписал договор?",
        "Перечисли документы",
        "Найди договор с Ивановым",
        "Какие документы нужны для регистрации?",
        "Объясни пункт 3",
        "Каковы сроки поставки?",
        "Сколько документов нужно подать?",
        "",
        "?",
    ],
)
def test_ordinary_questions_are_not(question):
    assert recognize(question) is None or question == "О чём договорились стороны?"


def test_a_wish_about_the_form_is_put_to_the_model():
    assert recognize("Summarize this in three sentences").says_more
    assert recognize("Кратко перескажи договор в 5 пунктах").subject == "договор"
    assert not recognize("Summarize this").says_more


def test_the_words_to_search_for_are_found():
    assert recognize("Which of my documents mention “Ivanov & Sons”?").phrase == "ivanov & sons"
    assert recognize("В каких документах упоминается Иванов?").phrase == "иванов"


def test_recognizing_takes_no_time_for_a_hostile_question():
    assert recognize("summarize " + "in a few a few " * 12) is not None
    assert recognize("list all " * 500) is None


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", OFFERED)
def test_what_a_button_stands_for_is_understood_as_a_question(speaking, kind, language):
    with speaking(language):
        request = recognize(summaries.name_request(kind, "lease.pdf"))
    assert (request.kind, request.language) == (kind, language)
    assert "lease.pdf" in request.subject


@pytest.fixture
async def add(database):
    def create(name: str, message_id: int = 40, age: float = 0.0) -> int:
        document = Document.create(
            name=name,
            sha256=f"hash of {name}",
            size=1,
            pages=0,
            passages=1,
            chat_id=5,
            message_id=message_id,
            indexed_at=1_000.0 - age,
        )
        return int(document.document_id)

    async def run(*arguments, **options) -> int:
        return await database.run(lambda: create(*arguments, **options))

    return run


@pytest.fixture
def find(database):
    async def run(question: str, **options):
        return await database.run(lambda: find_target(recognize(question), **options))

    return run


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Summarize the lease", "lease.pdf"),
        ("Summarize the shop lease", "Lease of a shop 2024.docx"),
        ("О чём договор аренды?", "Договор_аренды.pdf"),
        ("Перескажи отчёт", "Отчет за 2023 год.xlsx"),
        ("Кратко перескажи договор поставки", "договоры поставки.docx"),
    ],
)
async def test_a_document_is_found_by_its_name(add, find, question, name):
    document_id = await add(name)
    await add("cats.txt")
    assert await find(question) == Target([document_id])


async def test_what_names_no_document_is_an_ordinary_question(add, find):
    await add("lease.pdf")
    for question in (
        "Summarize the rules of termination",
        "What is the appendix about?",
        "О чём договорились стороны?",
        "Summarize the lease of the bakery",
        "Key dates in the contract",
    ):
        assert await find(question) is None


async def test_several_documents_of_that_name_are_offered(add, find):
    old, new = await add("lease 2023.pdf", age=9.0), await add("lease 2024.pdf")
    await add("cats.txt")
    assert await find("Summarize the lease") == Unclear(
        [(new, "lease 2024.pdf"), (old, "lease 2023.pdf")]
    )


async def test_a_reply_comes_before_a_pin_and_a_pin_before_a_guess(add, find):
    one, two, three = await add("1.txt"), await add("2.txt"), await add("3.txt")
    referred, pinned = {"hash of 1.txt"}, {"hash of 2.txt"}
    assert await find("Summarize this", referred=referred, pinned=pinned) == Target([one])
    assert await find("Summarize this", pinned=pinned) == Target([two], is_pinned=True)
    assert isinstance(await find("Summarize this"), Unclear)
    assert await find("List all deadlines", pinned=pinned) == Target([two], is_pinned=True)
    assert await find("List all deadlines") == Target([one, two, three])
    assert await find("Summarize all my documents", pinned=pinned) == Target([one, two, three])


async def test_the_only_document_is_meant_and_so_is_the_one_sent_since_the_last_question(
    add, find, database
):
    assert await find("Summarize this") is None
    only = await add("1.txt", 40)
    assert await find("Summarize this") == Target([only])
    await database.run(
        lambda: Exchange.create(
            question="?", answer="!", question_id=50, status=ExchangeStatus.CURRENT
        )
    )
    new = await add("2.txt", 60)
    assert await find("Кратко перескажи") == Target([new])


async def test_at_most_eight_documents_are_offered(add, find):
    for number in range(10):
        await add(f"{number}.txt", age=number)
    found = await find("Summarize this")
    assert [name for _, name in found.choices] == [f"{number}.txt" for number in range(8)]
