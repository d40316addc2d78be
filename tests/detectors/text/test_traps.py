"""Sentences that fool a matcher: what looks like a cause and is none, and what is one however it is dressed.

Written for these tests, in all six languages.
"""

import pytest

NO_CAUSE = [
    # English
    ("en", "recall", "I recall when the first one came out"),
    ("en", "recall", "Do you recall the recall election?"),
    ("en", "recall", "We watched Total Recall again"),
    ("en", "lawsuit", "We met at the tennis court near the food court"),
    ("en", "lawsuit", "I bought tissues, that is the issue"),
    ("en", "lawsuit", "Sue Ann says hi"),
    ("en", "price", "Not expensive at all"),
    ("en", "quality", "Breaking news: the record was broken"),
    ("en", "quality", "It is not broken"),
    ("en", "data_breach", "A nice life hack from the hackathon"),
    ("en", "fraud", "It is not a scam, I got my money"),
    ("en", "safety", "This dress is to die for"),
    ("en", "safety", "We died laughing"),
    ("en", "boycott", "Why boycott a shop you love?"),
    ("en", "boycott", "The union ends boycott of Acme"),
    ("en", "boycott", "See https://news.com/boycott and ask @boycott_acme"),
    # Ukrainian
    ("uk", "recall", "дуже гарний відгук про магазин"),
    ("uk", "lawsuit", "судно прибуло в порт, вам судити"),
    ("uk", "lawsuit", "це просто страшний суд якийсь"),
    ("uk", "quality", "бракує слів, як добре"),
    ("uk", "fraud", "розвиток, розведення, скамейка"),
    ("uk", "fraud", "все чесно, без обману"),
    ("uk", "price", "недорого і смачно"),
    ("uk", "boycott", "ми проти бойкоту"),
    ("uk", "safety", "я помер зі сміху"),
    # Russian
    ("ru", "recall", "оставить отзыв можно на сайте"),
    ("ru", "recall", "только положительные отзывы"),
    ("ru", "lawsuit", "я искал это судно, такова судьба"),
    ("ru", "lawsuit", "искусство, сосуды и судороги"),
    ("ru", "fraud", "развод родителей"),
    ("ru", "fraud", "скамейка в парке"),
    ("ru", "rumour", "слух у него отличный"),
    ("ru", "price", "совсем не дорого"),
    ("ru", "safety", "умираю со смеху"),
    ("ru", "data_breach", "полезный лайфхак"),
    # Polish
    ("pl", "lawsuit", "aplikacja pozwala na szybkie płatności, pozwól"),
    ("pl", "lawsuit", "sądzę, że warto"),
    ("pl", "lawsuit", "zrobili sąd ostateczny"),
    ("pl", "price", "udana podróż, długa droga, drogi kolego"),
    ("pl", "price", "nie drogo i smacznie"),
    ("pl", "recall", "wycofał się z umowy"),
    ("pl", "data_breach", "wyciek wody w łazience"),
    ("pl", "safety", "umarłem ze śmiechu"),
    ("pl", "boycott", "jestem przeciw bojkotowi"),
    # Hebrew
    ("he", "price", "תודה רבה, איש יקר"),
    ("he", "price", "לא יקר בכלל"),
    ("he", "lawsuit", 'עו"ד ותיק'),
    ("he", "safety", "מתה מצחוק"),
    ("he", "boycott", "אני נגד החרם"),
    ("he", "data_breach", "ההאקתון היה מוצלח"),
    # Chinese
    ("zh", "price", "不贵，味道很好"),
    ("zh", "price", "不算貴"),
    ("zh", "boycott", "反对抵制"),
    ("zh", "boycott", "無法抵制誘惑，抵制誘惑很難"),
    ("zh", "quality", "手机没坏了"),
    ("zh", "safety", "笑死，去医院看朋友"),
]

CAUSE = [
    ("en", "recall", "The company issued a recall of 20,000 heaters"),
    ("en", "boycott", "never buy Acme again"),
    ("en", "boycott", "#BoycottAcme"),
    ("en", "boycott", "ＢＯＹＣＯＴＴ now"),
    ("en", "boycott", "I won’t buy it"),
    ("en", "lawsuit", "we take them to court"),
    ("en", "lawsuit", "we took Acme to court"),
    ("en", "fraud", "what a rip-off"),
    ("en", "safety", "E. coli found in the salad"),
    ("en", "outage_service", "rt @user facebook is down 20 minutes , $ fb"),
    ("en", "data_breach", "they sold our data"),
    ("uk", "recall", "компанія відкликала партію йогуртів"),
    ("uk", "lawsuit", "подаю до суду, позов готовий"),
    ("uk", "boycott", "не купуйте тут нічого"),
    ("uk", "boycott", "бoйкoт"),
    ("uk", "outage_service", "нема зв'язку, немає звʼязку, немає зв’язку"),
    ("uk", "fraud", "розводять на гроші"),
    ("uk", "quality", "суцільний брак"),
    ("ru", "recall", "завод отозвал партию питания"),
    ("ru", "lawsuit", "подали иск в суд"),
    ("ru", "fraud", "это развод на деньги"),
    ("ru", "rumour", "по слухам, банк закрывается"),
    ("ru", "boycott", "больше не закажу, ещё и ногой ни ногой"),
    ("ru", "price", "всё подорожало"),
    ("pl", "lawsuit", "złożyli pozew, sprawa trafiła do sądu"),
    ("pl", "price", "wszystko podrożało, drożyzna"),
    ("pl", "recall", "producent wycofał z rynku partię mleka"),
    ("pl", "data_breach", "wyciek danych klientów"),
    ("pl", "boycott", "bojkotujemy tę sieć"),
    ("he", "price", "זה יקר מדי"),
    ("he", "boycott", "קוראים להחרים את החברה"),
    ("he", "boycott", "מצטרפים לחרם"),
    ("he", "lawsuit", "התביעה הוגשה לבית המשפט"),
    ("he", "safety", "הרעלה מהאוכל"),
    ("zh", "price", "太贵了"),
    ("zh", "boycott", "大家一起抵制这个牌子"),
    ("zh", "boycott", "再也不買了"),
    ("zh", "lawsuit", "已经起诉了"),
    ("zh", "safety", "食物中毒"),
    ("zh", "outage_service", "又崩了，打不开"),
]

POLARITY = [
    ("en", +1, "not bad at all"),
    ("en", -1, "not good"),
    ("en", -1, "I couldn't love it less"),
    ("en", 0, "drop dead gorgeous"),
    ("uk", -1, "на жаль, не сподобалось"),
    ("uk", +1, "не погано))"),
    ("ru", -1, "к сожалению, не понравилось"),
    ("ru", +1, "не дорого, спасибо"),
    ("pl", -1, "nie polecam"),
    ("pl", +1, "gorąco polecam"),
    ("he", 0, "כדי להגיע לחנות"),
    ("he", 0, "הכוס מלא"),
    ("he", -1, "לא טוב"),
    ("he", -1, "זה יקר מדי"),
    ("zh", +1, "非常满意"),
    ("zh", +1, "特别好吃"),
    ("zh", +1, "没有问题"),
    ("zh", -1, "不喜欢"),
    ("zh", -1, "不好吃"),
    ("zh", +1, "不贵，味道很好"),
]


@pytest.mark.parametrize(("language", "cause", "text"), NO_CAUSE)
def test_what_only_looks_like_a_cause_is_none(scorer, language, cause, text):
    assert cause not in scorer.read(text, language).causes


@pytest.mark.parametrize(("language", "cause", "text"), CAUSE)
def test_what_is_a_cause_is_found(scorer, language, cause, text):
    assert cause in scorer.read(text, language).causes


@pytest.mark.parametrize(("language", "sign", "text"), POLARITY)
def test_which_way_a_sentence_leans(scorer, language, sign, text):
    """-1 negative, 0 neither, +1 pleased."""
    sentiment = scorer.read(text, language).sentiment
    assert sign == (sentiment > 0) - (sentiment < 0)
