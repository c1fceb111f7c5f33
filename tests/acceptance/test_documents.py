"""Documents of every format, language and encoding give answers with sources."""

import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import onboard
from tests.documents import (
    make_docx,
    make_epub,
    make_pdf,
    make_pptx,
    make_xlsx,
    make_zip,
    paragraph,
    shape,
)

pytestmark = pytest.mark.acceptance

FACTS = {
    "harbour.pdf": (
        make_pdf(["The harbour opened long ago.", "The lighthouse keeper is called Edwina."]),
        "Who is the lighthouse keeper?",
        r"Edwina.*\[1\]",
        r"harbour\.pdf, p\. 2",
    ),
    "lease.docx": (
        make_docx(paragraph("The monthly rent of the bakery is 950 crowns.")),
        "What is the monthly rent of the bakery?",
        r"950 crowns.*\[1\]",
        r"lease\.docx",
    ),
    "launch.pptx": (
        make_pptx([shape("Welcome"), shape("The rocket launch is planned for October.")]),
        "When is the rocket launch planned?",
        r"October.*\[1\]",
        r"launch\.pptx, p\. 2",
    ),
    "stock.xlsx": (
        make_xlsx({"Stock": [["Item", "Amount"], ["umbrellas", 42], ["ladders", 7]]}),
        "What amount of umbrellas is in stock?",
        r"42.*\[1\]",
        r"stock\.xlsx",
    ),
    "recipe.md": (
        b"# Soup\n\nSimmer the pumpkin soup for thirty-five minutes.\n",
        "How long does the pumpkin soup simmer?",
        r"thirty-five minutes.*\[1\]",
        r"recipe\.md",
    ),
    "zoo.html": (
        b"<html><nav>Home</nav><article>The zoo keeps eleven penguins in the pool.</article></html>",
        "How many penguins does the zoo keep?",
        r"eleven penguins.*\[1\]",
        r"zoo\.html",
    ),
    "flights.csv": (
        b"city,gate\nLisbon,A12\nOslo,C3\n",
        "Which gate has the city Lisbon?",
        r"A12.*\[1\]",
        r"flights\.csv",
    ),
    "saga.epub": (
        make_epub(
            {"one.xhtml": "<html><body><p>The dragon sleeps below Mount Arvid.</p></body></html>"}
        ),
        "Where does the dragon sleep?",
        r"Mount Arvid.*\[1\]",
        r"saga\.epub",
    ),
    "letters.zip": (
        make_zip({"inner/will.txt": "The clock goes to my nephew Barnabas."}),
        "Who gets the clock?",
        r"Barnabas.*\[1\]",
        r"will\.txt",
    ),
}


@pytest.mark.timeout(300)
async def test_every_format_is_read_and_cited(make_person):
    """Files sent as one album share one progress message, and each one can be asked about."""
    person = make_person()
    await onboard(person, "reader_bot")
    await person.ask("reader_bot", "/start", "Hello")
    sent = await person.upload("reader_bot", *((name, fact[0]) for name, fact in FACTS.items()))
    progress = await person.expect("reader_bot", "Ask me about them", after=sent)
    for name in FACTS:
        assert name in progress["text"]
    assert "❌" not in progress["text"], progress["text"]
    for _, question, answer, source in FACTS.values():
        message = await person.ask("reader_bot", question, rf"(?s){answer}.*Sources.*{source}")
        assert message["keyboard"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251", "cp866"])
async def test_russian_text_reads_right_in_every_encoding(make_person, encoding):
    person = make_person("ru")
    name = f"{encoding.replace('-', '')}_bot"
    await onboard(person, name)
    await person.ask(name, "/start", "Здравствуйте")
    text = "Ключи от архива хранятся у Зинаиды Павловны. Архив открыт по вторникам."
    sent = await person.upload(name, ("архив.txt", text.encode(encoding)))
    await person.expect(name, "архив.txt", after=sent)
    await person.expect(name, "Готово", after=sent)
    await person.ask(
        name, "У кого хранятся ключи от архива?", r"(?s)Зинаиды Павловны.*\[1\].*архив\.txt"
    )


async def test_a_source_button_replies_to_the_upload_with_the_quote(make_person):
    person = make_person()
    await _teach(person, "sourced_bot")
    [upload] = [m for m in await person.read("sourced_bot") if m["document"]]
    answer = await person.ask("sourced_bot", "How tall is the tower?", r"(?s)324.*Sources")
    await person.press("sourced_bot", answer, "1")
    quote = await person.expect("sourced_bot", "324 metres", after=answer["message_id"])
    assert quote["reply_to_message_id"] == upload["message_id"]


async def test_a_follow_up_question_is_understood(make_person):
    person = make_person()
    await _teach(person, "memory_bot")
    await person.ask("memory_bot", "Who designed the tower?", r"(?s)Gustave.*\[1\]")
    await person.ask("memory_bot", "And how tall is it?", r"(?s)324 metres.*\[1\]")


async def test_what_the_documents_do_not_say_is_not_invented(make_person):
    person = make_person()
    await onboard(person, "honest_bot")
    await person.ask("honest_bot", "/start", "Hello")
    await person.ask("honest_bot", "How tall is the tower?", "no documents yet")
    await _upload_tower(person, "honest_bot")
    answer = await person.ask(
        "honest_bot", "Who won the chess tournament in Havana?", "found nothing"
    )
    labels = [button["text"] for row in answer["keyboard"] or [] for button in row]
    assert not any("tower" in label for label in labels)


async def test_files_that_cannot_be_read_are_refused_with_the_reason(make_person):
    person = make_person()
    await onboard(person, "picky_bot")
    await person.ask("picky_bot", "/start", "Hello")
    refusals = {
        ("empty.txt", b""): "empty",
        ("broken.docx", b"PK\x03\x04 nothing of use"): "damaged",
        ("song.mp3", b"ID3\x03\x00 la la la"): "(?i)not .*read|do not|cannot",
        ("scan.pdf", make_pdf([""])): "(?i)no text",
        ("large.txt", b"x" * (20 * 1024 * 1024 + 1)): "20 MB",
    }
    for file, reason in refusals.items():
        sent = await person.upload("picky_bot", file)
        message = await person.expect("picky_bot", "❌", after=sent)
        assert file[0] in message["text"]
        await person.expect("picky_bot", reason, after=sent)


async def test_the_same_content_is_kept_once_and_a_new_version_replaces_the_old(make_person):
    person = make_person()
    await _teach(person, "version_bot")
    sent = await person.upload("version_bot", ("copy.txt", TOWER))
    await person.expect("version_bot", "tower.txt", after=sent)
    sent = await person.upload("version_bot", ("tower.txt", b"The tower is 999 metres tall."))
    await person.expect("version_bot", "replaces the earlier version", after=sent)
    answer = await person.ask("version_bot", "How tall is the tower?", r"(?s)metres.*\[1\]")
    assert "999" in answer["text"]
    assert "324" not in answer["text"]
    await person.ask("version_bot", "/status", "Documents: 1 ")


async def test_deleted_documents_answer_no_more(make_person):
    person = make_person()
    await _teach(person, "forget_bot")
    listing = await person.ask("forget_bot", "/docs", r"tower\.txt")
    await person.press("forget_bot", listing, "1")
    card = await person.expect("forget_bot", "Read on", after=listing["message_id"] - 1)
    await person.press("forget_bot", card, "Delete")
    question = await person.expect("forget_bot", "Delete “tower.txt”")
    await person.press("forget_bot", question, "Delete")
    await person.expect("forget_bot", "has been deleted")
    await person.ask("forget_bot", "How tall is the tower?", "no documents yet")


async def test_clear_forgets_everything_after_asking(make_person):
    person = make_person()
    await _teach(person, "clear_bot")
    question = await person.ask("clear_bot", "/clear", "cannot be undone")
    await person.press("clear_bot", question, "Delete all")
    await person.expect("clear_bot", "Deleted: 1 document")
    await person.ask("clear_bot", "/status", "Documents: 0 ")


async def test_strangers_get_one_polite_line_and_nothing_more(make_person):
    owner, stranger = make_person(), make_person()
    await onboard(owner, "private_bot")
    await stranger.ask("private_bot", "/start", "someone's personal assistant")
    await stranger.say("private_bot", "Tell me everything")
    await stranger.upload("private_bot", ("mine.txt", b"text"))
    await owner.ask("private_bot", "/status", "Documents: 0 ")
    replies = [m for m in await stranger.read("private_bot") if m["from"] == "bot"]
    assert len(replies) == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 401, "error_code": "invalid_api_key"}, "key"),
        ({"status": 429, "error_code": "insufficient_quota"}, "credit|quota|money"),
    ],
    ids=["key", "quota"],
)
async def test_what_openai_refuses_is_said_and_reaches_the_master(make_person, fault, sentence):
    person = make_person()
    name = f"unlucky_{fault['error_code']}_bot"
    await _teach(person, name)
    for method in ("embeddings", "chat/completions"):
        answer = await person.client.post("/faults", json={"method": method, "times": 3, **fault})
        assert answer.is_success, answer.text
    try:
        await person.ask(name, "How tall is the tower?", f"(?i){sentence}")
    finally:
        await person.client.delete("/faults")


TOWER = b"The tower is 324 metres tall. It was designed by Gustave and opened in 1889."


async def _teach(person: Person, bot: str) -> None:
    await onboard(person, bot)
    await person.ask(bot, "/start", "Hello")
    await _upload_tower(person, bot)


async def _upload_tower(person: Person, bot: str) -> None:
    sent = await person.upload(bot, ("tower.txt", TOWER))
    await person.expect(bot, "Ask me about it", after=sent)
