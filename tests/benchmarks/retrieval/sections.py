"""The sections of the yearly reports, each in English and in Russian."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A section in one language; `fact` and `question` have {value}, {company} and {year}."""

    heading: str
    fact: str
    question: str
    filler: tuple[str, ...]


SECTIONS: tuple[tuple[Section, Section], ...] = (
    (
        Section(
            "Revenue",
            "Revenue reached {value} million euros.",
            "How much did {company} earn in sales in {year}?",
            (
                (
                    "Demand was stronger in the second half, when the order book filled earlier than "
                    "in any year before."
                ),
                "Prices followed those of the main raw materials with a delay of one quarter.",
                "The largest region contributed nearly half of all sales, as it has for a decade.",
                "Seasonal effects were smaller than usual because of long contracts.",
            ),
        ),
        Section(
            "Выручка",
            "Выручка достигла {value} млн евро.",
            "Сколько «{company}» заработала на продажах в {year} году?",
            (
                (
                    "Спрос был выше во втором полугодии, когда портфель заказов заполнился раньше, "
                    "чем в любой из прежних лет."
                ),
                "Цены следовали за стоимостью основного сырья с опозданием на квартал.",
                "Крупнейший регион дал почти половину всех продаж, как и все последние десять лет.",
                "Сезонные колебания были слабее обычного благодаря долгосрочным договорам.",
            ),
        ),
    ),
    (
        Section(
            "Employees",
            "At the end of the year {value} people worked for the group.",
            "What was the headcount of {company} at the end of {year}?",
            (
                "Most new colleagues joined the plants in the north, where two shifts were added.",
                "The training centre reopened after its renovation and offers evening courses.",
                "Turnover fell, which the management attributes to the new pay scale.",
                "A works council was elected in each of the larger sites.",
            ),
        ),
        Section(
            "Персонал",
            "На конец года в группе работало {value} человек.",
            "Какова была численность сотрудников «{company}» на конец {year} года?",
            (
                "Большинство новых коллег пришли на северные заводы, где добавили две смены.",
                "После ремонта вновь открылся учебный центр, где идут вечерние курсы.",
                "Текучесть кадров снизилась, что руководство связывает с новой сеткой окладов.",
                "На каждой из крупных площадок был избран совет работников.",
            ),
        ),
    ),
    (
        Section(
            "Investments",
            "Spending on property, plant and equipment came to {value} million euros.",
            "What was the capital expenditure of {company} in {year}?",
            (
                "The largest project is the new warehouse, whose roof was closed before winter.",
                "Older machines are replaced as soon as spare parts become hard to obtain.",
                "Every proposal above a threshold is reviewed by a committee of the board.",
                "Several smaller purchases were moved to the following period.",
            ),
        ),
        Section(
            "Инвестиции",
            "На здания, машины и оборудование потрачено {value} млн евро.",
            "Каковы были капитальные затраты «{company}» в {year} году?",
            (
                "Крупнейший проект — новый склад, крышу которого закрыли до зимы.",
                "Старые станки заменяют, как только запчасти становится трудно достать.",
                "Каждую заявку выше установленной суммы рассматривает комитет совета директоров.",
                "Несколько небольших покупок перенесены на следующий период.",
            ),
        ),
    ),
    (
        Section(
            "Dividends",
            "The board proposes to pay {value} cents per share.",
            "Which dividend did {company} propose for {year}?",
            (
                "The policy is to distribute about a third of the profit over the cycle.",
                "Shareholders may choose new shares instead of cash until the end of May.",
                "No share was bought back, and the number of shares did not change.",
                "The general meeting will vote in the first week of June.",
            ),
        ),
        Section(
            "Дивиденды",
            "Совет директоров предлагает выплатить {value} цента на акцию.",
            "Какой дивиденд предложила «{company}» за {year} год?",
            (
                "Политика компании — распределять за цикл около трети прибыли.",
                "До конца мая акционеры могут выбрать новые акции вместо денег.",
                "Собственные акции не выкупались, и число акций не изменилось.",
                "Общее собрание проголосует в первую неделю июня.",
            ),
        ),
    ),
    (
        Section(
            "Debt",
            "Net debt stood at {value} million euros.",
            "How much did {company} owe, net of cash, at the end of {year}?",
            (
                "Two bonds were repaid on time from the cash at hand.",
                "Most loans have fixed interest, so higher rates arrive slowly.",
                "All covenants were met with a comfortable margin in each quarter.",
                "A new credit line with four banks replaces the one that expires next spring.",
            ),
        ),
        Section(
            "Долг",
            "Чистый долг составил {value} млн евро.",
            "Сколько «{company}» была должна за вычетом денежных средств на конец {year} года?",
            (
                "Два выпуска облигаций погашены в срок из имевшихся средств.",
                "У большинства кредитов ставка твёрдая, поэтому рост ставок сказывается медленно.",
                "Все условия кредиторов выполнялись в каждом квартале с большим запасом.",
                "Новая кредитная линия четырёх банков сменит ту, что истекает следующей весной.",
            ),
        ),
    ),
    (
        Section(
            "Energy",
            "Sites consumed {value} gigawatt hours of electricity.",
            "How much power did {company} use in {year}?",
            (
                "Heat from the furnaces now warms the offices and a nearby school.",
                "Contracts with wind farms cover a growing part of the demand.",
                "Meters were installed on every line to find losses of compressed air.",
                "An audit suggested to insulate the older pipes first.",
            ),
        ),
        Section(
            "Энергия",
            "Площадки израсходовали {value} гигаватт-часов электричества.",
            "Сколько электроэнергии потребила «{company}» в {year} году?",
            (
                "Тепло печей теперь обогревает конторы и соседнюю школу.",
                "Договоры с ветропарками покрывают растущую часть потребности.",
                "На каждой линии поставили счётчики, чтобы искать утечки сжатого воздуха.",
                "Аудит посоветовал сначала утеплить старые трубы.",
            ),
        ),
    ),
    (
        Section(
            "Safety",
            "There were {value} accidents with lost days.",
            "How many work injuries did {company} report for {year}?",
            (
                "Walkways and lanes of fork-lift trucks were separated by barriers.",
                "Each shift begins with five minutes about one hazard.",
                "Contractors follow the same rules and are counted in the same way.",
                "Near misses are reported by telephone, without a name if people prefer.",
            ),
        ),
        Section(
            "Охрана труда",
            "Произошло {value} несчастных случаев с потерей рабочих дней.",
            "О скольких производственных травмах сообщила «{company}» за {year} год?",
            (
                "Пешеходные дорожки и проезды погрузчиков разделили барьерами.",
                "Каждая смена начинается с пяти минут об одной опасности.",
                "Подрядчики следуют тем же правилам и учитываются так же.",
                "Об опасных случаях сообщают по телефону, при желании не называя себя.",
            ),
        ),
    ),
    (
        Section(
            "Research",
            "The laboratories cost {value} million euros.",
            "What did {company} spend on research and development in {year}?",
            (
                "Eleven patents were granted, most of them for packaging and coatings.",
                "A pilot plant tests recipes with less water before they reach production.",
                "Doctoral students from two universities work in the teams for three years.",
                "Projects without a customer after four years are closed.",
            ),
        ),
        Section(
            "Исследования",
            "Лаборатории обошлись в {value} млн евро.",
            "Сколько «{company}» потратила на исследования и разработки в {year} году?",
            (
                "Получено одиннадцать патентов, большей частью на упаковку и покрытия.",
                "Опытная установка проверяет рецептуры с меньшим расходом воды до производства.",
                "Аспиранты двух университетов по три года работают в группах.",
                "Проекты, не нашедшие заказчика за четыре года, закрывают.",
            ),
        ),
    ),
)
