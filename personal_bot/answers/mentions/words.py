"""Groups of words by which a question is found to name a document."""

from enum import Enum
from functools import cache

from personal_bot.index.sparse import list_tokens


class Group(Enum):
    """Words with the same part; those of the first ones in any inflection."""

    KIND = """
        contract agreement lease offer proposal quote quotation invoice bill receipt report
        statement summary return budget estimate plan schedule roadmap policy manual guide handbook
        instruction specification spec letter email mail memo minutes resume cv presentation deck
        slides spreadsheet list certificate license licence permit application form questionnaire
        survey paper article book thesis dissertation notes brief terms nda sow order warranty will
        deed charter bylaws constitution protocol review audit appraisal transcript syllabus tender
        catalog catalogue brochure readme changelog decision judgment ruling verdict amendment
        addendum annex appendix attachment declaration claim complaint prospectus
        договор контракт соглашение аренда оферта предложение счёт счета фактура накладная чек
        квитанция отчёт отчета справка выписка бюджет смета план график расписание политика
        регламент положение руководство инструкция методичка справочник спецификация тз техзадание
        задание учебник карта письмо писмо протокол резюме презентация таблица список списке списка
        перечень перечне прайс прейскурант каталог сертификат лицензия разрешение заявление анкета
        опрос статья книга диссертация диплом конспект лекция бриф приказ распоряжение устав
        доверенность доверенност декларация акт ведомость ведомост полис паспорт претензия жалоба
        иск завещание решение постановление приложение аудит экспертиза заключение брошюра кп
    """  # of documents; without ь, as in transliterated names, where that is another stem
    GENERIC = """
        document file pdf doc docx xls xlsx ppt pptx txt odt ods csv scan scanned copy img dsc image
        photo screenshot untitled
        документ файл скан копия фото снимок скриншот изображение
    """  # which do not tell a document from others
    QUALIFIER = """
        final draft signed new old version ver rev revision updated latest year quarter month
        january february march april may june july august september october november december
        jan feb mar apr jun jul aug sep oct nov dec ltd llc inc corp gmbh
        финал финальный итоговый черновик подписан подписанный новый старый версия редакция год
        месяц квартал январь февраль март апрель май мая мае июнь июль август сентябрь октябрь
        ноябрь декабрь ооо зао оао пао ип
    """
    SAYING = """
        say state mention require provide cover contain include specify define promise allow
        describe show tell list read stipulate set
        сказано говорится говорит указано указан указаны указана написано прописано прописан
        прописаны предусмотрено предусмотрен предусмотрены определено определен определены
        установлено установлен установлены описано описан описаны содержится упоминается оговорено
        оговорены значится стоит требует предлагается
    """  # what a document does
    TASK = """
        summarize summarise compare read open check see review translate explain analyze analyse
        сравни сравнить перескажи прочитай прочти посмотри проверь открой суммируй резюмируй обобщи
        объясни переведи изучи проанализируй
    """  # what is done with a document
    COMPARISON = """
        compare comparison difference differ versus vs both match
        сравни сравнить сравнение отличие отличается отличаются различие разница различаются оба
        обоих
    """

    DETERMINER = """
        the my our this that your his her their its said attached
        этом этой этого эту этот моем моей моего мой наш нашем нашего нашей нашу вашем данном данной
        самом
    """
    INDEFINITE = """
        a an any each every another other which what all no some one more most many several
        каком какой каких какие какая каждом каждый любом любой любых другом других другой другие
        всех все всем некоторых разных один одном
    """
    LOCATOR = """
        in from within inside under per into through to between
        в во из по согласно внутри между
    """
    TOPIC = "about regarding concerning re о об обо про насчет касательно"
    CONJUNCTION = """
        and or with than vs versus to from against
        и или с со чем от против либо
    """
    MODIFIER = """
        with for of from by between on against at
        с со на за от для между по из у к
    """  # before words that tell a document from others
    EXCEPTION = """
        except excluding besides beside without outside than not beyond
        кроме помимо не без вне исключая
    """
    WRITING = """
        write create compose prepare make
        написать напиши составить составь оформить оформи заполнить заполни подготовить подготовь
        создать создай
    """  # a new document
    AUXILIARY = "is are was were do does did can could will would should may must has have"
    QUESTION_WORD = """
        какой какая какое какие каков какова каковы какую каким какого сколько чей который которая
    """
    CONTINUATION = """
        is are was were does do did has have had there about regarding concerning that which who
        whom what when where why how and or but vs versus if please must should shall will can could
        would may not it we i you they as than to so then only also
        про о об обо насчет касательно что кто когда где сколько как ли и или а но чем можно нужно
        надо должен должна должны же то если какой какая какое какие каков есть нет г год года году
    """  # after a name that is complete
    OVER = "о об обо"  # the document is about something, or says something about it
    DATING = "for of from dated no number the and за от номер и"
    LINKING = """
        for of from with by dated no number year
        г год года году за от об о по на с со к
    """  # between words of a name


_INFLECTED = frozenset(
    {Group.KIND, Group.GENERIC, Group.QUALIFIER, Group.SAYING, Group.TASK, Group.COMPARISON}
)


def belongs(text: str, stems: frozenset[int], group: Group) -> bool:
    """Return whether a word, in lower case and without ё, belongs to a group."""
    if group in _INFLECTED:
        return not stems.isdisjoint(_list_stems(group))
    return text in _list_forms(group)


@cache
def _list_stems(group: Group) -> frozenset[int]:
    return list_tokens(group.value)


@cache
def _list_forms(group: Group) -> frozenset[str]:
    return frozenset(group.value.split())
