"""Fictional household documents in Russian and English, with questions about them.

Questions use other word forms than the texts, and each shares words with several texts, so that
finding the right one requires ranking.
"""

PASSAGES = {
    "pump.pdf": "Насос «Родник» стоит в подвале. Гарантия на насос — три года со дня покупки. "
    "Масло в насосе меняют раз в месяц, летом чаще.",
    "boiler.pdf": "Котёл «Пламя» греет весь дом. Гарантия на котёл — десять лет. Осмотр котла "
    "проводит мастер каждой весной.",
    "lease.pdf": "Договор аренды квартиры заключён на одиннадцать месяцев. Плата вносится до "
    "пятого числа. Залог возвращают при выезде.",
    "garage.pdf": "Договор аренды гаража продлевается каждый год. Плата за гараж вносится раз в "
    "квартал наличными.",
    "garden.docx": "Ёлку у забора посадили в 1998 году. Яблони обрезают ранней весной, до "
    "набухания почек. Смородину поливают вечером.",
    "school.docx": "Школьный год начинается первого сентября. Родительское собрание проходит в "
    "последний четверг четверти.",
    "car.pdf": "Масло в двигателе автомобиля меняют через десять тысяч километров. Зимние шины "
    "хранят в гараже на стойке.",
    "clinic.pdf": "Анализы в поликлинике сдают натощак до десяти утра. Прививки детям делают по "
    "средам.",
    "washer.pdf": "The washing machine has a warranty of two years. Clean its filter every second "
    "month; error E18 means that the drain is blocked.",
    "fridge.pdf": "The refrigerator keeps four degrees. Its door seal has a warranty of five "
    "years, its compressor of ten. Defrosting is automatic.",
    "insurance.pdf": "The travel insurance covers luggage up to 2,000 euros. Claims are filed "
    "within thirty days, with receipts.",
    "tax.pdf": "Tax returns are filed by the end of April. Receipts for medicines give a "
    "deduction of thirteen percent.",
    "router.pdf": "The router stands in the hall. Its guest network is called Birch and is "
    "switched off at night. Hold the reset button for ten seconds.",
    "alarm.pdf": "The alarm is armed with the grey key fob. After three wrong codes it calls the "
    "guard, who answers within ten minutes.",
    "recipe.md": "Sourdough rests for twelve hours in the refrigerator before baking. Bake it at "
    "230 degrees for forty minutes.",
    "bicycle.md": "The bicycle chain is oiled after each ride in the rain. Tyres take four bar. "
    "The lock key hangs in the hall.",
}

QUESTIONS = {
    "Какой срок гарантии у насоса?": "pump.pdf",
    "Сколько лет гарантии на котле?": "boiler.pdf",
    "Кто осматривает котлы весной?": "boiler.pdf",
    "До какого числа вносить плату за квартиру?": "lease.pdf",
    "Как платят за аренду гаражей?": "garage.pdf",
    "Когда посадили елки?": "garden.docx",
    "В какое время обрезать яблоню?": "garden.docx",
    "Когда родительские собрания?": "school.docx",
    "Через сколько километров менять масло в двигателе?": "car.pdf",
    "Где лежат зимние шины?": "car.pdf",
    "По каким дням прививают детей?": "clinic.pdf",
    "What does error E18 mean?": "washer.pdf",
    "How long is the washing machine under warranty?": "washer.pdf",
    "What warranty do compressors of refrigerators have?": "fridge.pdf",
    "Within how many days must a luggage claim be filed?": "insurance.pdf",
    "When must I file a tax return?": "tax.pdf",
    "What is the name of the guest network?": "router.pdf",
    "How do I reset the router?": "router.pdf",
    "Whom does the alarm call after wrong codes?": "alarm.pdf",
    "How hot should the oven be when baking sourdough?": "recipe.md",
    "When should I oil the chain of my bicycle?": "bicycle.md",
    "Where does the key of the lock hang?": "bicycle.md",
    # Paraphrased: found only by embedding.
    "Куда поместили помпу?": "pump.pdf",
    "Как часто подливать смазку в помпу?": "pump.pdf",
    "Where is the wifi box?": "router.pdf",
    # A code: found only by words.
    "E18?": "washer.pdf",
}

# Synonyms that an embedding model knows and a word search does not.
MEANINGS = {
    "поместили": "стоит",
    "помпу": "насос",
    "подливать": "меняют",
    "смазку": "масло",
    "wifi": "network",
    "box": "router",
}
