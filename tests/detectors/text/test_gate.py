"""The gate in front of the full reading: it may say yes in vain, never no in error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.gate import ClosedGate, HanGate, WordGate
from detectors.text.han_index import HanIndex
from detectors.text.hits import causes_of
from detectors.text.normalise import normalise, tokens
from detectors.text.scorer import BOYCOTT
from detectors.text.terms import LANGUAGES, Lexicon, load_terms
from detectors.text.word_index import WordIndex

CODE_PAGES = {"en": "cp1252", "pl": "cp1250", "uk": "cp1251", "ru": "cp1251", "he": "cp1255"}
PATTERNS = {language: list(lexicon.causes[BOYCOTT]) for language, lexicon in load_terms().lexicons.items()}
GATES = {language: WordGate(PATTERNS[language], page) for language, page in CODE_PAGES.items()} | {
    "zh": HanGate(PATTERNS["zh"])
}
INDEXES = {
    language: WordIndex([Lexicon({"x": tuple(PATTERNS[language])}, {}, (), (), ())], proclitics=language == "he")
    for language in CODE_PAGES
}
HAN_INDEX = HanIndex([Lexicon({"x": tuple(PATTERNS["zh"])}, {}, (), (), ())])

MARKS = [
    " ",
    "  ",
    "\n",
    ".",
    ", ",
    "!",
    "-",
    "—",
    "_",
    "'",
    "’",
    " '",
    "' ",
    '"',
    "״",
    "”",
    "“",
    "`",
    "/",
    "\\",
    "(",
    "…",
]
MARKUP = [
    "&",
    "&amp;",
    "&#39;",
    "#",
    "@",
    "@user",
    "@user ",
    "@us\ufe0fer ",
    "https://t.co/x",
    "https://t.co/x ",
    "www.a.b ",
    "www…a ",
    "＃",
    "＠",
]
INVISIBLE = ["\u200b", "\u200d", "\ufe0f", "\u00ad", "\u0301", "\u05b8", "\u200f", "\u00a0", "\x00", "\ud800"]
FOREIGN = [
    "🔥",
    "❤️",
    "1️⃣",
    "№",
    "™",
    "ß",
    "é",
    "ω",
    "я",
    "q",
    "中",
    "١",
    "ﬁ",
    "µ",
    "İ",
    "ª",
    "´",
    "¸",
    "‗",
    "1",
    "rt ",
    "RT @a: ",
]
BETWEEN = st.sampled_from([*MARKS, *MARKUP, *INVISIBLE, *FOREIGN])
CHANGES = [
    str,
    str.upper,
    str.title,
    lambda word: f"#{word.title()}",
    lambda word: f"ו{word}",
    lambda word: f"כשה{word}",
    lambda word: word.translate(str.maketrans("аеорсхі", "aeopcxi")),
    lambda word: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word),
]


@st.composite
def _texts(draw, language):
    """Patterns of a language, spelled out, disguised and cut up in every way the normaliser knows."""
    text = draw(BETWEEN)
    for pattern in draw(st.lists(st.sampled_from(PATTERNS[language]), min_size=1, max_size=3)):
        for position in pattern.split(" "):
            word = draw(st.sampled_from(position.split("|"))).replace(
                "_", draw(st.sampled_from(["", "acme", "wendy's"]))
            )
            word = draw(st.sampled_from(CHANGES))(word.replace("*", draw(st.sampled_from(["", "s", "ити", "x'y"]))))
            cut = draw(st.integers(0, 3 * len(word)))
            text += word if cut > len(word) else word[:cut] + draw(BETWEEN) + word[cut:]
            text += draw(st.one_of(st.just(" "), BETWEEN))
    return text


def _matches(text, language):
    clean = normalise(text)
    return bool(causes_of(HAN_INDEX.find(clean) if language == "zh" else INDEXES[language].find(tokens(clean))))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_gate_is_open_wherever_the_matcher_finds_a_pattern(language, data):
    """Whatever stands in, before, between and behind the words."""
    text = data.draw(_texts(language))
    assert GATES[language].opens(text) or not _matches(text, language)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_the_gate_is_open_wherever_the_matcher_finds_a_pattern_many_times(language, data):
    """The same, as often as a rare accident of spelling needs to be seen."""
    text = data.draw(_texts(language))
    assert GATES[language].opens(text) or not _matches(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=60))
def test_the_gate_takes_any_text(language, text):
    assert GATES[language].opens(text) or not _matches(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "So I finally got around to trying the new update, pretty happy overall. Not a fan of the colour, though",
        ),
        ("en", "this issue is a tissue of suites; I recall the fine court of stars, never mind"),
        ("pl", "Sądzę, że aplikacja pozwala na szybkie płatności"),
        ("uk", "Судно прибуло, дякую за відгук і розвиток"),
        ("ru", "Искал сосуд, такова судьба, обсудим"),
        ("he", "סוף סוף התקנתי את העדכון החדש בטלפון"),
        ("zh", "今天终于更新了手机系统，说实话电池比我想象的耐用，🔥"),
    ],
)
def test_the_gate_stays_shut_for_ordinary_texts(language, text):
    """It compares whole patterns, so near misses do not cost a reading."""
    assert not GATES[language].opens(text)


@pytest.mark.parametrize("text", ["", "boycott", "бойкот"])
def test_a_language_without_patterns_has_a_closed_gate(text):
    assert not ClosedGate().opens(text)
