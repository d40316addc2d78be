"""From words to numbers: what one text says. Pure; six languages (en, uk, ru, pl, he, zh).

Which file answers which question:

    reading         what is said about one text?                     TextReading
    scorer          how does a text become a reading?                LexiconScorer
    gate            can this text show an intent at all? (cheap)
    polarity        how much in it is displeased, how much pleased?
    emoji           ... and what do the faces say?
    hits            what was found, and which guard cancels what?
    word_index      where are the patterns, between spaces?
    han_index       where are the patterns, without spaces?
    trie            how do many words become one expression?
    patterns        what does a line of the terms file mean?
    terms           what is in the terms file? (terms/*.toml)
    normalise       how is a text spelled?
    language        which language is it in?                         detect_language
    function_words  which words hold a sentence together?
    drivers         what is it about?                                driver_terms
    copies          is it somebody else's text?                      is_copy
    fingerprint     ... or the same words without saying so?         fingerprint
"""

from detectors.text.copies import is_copy
from detectors.text.drivers import driver_terms
from detectors.text.fingerprint import fingerprint
from detectors.text.language import detect_language
from detectors.text.reading import TextReading
from detectors.text.scorer import LexiconScorer

__all__ = ["LexiconScorer", "TextReading", "detect_language", "driver_terms", "fingerprint", "is_copy"]
