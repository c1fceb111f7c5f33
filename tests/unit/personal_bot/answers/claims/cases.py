"""Answers that say what their passages say; each fact that can be falsified is marked.

`{n:24}` marks a number, `{a:950 €}` an amount, `{d:3 May 2024}` a date, `{p:Ivanov}` a name and
`{q:in writing}` quoted words. What is not marked is right, but follows from the passages only by
the rules that the tests are about: sums, counts, rounding, words of the question.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    texts: tuple[str, ...]
    answers: tuple[str, ...]
    question: str = ""
    known: tuple[str, ...] = ()


ENGLISH = (
    Topic(
        (
            "RESIDENTIAL LEASE\nThis lease is made on 3 May 2024 between Margaret Holloway (the Landlord) and Daniel Okafor (the Tenant). The premises are a flat of 62.5 m2 at 14 Linden Street, Leeds. The rent is EUR 950 per month, due on the 3rd day of each month.",
            "DEPOSIT AND TERM\nThe Tenant pays a deposit of EUR 1,900 (two monthly rents). The lease runs for 24 months and ends on 30/04/2026. Either party may end it with three months' notice in writing. The key to the cellar must be returned 'without delay'.",
        ),
        (
            "The rent is {a:950 €} a month [1].",
            "The rent is {a:€950} per month, due on the {n:3rd} [1].",
            "The lease was signed on {d:May 3rd, 2024} [1] and ends on {d:30 April 2026} [2].",
            "It was made in {d:May 2024} between the landlord, {p:Margaret} {p:Holloway}, and {p:Daniel} {p:Okafor} [1].",
            "The deposit is {a:1900 EUR}, which is two monthly rents (2 × 950 €) [1][2].",
            "The lease runs for two years [2].",
            "You can end it with {n:3} months' notice {q:“in writing”} [2].",
            "The flat has {n:62.5} square metres and is in {p:Leeds} [1].",
            'The lease says that the key has to be returned {q:"without delay"} [2].',
            "First rent and deposit together are 2,850 € [1][2].",
            "- Rent: {a:950 €} [1]\n- Deposit: {a:1,900 €} [2]\n- Notice: {n:three} months [2]",
            "Two people signed: {p:Holloway} and {p:Okafor} [1].",
        ),
        "What does the lease from 2024 cost me?",
        ("lease.pdf",),
    ),
    Topic(
        (
            "INVOICE No. INV-20417 dated 2024-11-18\nSupplier: Northwind Tools Ltd\nCordless drill DX-450 | 4 | 129.90 | 519.60\nLadder, aluminium | 2 | 89.00 | 178.00\nSubtotal 697.60\nVAT 20% 139.52\nTotal GBP 837.12",
            "Payment is due within 30 days of the date of the invoice. Late payment bears interest of 8.25% a year. Bank: Barclays, sort code 20-45-77, account 73920184.",
        ),
        (
            "The invoice {n:INV-20417} of {d:18 November 2024} amounts to {a:£837.12} [1].",
            "You ordered {n:4} drills {n:DX-450} at {a:£129.90} each, {a:519.60} in total [1].",
            "VAT is {n:20%}, that is {a:139.52} [1].",
            "Without VAT the total is {a:697.60} GBP [1].",
            "It has to be paid within {n:30} days, by 18 December 2024 [1][2].",
            "Late payment costs {n:8.25 percent} interest a year [2].",
            "Pay to account {n:73920184} at {p:Barclays}, sort code {n:20-45-77} [2].",
            "The supplier is {p:Northwind} Tools Ltd [1].",
            "There are two items on it: drills and ladders. The ladders cost {a:178} together [1].",
            "About £840 is due in total [1].",
            "| Item | Price |\n|---|---|\n| Drill | {a:129.90} [1] |\n| Ladder | {a:89.00} [1] |",
        ),
        "How much is the invoice for the drill?",
    ),
    Topic(
        (
            "ACME Industries, Form 10-K, fiscal year ended December 31, 2023\nNet revenue was $1,577.4 million in 2023 compared with $1,402.1 million in 2022, an increase of 12.5%. Operating income was $233 million. We had 6,120 employees in 14 countries as of December 31, 2023.",
            "Our chief executive officer, Laura Benedetti, joined in March 2019. The board consists of nine directors. The headquarters in Columbus, Ohio are leased until 2031.",
        ),
        (
            "Revenue was {a:$1,577.4 million} in {d:2023} [1].",
            "In 2023 revenue grew by {n:12.5 %} from {a:$1,402.1 million} to {a:$1,577.4 million} [1].",
            "Revenue rose by $175.3 million, from $1,402.1 million to $1,577.4 million [1].",
            "Revenue was about $1.6 billion [1].",
            "Operating income was {a:$233 million} [1].",
            "ACME had {n:6,120} employees in {n:14} countries at the end of 2023 [1].",
            "More than 6,000 people work there [1].",
            "The CEO is {p:Laura} {p:Benedetti}, since {d:March 2019} [2].",
            "The headquarters are in {p:Columbus}, {p:Ohio}, leased until {d:2031} [2].",
            "The board has 9 directors [2].",
            "The fiscal year ended on {d:31 December 2023} [1].",
            "Revenue per employee is not stated, but there were roughly 6100 employees [1].",
        ),
        "How did the revenue of ACME develop?",
    ),
    Topic(
        (
            "HEAT PUMP AquaTherm 300 – Warranty\nThe warranty is 5 years for the compressor and 2 years for all other parts, from the date of delivery. The pump must be serviced every 12 months by a certified technician; otherwise the warranty lapses.",
            "Technical data\nRefrigerant: R290, 1.2 kg. Sound power: 54 dB(A). Operating range: -20 °C to 43 °C. Supply: 400 V, 3 phases, fuse 16 A. Weight 168 kg. Noise at night mode: 'whisper quiet' below 46 dB(A).",
        ),
        (
            "The compressor has a warranty of {n:5 years}, other parts {n:two years} [1].",
            "That is 60 months for the compressor [1].",
            "Have it serviced once a year, that is every {n:12} months [1].",
            "It contains {n:1.2} kg of {n:R290} [2].",
            "The pump weighs {n:168 kg} and needs a fuse of {n:16} A [2].",
            "It works from -{n:20} °C to {n:43} °C, a range of 63 °C [2].",
            "At night it stays below {n:46 dB(A)}, which the maker calls {q:“whisper quiet”} [2].",
            "The sound power is {n:54} dB(A), 8 dB more than in night mode (46 dB) [2].",
            "The {p:AquaTherm} 300 runs on {n:400 V} with {n:3} phases [1][2].",
            'If it is not serviced, {q:"the warranty lapses"} [1].',
        ),
        "How long is the warranty of the pump?",
        ("AquaTherm manual.docx",),
    ),
    Topic(
        (
            "Minutes of the board meeting, Tuesday, 12 March 2024, 10:00–11:45\nPresent: J. Marlowe (chair), S. Petrova, T. Lindqvist. Excused: R. Banerjee.\n1. The budget of 240,000 USD for the new website was approved with 3 votes to 0.\n2. Ms Petrova will present the vendor list by April 2, 2024.",
            "3. The lease of the Hamburg office will not be renewed. It ends on September 30th. The move is estimated at 18.5 thousand USD.\nNext meeting: 9 April 2024 at 2 p.m.",
        ),
        (
            "The board met on {d:12 March 2024} from {n:10:00} to {n:11:45} [1].",
            "Present were {p:Marlowe}, {p:Petrova} and {p:Lindqvist}, so three people [1].",
            "The budget of {a:$240,000} was approved by {n:3} votes [1].",
            "S. {p:Petrova} presents the vendors by {d:2 April 2024} [1].",
            "The office in {p:Hamburg} is given up on {d:30 September} [2].",
            "Moving costs an estimated {a:18,500 USD} [2].",
            "The next meeting is on {d:April 9, 2024} at 14:00 [2].",
            "Website and move cost $258,500 together ($240,000 + $18,500) [1][2].",
            "R. {p:Banerjee} was excused [1].",
            "These decisions were taken:\n1. The website gets {a:240,000 USD} [1].\n2. The lease in {p:Hamburg} ends on {d:September 30} [2].",
            "On {d:12.03.2024} the board decided this with three votes [1].",
        ),
        "What did the board decide on the office?",
    ),
    Topic(
        (
            "TRAVEL INSURANCE – Schedule\nPolicy TR/88-3051-C. Insured: Oliver Whitcombe and family. Period: 1 July 2025 to 31 August 2025. Medical expenses up to £5,000,000. Baggage up to £2,500, single article £400. Excess £75 per claim.",
            "Exclusions: claims 'arising from intoxication', and winter sports unless the premium of £38 has been paid. Call the assistance line +44 20 7946 0018 before treatment above £500. Claims must be made within 28 days.",
        ),
        (
            "Baggage is covered up to {a:£2,500}, a single article up to {a:£400} [1].",
            "Medical expenses are covered up to {a:£5 million} [1].",
            "You are covered from {d:1 July 2025} until {d:31 August 2025} [1].",
            "Cover lasts from 1 July 2025 to 31 August 2025, i.e. 62 days [1].",
            "The excess is {a:75 pounds} for each claim [1].",
            "The policy {n:TR/88-3051-C} insures {p:Oliver} {p:Whitcombe} [1].",
            "Claims {q:“arising from intoxication”} are excluded [2].",
            "Call {n:+44 20 7946 0018} first if the treatment costs more than {a:£500} [2].",
            "Winter sports cost {a:£38} more [2].",
            "You have {n:28} days, that is four weeks, to make a claim [2].",
        ),
        "Am I covered for skiing and luggage?",
    ),
    Topic(
        (
            "Rye sourdough\nIngredients for 2 loaves: 700 g rye flour, 300 g wheat flour, 750 ml water, 20 g salt, 200 g starter. Mix and let rest for 45 minutes. Proof for 12 hours at 18 °C.",
            "Bake at 250 °C for 15 minutes with steam, then at 210 °C for another 40 minutes. The loaf keeps for one week. Recipe by Ingrid Halvorsen, Bergen, 1998.",
        ),
        (
            "You need {n:700} g of rye flour and {n:300} g of wheat flour, 1 kg together [1].",
            "It needs {n:750 ml} of water and {n:20} grams of salt [1].",
            "Let it rest for {n:45} minutes, then proof it for {n:twelve} hours at {n:18} °C [1].",
            "Bake for {n:15} minutes at {n:250} °C and {n:40} minutes at {n:210} °C, 55 minutes in all [2].",
            "The bread keeps for 7 days [2].",
            "The recipe is by {p:Ingrid} {p:Halvorsen} from {p:Bergen}, {d:1998} [2].",
            "Ingredients [1]:\n\n- {n:700} g rye flour\n- {n:300} g wheat flour\n- {n:20} g salt",
            "There are five ingredients: rye flour, wheat flour, water, salt and starter [1].",
            "Half of it, for 1 loaf: 350 g of rye flour (700 g / 2) [1].",
        ),
        "What do I need for 1 loaf?",
    ),
    Topic(
        (
            "Loan agreement between Meridian Bank and Claire Dubois, 15.01.2023. Amount: 120,000 EUR. Nominal interest: 3.85 % a year, fixed until 31.12.2032. Monthly instalment: 563.21 EUR.",
            "Account statement 02/2024: balance on 01.02.2024 EUR 4,210.55; salary +3,180.00; rent -890.00; electricity -112.40; balance on 29.02.2024 EUR 6,388.15.",
        ),
        (
            "The loan over {a:€120,000} was taken on {d:15 January 2023} [1].",
            "Interest of {n:3.85%} is fixed until {d:the end of 2032} [1].",
            "{p:Claire} {p:Dubois} pays {a:563.21 €} a month [1].",
            "At the end of February the balance was {a:6,388.15 EUR} [2].",
            "The balance went from {a:€4,210.55} to {a:€6,388.15}, up by €2,177.60 [2].",
            "Electricity cost {a:112.40 €} and rent {a:890 €}, 1,002.40 € in all [2].",
            "The salary was {a:€3180} [2].",
            "The lender, {p:Meridian} Bank, gives about €120 thousand [1].",
            "Expenses in February: 1,002.40 € in total (890.00 € + 112.40 €) [2].",
        ),
        "What did I spend in February?",
    ),
    Topic(
        (
            "config.toml – reference\n`max_connections = 200` limits clients. Set `timeout_ms = 1500` for slow links. The server listens on port 8443. Version 2.14.3 requires Python 3.11.",
            "Release notes 2.14.3 (2025-02-07): fixes CVE-2025-11482, reported by Yuki Tanaka. The default of `retry_limit` is now 5 instead of 3.",
        ),
        (
            "Set {q:`timeout_ms = 1500`} for slow links [1].",
            "Up to {n:200} clients may connect, see {q:`max_connections = 200`} [1].",
            "The server uses port {n:8443} [1].",
            "Version {n:2.14.3} needs Python {n:3.11} [1].",
            "{n:CVE-2025-11482} was reported by {p:Yuki} {p:Tanaka} [2].",
            "The default of `retry_limit` rose from {n:3} to {n:5}, i.e. by 2 [2].",
            "It was released on {d:7 February 2025} [2].",
            "The file `config.toml` holds the setting `timeout_ms` [1].",
        ),
        "How do I set the timeout in config.toml?",
    ),
)

RUSSIAN = (
    Topic(
        (
            "ДОГОВОР АРЕНДЫ № 17/24\nг. Казань, «3» мая 2024 г. Арендодатель Иванов Сергей Петрович и арендатор Мария Лебедева заключили договор аренды квартиры площадью 48,6 кв. м по адресу: ул. Баумана, д. 12, кв. 5. Арендная плата — 35 000 руб. в месяц, до 10 числа.",
            "Обеспечительный платёж составляет 70 000 (семьдесят тысяч) рублей. Договор действует 11 месяцев, до 02.04.2025. Расторжение — с предупреждением за 30 календарных дней «в письменной форме». Пени: 0,1 % за каждый день просрочки.",
        ),
        (
            "Арендная плата — {a:35 000 ₽} в месяц [1].",
            "Договор {n:№ 17/24} заключён {d:3 мая 2024 года} в {p:Казани} [1].",
            "Он подписан {p:Ивановым} Сергеем Петровичем и Марией {p:Лебедевой} [1].",
            "Квартира площадью {n:48,6} м² находится на улице {p:Баумана} [1].",
            "Залог составляет {a:70 000 рублей}, то есть две месячные платы (2 × 35 000) [1][2].",
            "Договор действует {n:11 месяцев}, до {d:2 апреля 2025 г.} [2].",
            "Предупредить нужно за {n:30} дней {q:«в письменной форме»} [2].",
            "Пени — {n:0,1%} за день просрочки [2].",
            "Платить надо до {n:10-го} числа [1].",
            "Всего при заселении: 105 000 руб. (35 000 + 70 000) [1][2].",
            "За {d:май 2024} платил арендатор — Мария {p:Лебедева} [1].",
            "Квартира {n:5}, дом {n:12} [1].",
        ),
        "Сколько стоит аренда квартиры?",
        ("Договор аренды.docx",),
    ),
    Topic(
        (
            "Счёт на оплату № 482 от 18.11.2024\nПоставщик: ООО «Техносфера», ИНН 7715964180\nДрель ДУ-750 | 3 шт. | 4 590,00 | 13 770,00\nЛестница | 1 шт. | 6 200,00 | 6 200,00\nИтого: 19 970,00 руб., в том числе НДС 20 % — 3 328,33 руб.",
            "Срок оплаты — 5 банковских дней. Доставка в Тверь бесплатно при заказе от 15 тыс. руб. Телефон: +7 (495) 123-45-67, менеджер Ольга Кравцова.",
        ),
        (
            "Счёт {n:№ 482} от {d:18 ноября 2024 г.} выставлен на {a:19 970 руб.} [1].",
            "Заказаны {n:3} дрели {n:ДУ-750} по {a:4590 рублей}, всего {a:13 770} рублей [1].",
            "НДС — {a:3 328,33 руб.} ({n:20 процентов}) [1].",
            "Поставщик — {p:Техносфера}, ИНН {n:7715964180} [1].",
            "Оплатить нужно за {n:пять} дней [2].",
            "Доставка бесплатна от {a:15 000 ₽} [2].",
            "Менеджер Ольга {p:Кравцова}, телефон {n:+7 495 123-45-67} [2].",
            "С менеджером Ольгой {p:Кравцовой} можно связаться по телефону [2].",
            "Сумма без НДС — 16 641,67 руб. (19 970,00 − 3 328,33) [1].",
            "Около 20 тыс. рублей за всё [1].",
            "Доставят в {p:Тверь} [2].",
            "В счёте две позиции: дрель и лестница [1].",
        ),
        "На какую сумму счёт за дрель?",
    ),
    Topic(
        (
            "Годовой отчёт ПАО «Волга» за 2023 год\nВыручка составила 1 577 млн руб. против 1 402 млн руб. годом ранее (+12,5 %). Чистая прибыль — 233,4 млн руб. На 31 декабря 2023 г. в компании работали 6 120 человек в 14 регионах.",
            "Генеральный директор Андрей Викторович Соколов назначен 1 марта 2019 года. Совет директоров — девять человек. Дивиденды — 4 руб. 15 коп. на акцию. Головной офис — в Самаре.",
        ),
        (
            "Выручка за 2023 год — {a:1577 млн рублей} [1].",
            "Выручка выросла на {n:12,5%}: с {a:1 402 млн} до {a:1 577 млн} рублей [1].",
            "Рост — 175 млн руб.: было 1 402 млн, стало 1 577 млн [1].",
            "Выручка — около 1,6 млрд рублей [1].",
            "Чистая прибыль достигла {a:233,4 миллиона рублей} [1].",
            "В компании {n:6120} сотрудников в {n:14} регионах на конец 2023 года [1].",
            "Более 6 тысяч человек работает в компании [1].",
            "Компанией руководит Андрей {p:Соколов}, с {d:марта 2019 года} [2].",
            "Под руководством {p:Соколова} работает офис в {p:Самаре} [2].",
            "В совете 9 директоров [2].",
            "Отчётная дата — {d:31.12.2023} [1].",
            "Дивиденды на акцию — {a:4 руб.} {n:15} коп. [2]",
        ),
        "Как изменилась выручка «Волги»?",
    ),
    Topic(
        (
            "Тепловой насос «Аквилон-300». Гарантия\nГарантия на компрессор — 5 лет, на остальные узлы — 24 месяца со дня поставки. Обслуживание каждые 12 месяцев обязательно, иначе гарантия прекращается.",
            "Технические данные\nХладагент R290, 1,2 кг. Шум: 54 дБ(А), ночью не более 46 дБ(А). Диапазон: от −20 до +43 °C. Питание: 400 В, 3 фазы, автомат 16 А. Масса 168 кг. Производитель: завод «Термоприбор», Пермь.",
        ),
        (
            "Гарантия на компрессор — {n:5 лет}, на остальное — 2 года [1].",
            "На компрессор — {n:пять лет} [1].",
            "Без обслуживания {q:«гарантия прекращается»} [1].",
            "Масса насоса — {n:168 кг}, хладагента {n:R290} в нём {n:1,2} кг [2].",
            "Насос работает при температуре от −{n:20} до {n:43} градусов [2].",
            "Ночью шум не превышает {n:46} дБ [2].",
            "Шум — {n:54} дБ, ночью {n:46} дБ, то есть на 8 дБ меньше [2].",
            "Сделан на заводе в {p:Перми} [2].",
            "Нужен автомат на {n:16 А} и {n:3} фазы [2].",
            "Насос {q:«Аквилон-300»} обслуживают каждый год [1].",
            "Обслуживать его надо раз в {n:12} месяцев [1].",
        ),
        "Какая гарантия на насос?",
    ),
    Topic(
        (
            "Протокол совещания от 12.03.2024, 10:00\nПрисутствовали: Громов А. А. (председатель), Е. В. Зайцева, Павел Нестеренко. Отсутствовал: Тимур Алиев.\n1. Утвердить бюджет сайта 2 400 000 руб.\n2. Е. В. Зайцевой представить список подрядчиков до 2 апреля.",
            "3. Договор аренды офиса в Туле не продлевать, окончание — 30 сентября 2024 г. Переезд: 185 тыс. руб.\nСледующее совещание 9 апреля в 14:30.",
        ),
        (
            "Совещание прошло {d:12 марта 2024 года} в {n:10:00} [1].",
            "Были {p:Громов}, {p:Зайцева} и {p:Нестеренко}, то есть трое [1].",
            "Утверждён бюджет {a:2,4 млн руб.} [1].",
            "{d:До 2 апреля} Е. В. {p:Зайцева} представит список [1].",
            "Аренду в {p:Туле} не продлевают после {d:30.09.2024} [2].",
            "Переезд стоит {a:185 000 рублей} [2].",
            "Следующее совещание — {d:9 апреля} в {n:14:30} [2].",
            "Сайт и переезд вместе — 2 585 000 руб. (2 400 000 + 185 000) [1][2].",
            "Не было Тимура {p:Алиева} [1].",
            "Решения:\n1. Сайт — {a:2 400 000 ₽} [1].\n2. Офис в {p:Туле} — до {d:сентября 2024} [2].",
            "Поручение дано {p:Зайцевой} и согласовано с {p:Громовым} [1].",
        ),
        "Что решили по офису?",
    ),
    Topic(
        (
            "Полис ДМС серия ТР № 883051. Застрахован: Белов Олег Игоревич. Срок: с 1 июля 2025 по 30 июня 2026. Страховая сумма 5 000 000 руб. Франшиза 3 500 руб. на каждый случай.",
            "Не покрывается лечение «вследствие опьянения». Спорт — за доплату 2 900 рублей. До лечения дороже 50 000 руб. позвоните 8 800 555-35-35. Заявление подаётся в течение 28 дней в клинику «Здоровье» в Рязани.",
        ),
        (
            "Страховая сумма — {a:5 млн рублей}, франшиза — {a:3500 руб.} [1].",
            "Полис действует с {d:1 июля 2025} по {d:30 июня 2026} года [1].",
            "Срок полиса — с 1 июля 2025 по 30 июня 2026 года, то есть 1 год [1].",
            "Полис {n:№ 883051} оформлен на Олега {p:Белова} [1].",
            "Не покрывается лечение {q:«вследствие опьянения»} [2].",
            "Спорт покрывается за {a:2 900 ₽} [2].",
            "Звоните по телефону {n:8-800-555-35-35}, если лечение дороже {a:50 тыс. руб.} [2].",
            "На заявление есть {n:28} дней, то есть четыре недели [2].",
            "Клиника находится в {p:Рязани} и называется {q:„Здоровье“} [2].",
            "С доплатой за спорт и франшизой выходит 6 400 руб. (3 500 + 2 900) [1][2].",
        ),
        "Покрывает ли полис спорт?",
    ),
    Topic(
        (
            "Ржаной хлеб\nНа 2 буханки: 700 г ржаной муки, 300 г пшеничной муки, 750 мл воды, 20 г соли, 200 г закваски. Смешать, оставить на 45 минут. Расстойка — двенадцать часов при 18 °C.",
            "Выпекать 15 минут при 250 °C с паром, затем 40 минут при 210 °C. Хранится неделю. Рецепт: Ирина Ветрова, Вологда, 1998 г.",
        ),
        (
            "Нужно {n:700} г ржаной и {n:300} г пшеничной муки, вместе 1 кг [1].",
            "Воды — {n:750 мл}, соли — {n:20 граммов} [1].",
            "Тесто отдыхает {n:45} минут, расстойка — {n:12 часов} при {n:18} °C [1].",
            "Выпекать {n:15} минут при {n:250} °C и {n:40} минут при {n:210} °C, всего 55 минут [2].",
            "Хлеб хранится 7 дней [2].",
            "Автор рецепта — Ирина {p:Ветрова} из {p:Вологды}, {d:1998 год} [2].",
            "Ингредиенты [1]:\n\n- {n:700} г ржаной муки\n- {n:200} г закваски\n- {n:20} г соли",
            "Ингредиентов 5: ржаная мука, пшеничная мука, вода, соль и закваска [1].",
            "Рецепт {p:Ветровой} рассчитан на {n:2} буханки [1][2].",
        ),
        "Что нужно для хлеба?",
    ),
    Topic(
        (
            "Трудовой договор от 15 января 2023 г. Работник: Алексей Дмитриевич Фомин. Должность: ведущий инженер. Оклад 120 000 руб., премия до 15 %. Испытательный срок — три месяца. Отпуск — 28 календарных дней и 3 дополнительных дня.",
            "Уведомление об увольнении — за две недели. Рабочее время: 40 часов в неделю, с 9:00 до 18:00. Работодатель: АО «Уралсвязь», Екатеринбург, в лице директора Н. И. Шестаковой.",
        ),
        (
            "Оклад — {a:120 тыс. руб.}, премия — до {n:15%} [1].",
            "Договор с {p:Фоминым} подписан {d:15.01.2023} [1].",
            "Испытательный срок — {n:3 месяца} [1].",
            "Отпуск — {n:28} дней и ещё {n:3} дня, всего 31 день [1].",
            "Об увольнении предупреждают за 14 дней [2].",
            "Рабочий день — с {n:9:00} до {n:18:00}, {n:40 часов} в неделю [2].",
            "Работодателя представляет директор Н. И. {p:Шестакова} [2].",
            "Компания находится в {p:Екатеринбурге} [2].",
            "Договор подписан с {p:Алексеем} {p:Фоминым} в {d:январе 2023 года} [1].",
            "Премия может достигать 18 000 руб. (15 % от 120 000 руб.) [1].",
        ),
        "Какой у меня отпуск и оклад?",
    ),
)

# Passages in another language than the question.
MIXED = (
    Topic(
        ENGLISH[0].texts,
        (
            "Аренда стоит {a:950 евро} в месяц [1].",
            "Договор заключён {d:3 мая 2024 года} и действует до {d:30.04.2026} [1][2].",
            "Стороны — Маргарет Холлоуэй и Дэниел Окафор [1].",
            "Расторгнуть его можно за {n:три} месяца «в письменной форме» [2].",
            "Срок — {n:24 месяца}, залог — {a:1 900 €} [2].",
        ),
        "Сколько стоит аренда?",
    ),
    Topic(
        RUSSIAN[0].texts,
        (
            "The rent is {a:35,000 rubles} a month [1].",
            "The contract was signed by Sergey Ivanov and Maria Lebedeva in Kazan on {d:3 May 2024} [1].",
            "It is valid for {n:11} months, until {d:April 2, 2025} [2].",
            "The penalty is {n:0.1%} a day, the notice period {n:30} days, “in writing” [2].",
            "The deposit is {a:RUB 70,000} [2].",
        ),
        "What is the rent?",
    ),
    Topic(
        (
            "Mietvertrag vom 3. Mai 2024 zwischen Frau Schäfer und Herrn Özdemir. Die Miete beträgt 1.250,00 EUR monatlich, die Kaution 3.750 EUR. Kündigungsfrist: drei Monate zum 31. März.",
            "Bail signé le 12 août 2023 entre Mme Lefèvre et M. Garnier. Loyer : 1 080,50 € par mois.",
        ),
        (
            "The rent is {a:€1,250} a month and the deposit {a:€3,750} [1].",
            "The lease between Ms {p:Schäfer} and Mr {p:Özdemir} is of {d:3 May 2024} [1].",
            "The other one was signed on {d:12 August 2023}, at {a:1,080.50 €} a month [2].",
            "Notice has to be given by {d:31 March} [1].",
            "Mr {p:Garnier} pays {a:169.50 €} less than {p:Özdemir} (1,250.00 € − 1,080.50 €) [1][2].",
        ),
        "What do the two leases cost?",
    ),
)
