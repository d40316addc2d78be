"""One spelling for every text: what the patterns of the terms file may rely on.

Plain ASCII needs none of the Unicode steps and skips them. Runs of more than three equal characters are not
shortened here: no pattern has a run of three, so that could change no match; `emoji` caps its own runs.
"""

import re
import unicodedata

MAX_CHARACTERS = 2_000
"""A text is cut here before anything else looks at it: the rest of a 100 kB post changes no reading."""

_MARKS = (
    "\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
"""Soft hyphen, stray accents (stress marks), niqqud, bidi marks, zero-width characters, variation selectors."""

_APOSTROPHES = "`\u2018\u2019\u02bc\u02b9"
_QUOTES = "\"'\u201c\u201d\u201e\u201f\u05f3\u05f4"
QUOTES_IN_HEBREW = _QUOTES + _APOSTROPHES
"""What a Hebrew word may have inside, as abbreviations and borrowed sounds do, and is compared without."""

_MARK = re.compile(f"[{_MARKS}]")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_HEBREW_QUOTE = re.compile(
    rf"[{_QUOTES}](?:(?<=[\u05d0-\u05ea].)[{_QUOTES}]*(?=\w)|(?<=\w.)[{_QUOTES}]*(?=[\u05d0-\u05ea]))"
)
"""Geresh and gershayim, also as typed on a plain keyboard: quote marks between a Hebrew letter and a word character."""

_UNUSUAL = re.compile(f"[{_MARKS}{_APOSTROPHES}{_QUOTES}]")
"""One look that saves three in most texts."""

_WIDE = tuple(zip("，！？：；（）～", ",!?:;()~", strict=True))
"""NFKC would do the same, but reads a text that has nothing else to change forty times as fast."""

URL = re.compile(r"[hHw](?<!\w.)(?:(?<=[hH])[tT][tT][pP][sS]?://|ww\.)[^\s\u2e80-\u9fff\uac00-\ud7a3]+")
"""Chinese needs no space after a link, so a link ends where East Asian letters begin. A letter first: quick to look for."""

_MENTION = re.compile(r"@\w+")
_TAG = re.compile(r"#(\w*)")

LOOKALIKES = dict(zip("abcehikmoptxy", "авсенікмортху", strict=True))
"""Latin letters, after casefold, that are drawn like a Cyrillic one in upper or lower case."""

_TO_CYRILLIC = str.maketrans(LOOKALIKES)
_MIXED = re.compile(r"[a-z][\u0400-\u052f]|[\u0400-\u052f][a-z]")
_LATIN_LETTER = re.compile("[a-z]")
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")

_RUNS = re.findall(r"[^\W_]+", "".join(map(chr, range(0x10000))))
_LETTERS = "".join(f"{run[0]}-{run[-1]}" for run in _RUNS) + "\U00010000-\U0001efff\U00020000-\U0003ffff"
"""Letters and digits as a written class: `re` looks it up in one table, some twice as fast as `\\w`."""

_WORD = re.compile(f"[#{_LETTERS}]+")
_TOKEN = re.compile(f"[#{_LETTERS}]+(?:'[{_LETTERS}]+)*")
"""`#` is left in a normalised text only in front of a tag written as one word."""


def normalise(text: str) -> str:
    """The text as the patterns expect it: NFKC, casefolded, without links, mentions and invisible characters."""
    if not text.isascii():
        text = _visible(text)
    if has_markup(text):
        text = _MENTION.sub(" ", URL.sub(" ", text))
    text = split_tags(text)
    folded = text.lower().replace("`", "'") if text.isascii() else _unmasked(text.casefold().replace("ё", "е"))
    return folded.removeprefix("rt ")


def tokens(clean: str) -> list[str]:
    """The words of a normalised text; an apostrophe inside a word belongs to it, an underscore does not."""
    return (_TOKEN if "'" in clean else _WORD).findall(clean)


def has_markup(text: str) -> bool:
    """Whether this text may have a link or a mention, before or after NFKC ("www…")."""
    return "@" in text or "://" in text or "www" in text


def split_tags(text: str) -> str:
    """`#DeleteApp` becomes `Delete App #DeleteApp`, `#boycott` becomes `boycott`: before casefold, which hides the seam."""
    return _TAG.sub(_tag_words, text) if "#" in text else text


def _tag_words(match: re.Match[str]) -> str:
    tag = match[1].replace("_", " ")
    seams = [i for i in range(1, len(tag)) if _is_seam(tag, i)]
    if not seams and " " not in tag:
        return f" {tag} "
    parts = [tag[a:b] for a, b in zip([0, *seams], [*seams, len(tag)], strict=True)]
    return f" {' '.join(parts)} #{tag.replace(' ', '')} "


def _is_seam(tag: str, i: int) -> bool:
    """A capital after a small letter, or the last capital before small letters (`ACMEFail` is `ACME Fail`)."""
    if not tag[i].isupper():
        return False
    return tag[i - 1].islower() or (tag[i - 1].isupper() and tag[i + 1 : i + 2].islower())


def _visible(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        for wide, narrow in _WIDE:
            text = text.replace(wide, narrow)
        text = unicodedata.normalize("NFKC", text)
    if _UNUSUAL.search(text):
        text = _APOSTROPHE.sub("'", _MARK.sub("", text))
        text = _HEBREW_QUOTE.sub("", text)
    return text


def _unmasked(folded: str) -> str:
    """Latin look-alikes inside mostly Cyrillic words become Cyrillic (evasion, bad keyboards)."""
    if _CYRILLIC_LETTER.search(folded) and _LATIN_LETTER.search(folded) and _MIXED.search(folded):
        return _TOKEN.sub(_cyrillic_if_mostly, folded)
    return folded


def _cyrillic_if_mostly(match: re.Match[str]) -> str:
    token = match[0]
    cyrillic = len(_CYRILLIC_LETTER.findall(token))
    return token.translate(_TO_CYRILLIC) if cyrillic > len(_LATIN_LETTER.findall(token)) else token
