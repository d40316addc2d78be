"""What simulated people say. Ordinary sentences in a few languages, written for this."""

COMPLAINTS: dict[str, dict[str, list[str]]] = {
    "usual": {
        "en": [
            "delivery is late again, terrible service",
            "the app keeps crashing, so annoying",
            "waited an hour on the phone, awful support",
            "arrived broken and nobody answers",
            "worst experience in a long time",
            "still no refund, this is ridiculous",
        ],
        "pl": [
            "znowu spóźniona dostawa, fatalna obsługa",
            "aplikacja nie działa, dramat",
            "nie polecam, paczka przyszła uszkodzona",
            "czekam tydzień na zwrot pieniędzy, skandal",
        ],
        "uk": [
            "знову запізнилась доставка, жахливий сервіс",
            "застосунок не працює, дуже погано",
            "не рекомендую, прийшло зламане",
            "тиждень чекаю на повернення коштів, ганьба",
        ],
        "ru": [
            "опять опоздала доставка, ужасный сервис",
            "приложение не работает, очень плохо",
            "не рекомендую, пришло сломанное",
        ],
    },
    "battery": {
        "en": [
            "the battery of my scooter caught fire in the hallway, this is dangerous",
            "battery exploded while charging, we are lucky nobody was hurt",
            "second scooter battery on fire this week, why is there no recall",
            "my scooter started smoking, unacceptable, people could get hurt",
            "they knew the battery overheats and sold it anyway, shameful",
        ],
        "pl": [
            "bateria hulajnogi zapaliła się na korytarzu, to niebezpieczne",
            "bateria wybuchła podczas ładowania, skandal",
            "druga płonąca hulajnoga w tym tygodniu, gdzie jest wycofanie ze sprzedaży",
        ],
    },
    "launch": {
        "en": [
            "the new mira looks amazing, take my money",
            "just tried the new mira, love it",
            "great launch event, what a beautiful phone",
            "wow, the camera of the new mira is fantastic",
        ],
    },
    "boycott": {
        "en": ["boycott them", "never buy from them again", "stop buying this"],
        "pl": ["bojkot", "nie kupujcie tego"],
    },
}
PRAISE: dict[str, list[str]] = {
    "en": [
        "love it, works great",
        "fast delivery and friendly people, thank you",
        "really happy with my order",
        "best purchase this year",
        "great support, solved in five minutes",
    ],
    "pl": ["świetna jakość, polecam", "szybka dostawa, dziękuję", "bardzo zadowolony z zakupu"],
    "uk": ["чудова якість, рекомендую", "швидка доставка, дякую", "дуже задоволений покупкою"],
    "ru": ["отличное качество, рекомендую", "быстрая доставка, спасибо", "очень доволен покупкой"],
}
SMALL_TALK: dict[str, list[str]] = {
    "en": [
        "anyone knows when the store opens on sunday?",
        "saw their new advert on the way to work",
        "picking up my order this afternoon",
        "which colour would you take?",
        "they have a shop in our street now",
        "does the warranty cover accessories?",
    ],
    "pl": ["ktoś wie, o której otwierają w niedzielę?", "odbieram dziś zamówienie", "jaki kolor byście wybrali?"],
    "uk": ["хтось знає, о котрій відкриваються в неділю?", "забираю сьогодні замовлення", "який колір обрати?"],
    "ru": ["кто-нибудь знает, во сколько открываются в воскресенье?", "забираю сегодня заказ", "какой цвет взять?"],
}
