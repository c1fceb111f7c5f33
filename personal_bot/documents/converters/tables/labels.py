"""Tells by words what a text of a table may be: a name of columns or fields, a total, a note.

The words are Russian and English. They are one vote among others, never the only evidence against
values that differ.
"""

import re
from functools import lru_cache
from typing import Final

from personal_bot.documents.converters.tables.shapes import is_period

LABEL_CHARS: Final = 100  # a longer text is a sentence, not a name
_LABEL_WORDS: Final = 6
# Words that name a column or a field far more often than they are a value.
_WORDS: Final = """
account address age amount answer area article author authority balance bank bic birth birthday
bonus branch brand budget building buyer by capital car category cause charge city class client
code color colour column comment comments company condition conditions contact contacts contract
contractor cost costs count country course currency customer date day days deadline debt
definition department deposit depth description destination discount district document due
duration email employee employer end expenses expiry fact fax fee field fine floor frequency
gender goods grade group height hours id income inn insurance interest invoice issued item items
job kind landlord language length lessee lessor level license limit link location maker manager
manufacturer mark material method mobile model month monthly name names nomination note notes
number object occupation office order organisation organization origin owner paid parameter
party passport patient pay payer payment penalty percent percentage period person phone phones
place plan population position postcode power premises premium price priority product profession
profit project property provider purpose qty quality quantity quarter question rank rate rating
reason recipient reference region registration remarks rent report responsible result revenue
role room salary sales schedule score section seller sender series service sex share shift
signatory signature signed site size sku source specialty staff start state status street
subject sum supplier surname swift tariff task tax tel telephone temperature tenant term theme
time tin title topic total town translation turnover type unit units url user validity value vat
vendor version volume warehouse warranty week weight width word year zip zone
автор адрес адресат аренда арендатор арендодатель артикул баланс банк бик бренд бюджет валюта
вес вид владелец возраст вопрос время выдан выручка высота гарантия глубина год город госномер
гост график группа дата день длина дни договор документ документа долг должность доля доход ед
единица единицы еи задача заказ заказчик залог замечания зарплата затраты значение зона имя
индекс инн исполнитель источник итого категория квартал класс клиент код кол количество
комментарий комната компания контакт контакты контрагент корпус кпп курс лимит лицо марка
материал менеджер место месяц метод модель название назначение наименование налог население
начало ндс номер норма область обозначение оборот обоснование объект объем объём огрн оклад
окончание описание оплата определение организация основание остаток ответ ответственный отдел
отметка отчество оценка п/п параметр партия паспорт перевод период план плательщик площадь
подпись подразделение показатель покупатель пол получатель пользователь поставщик почта предмет
премия прибыль примечание примечания причина продавец продукт продукция проект производитель
процент пункт работа работник раздел размер расход расходы расчет расшифровка регион режим
результат рейтинг реквизиты роль руководитель сайт сделка серия скидка склад слово содержание
сокращение сорт сотрудник срок ставка стаж статус столица сторона страна сумма тариф телефон
телефоны тема температура термин тип товар точка улица условие условия услуга услуги участок
учреждение факт фамилия филиал фио форма характеристика цвет цель цена цех час часы число
членство ширина шифр штраф электронная этаж язык №
"""
_LABELS: Final = frozenset(_WORDS.split())
# Those that name a column of names.
_GENERAL_WORDS: Final = """
attribute characteristic description field indicator item metric parameter property value
значение наименование описание параметр показатель поле реквизит свойство характеристика
"""
_GENERAL: Final = frozenset(_GENERAL_WORDS.split())
_TOTAL: Final = re.compile(
    r"(?:под)?итог|всего|total|sub-?total|sum\b|grand total|overall|общ(?:ий|ая|ее) итог",
    re.IGNORECASE,
)
# Without names that begin like a total, such as "Total Energy".
_SUM: Final = re.compile(
    r"(?:под)?итог\w*\b|(?:всего|total|sub-?total|sum|grand total|overall|общ(?:ий|ая|ее) итог)"
    r"\s*(?:$|[:(,]|(?:за|по|на|в|for|of|in|by|per)\b)",
    re.IGNORECASE,
)
_GRAND_TOTAL: Final = re.compile(r"всего|grand|overall|общ|total overall", re.IGNORECASE)
_VALUE: Final = re.compile(
    r"(?:^|\W)(?:LLC|Ltd|Inc|GmbH|Corp|plc|JSC|LLP|ООО|АО|ОАО|ПАО|ЗАО|НАО|ИП|ТОО|ФГУП|МУП)(?:\W|$)"
    r"|[«\"“„]|[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+|[А-ЯЁA-Z][а-яёa-z]+\s+[А-ЯЁA-Z]\.",
)
_NOTE: Final = re.compile(r"\*|note|source|примечани|источник|сноска", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\s,;:()\[\]]+")
_IDENTIFIER: Final = re.compile(r"[^\W\d_]+(?:_\w+)+")


@lru_cache(maxsize=4_096)
def is_label(text: str) -> bool:
    """Tell whether the text has a word at its start or end that usually names a column or field."""
    if len(text) > LABEL_CHARS or _VALUE.search(text):
        return False
    if _IDENTIFIER.fullmatch(text):
        return True
    words = [word.strip(".").lower() for word in _WORD.findall(text)]
    if not words or len(words) > _LABEL_WORDS:
        return False
    return words[0] in _LABELS or words[-1] in _LABELS or is_period(text)


def is_general_label(text: str) -> bool:
    """Tell whether the text names a column of names or values, as "Parameter" does."""
    return text.rstrip(":").lower() in _GENERAL


def is_named_value(text: str) -> bool:
    """Tell whether the text is a name of a person or a company."""
    return bool(_VALUE.search(text))


def is_total(text: str) -> bool:
    return bool(_TOTAL.match(text))


def is_sum(text: str) -> bool:
    """Tell whether a text cannot be anything but the name of a total of other rows."""
    return bool(_SUM.match(text))


def is_grand_total(text: str) -> bool:
    return bool(_GRAND_TOTAL.match(text))


def is_note(text: str) -> bool:
    """Tell whether the only text of a row is a sentence rather than a value or a name."""
    return (
        len(text) > LABEL_CHARS
        or bool(_NOTE.match(text))
        or (text[-1] in ".!?…" and text.count(" ") >= 4)
    )
