"""Recognizes questions about whole documents, by rules: no request to the model is needed.

Precision comes before recall. A question is one about whole documents only if all of it has one of
the forms below, and what it names is a document (see `targets`): `summarize the lease` is one if
there is a lease, `summarize the rules of termination` is left to the search for passages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from personal_bot.answers.summaries.kinds import Kind

LONGEST = 200  # characters of a question that is looked at


@dataclass(frozen=True)
class Request:
    """What a question asks of whole documents.

    `subject` are the words that name the documents, as written but in lower case; it is empty if
    the question names none. `phrase` are the words that documents are to be searched for, if any.
    `language` is "en" or "ru". `says_more` is True if the question itself has to be put to the
    model, because it says more than its kind, e.g. "in three sentences".
    """

    kind: Kind
    language: str
    subject: str = ""
    phrase: str = ""
    says_more: bool = False


_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|can you|could you|would you|will you|i need you to|i want you to|"
    r"пожалуйста|привет|можешь|можете|не могли бы вы|прошу)[\s,]+)+"
)
_POLITE_END = re.compile(r"[\s,]+(?:please|for me|пожалуйста|для меня)$")
_SENTENCES = re.compile(r"[.!?;]\s")

# Parts of the forms. What says more than the kind, such as the length of a summary, is `more`.
_SUBJECT = r"(?P<subject>.+?)"
_COUNT = r"(?:a few|an?|one|two|three|four|five|six|seven|ten|\d+)"
_MORE = (
    rf"(?:,? (?P<more>(?:in|within|with|as|no more than) (?:at most |about )?(?:{_COUNT} )?"
    r"(?:(?:short|bullet|key) )?(?:sentences?|points?|bullets?|words|lines|paragraphs?|list|"
    r"english|russian|german|french|spanish)))?"
)
_COUNT_RU = r"(?:одном|двух|трех|четырех|пяти|шести|семи|десяти|нескольких|\d+)"
_MORE_RU = (
    rf"(?:,? (?P<more>(?:в|из|не более) {_COUNT_RU} (?:(?:коротких|кратких) )?"
    r"(?:предложени\w+|пункт\w+|слов\w*|абзац\w+|строк\w*|тезис\w+)|"
    r"по-английски|по-русски|на английском|на русском|по пунктам|тезисно))?"
)
_BRIEFLY = r"(?: (?:briefly|shortly|in short|in brief|quickly))?"
_BRIEFLY_RU = r"(?:кратко|коротко|вкратце|сжато|быстро|мне|нам)"
_GIVE = r"(?:(?:give|make|write|show|prepare|create|send|tell)(?: me| us)? |i (?:need|want) )?"
_GIVE_RU = (
    r"(?:(?:дай|сделай|напиши|составь|покажи|подготовь|пришли|выпиши|найди)(?:те)? "
    r"(?:(?:мне|нам) )?)?"
)
_LIST = rf"(?:what are |who are |list |extract |find |{_GIVE})(?:all )?(?:the )?"
_LIST_RU = rf"(?:какие (?:есть |тут )?|(?:перечисли|назови)(?:те)? |{_GIVE_RU})(?:все )?"
_IN = rf"(?: (?:in|of|from|for) {_SUBJECT})?"
_IN_RU = rf"(?: (?:(?:указаны |есть )?(?:в|во|из|по) )?{_SUBJECT})?"
_SUMMARY = r"(?:summary|overview|synopsis|recap|tl;?dr|gist|digest)"
_SUMMARY_RU = r"(?:резюме|содержание|изложение|саммари|выжимк[ау]|конспект|обзор|пересказ|суть)"
_SIMPLY = (
    r"(?:simply|in (?:simple|plain) (?:words|terms|english|language)|in layman's terms|"
    r"like i'm (?:five|5)|to a child)"
)
_SIMPLY_RU = (
    r"(?:простыми словами|простым языком|попроще|просто|по-простому|понятно|понятным языком|"
    r"на пальцах|как ребенку)"
)
_EXPLAIN_RU = r"(?:объясни|поясни|расскажи)(?:те)?(?: мне)?"
_DOCUMENTS = r"(?:documents|files|papers)"
_DOCUMENTS_RU = r"(?:документ|файл|бумаг)(?:ы|и|ов|ах|а|у|е|ам|ами)?"
_SAYS_RU = (
    r"(?:(?:упомина|содерж|встреча|назыв|говор|рассказыв|ссыла|фигуриру|касаю|перечисля)\w+|"
    r"есть|речь идет|идет речь|написано|про|о|об)(?: (?:о|об|про|на))?"
)


def _form(kind: Kind, language: str, *parts: str) -> tuple[Kind, str, re.Pattern[str]]:
    return kind, language, re.compile("".join(parts))


_FORMS: Sequence[tuple[Kind, str, re.Pattern[str]]] = (
    _form(
        Kind.SUMMARY,
        "en",
        r"(?:briefly |quickly )?(?:summari[sz]e|sum up|recap)",
        rf"(?: {_SUBJECT})?{_BRIEFLY}{_MORE}",
    ),
    _form(
        Kind.SUMMARY,
        "en",
        rf"{_GIVE}(?:an? |the )?(?:(?:short|brief|quick|concise|executive) )*{_SUMMARY}",
        rf"(?: (?:of|for|on) {_SUBJECT})?{_MORE}",
    ),
    _form(Kind.SUMMARY, "en", rf"what(?:'s| is) {_SUBJECT} about{_BRIEFLY}{_MORE}"),
    _form(
        Kind.SUMMARY,
        "ru",
        rf"(?:{_BRIEFLY_RU} )*(?:перескажи|изложи|суммируй|резюмируй|обобщи)(?:те)?",
        rf"(?: {_BRIEFLY_RU})*(?: (?:содержание|суть))?(?: {_SUBJECT})?",
        rf"(?: {_BRIEFLY_RU})*{_MORE_RU}",
    ),
    _form(
        Kind.SUMMARY,
        "ru",
        rf"{_GIVE_RU}(?:(?:кратк|коротк|сжат)\w+ )*{_SUMMARY_RU}",
        rf"(?: (?:по )?{_SUBJECT})?{_MORE_RU}",
    ),
    _form(
        Kind.SUMMARY,
        "ru",
        rf"(?:{_BRIEFLY_RU},? )?о чем (?:(?:говорится|идет речь|написано|речь) (?:в|во) |",
        rf"рассказывает |говорит )?{_SUBJECT}(?: {_BRIEFLY_RU})?{_MORE_RU}",
    ),
    _form(Kind.SIMPLE, "en", rf"explain(?: to me)?(?: {_SUBJECT})? {_SIMPLY}"),
    _form(Kind.SIMPLE, "en", rf"{_SIMPLY},? explain(?: {_SUBJECT})?"),
    _form(Kind.SIMPLE, "ru", rf"{_EXPLAIN_RU} {_SIMPLY_RU}(?:,? (?:о чем )?{_SUBJECT})?"),
    _form(Kind.SIMPLE, "ru", rf"{_EXPLAIN_RU}(?: {_SUBJECT})? {_SIMPLY_RU}"),
    _form(
        Kind.DATES,
        "en",
        rf"{_LIST}(?:key|important|main|relevant) (?:dates|deadlines)",
        rf"(?: (?:and|&) (?:dates|deadlines))?{_IN}",
    ),
    _form(
        Kind.DATES,
        "ru",
        rf"{_LIST_RU}(?:ключевые|важные|основные|главные) (?:даты|сроки)",
        rf"(?: и (?:даты|сроки))?{_IN_RU}",
    ),
    _form(Kind.PARTIES, "en", rf"{_LIST}parties (?:and|&) (?:the )?amounts{_IN}"),
    _form(Kind.PARTIES, "ru", rf"{_LIST_RU}стороны и (?:все )?суммы{_IN_RU}"),
    _form(
        Kind.QUESTION,
        "en",
        rf"(?:which|what|how many)(?: of)?(?: all)?(?: my| the| these| our)? {_DOCUMENTS}",
        r"(?: do| does| are| that)? (?:mention(?:s|ing)?|contain(?:s|ing)?|refer(?:s|ring)? to|",
        r"talk(?:s|ing)? about|speak(?:s|ing)? (?:of|about)|names?|naming|includes?|cites?|",
        r"say (?:something|anything) about|about) (?P<phrase>.+)",
    ),
    _form(
        Kind.QUESTION,
        "en",
        rf"in (?:which|what)(?: of)?(?: my| the| these)? {_DOCUMENTS}",
        r" (?:is|are|do i find|can i find|does|do) (?P<phrase>.+?)",
        r"(?: (?:mentioned|named|described|discussed|appear|occur|contained|found))?",
    ),
    _form(
        Kind.QUESTION,
        "en",
        r"(?:list|enumerate|extract|collect|find|gather)(?: me)? (?:all|every|each)(?: of)?",
        rf"(?: the)?(?: my)? (?!{_DOCUMENTS}\b).+",
    ),
    _form(
        Kind.QUESTION,
        "ru",
        r"(?:в )?(?:каки[ех]|скольк(?:о|их))(?: из)?(?: (?:все|всех))?",
        r"(?: (?:мои|моих|наших|этих))?",
        rf" {_DOCUMENTS_RU}(?:,? котор\w+)? {_SAYS_RU} (?P<phrase>.+)",
    ),
    _form(
        Kind.QUESTION,
        "ru",
        r"(?:перечисли|выпиши|собери|найди|извлеки)(?:те)?(?: мне)? (?:все|всех|кажд\w+)(?: мои)? ",
        rf"(?!{_DOCUMENTS_RU}\b).+",
    ),
)


def recognize(question: str) -> Request | None:
    """Return what a question asks of whole documents, or None if it is an ordinary question."""
    text = " ".join(question.lower().replace("ё", "е").replace("’", "'").split())
    text = text.strip(" .!?…:;,")
    text = _POLITE_END.sub("", _POLITE.sub("", text))
    if not text or len(text) > LONGEST or _SENTENCES.search(text):
        return None  # more than one sentence says more than a form can hold
    for kind, language, form in _FORMS:
        if match := form.fullmatch(text):
            found = match.groupdict()
            return Request(
                kind,
                language,
                subject=(found.get("subject") or "").strip(),
                phrase=(found.get("phrase") or "").strip(" \"'«»“”„"),
                says_more=kind is Kind.QUESTION or bool(found.get("more")),
            )
    return None
