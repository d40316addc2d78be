"""What people talk about: the words, tags and links of one text that may turn out to drive a crisis.

Chinese has no spaces. Pairs at every character would read badly (half of them straddle two words) and would use up
the dozen within one clause, so a run of characters is cut at its function characters ("的", "了", "我" ...) and at
punctuation; pieces of two to four characters are kept, longer ones cut into pairs, the usual length of a word.
Japanese is cut at its kana, keeping katakana words. Thai and its neighbours keep tags, links and Latin words only.
"""

import re
from itertools import filterfalse

from detectors.text.function_words import ANY_STOP_WORD, STOP_WORDS
from detectors.text.normalise import MAX_CHARACTERS, URL

MAX_TERMS = 12
MAX_LETTERS, MAX_LINK = 40, 200
"""A longer word is a token or a text without spaces and left out; a longer link is cut."""

_TAG = re.compile(r"#(\w+)")
_NOT_TALK = re.compile(r"@\w+|\$\s?[A-Za-z]\w*")
"""Mentions and cashtags, `$ACME` or `$ acme` as tokenised."""

_WORD = re.compile(r"[^\W\d_](?:[\w'’&\-]*[^\W_])?")
"""A word in a token that is not letters only; `wal-mart` and `at&t` are one, `and/or` are two."""

_MARKS = ',.!?:"«»'
"""The commonest marks, taken away quickly where there is no table; `_inside` finds the rest."""
_EDGES = ".,;:!?…\"'‘’“”„«»()[]"
_SPACED = bytes(byte if byte > 127 or chr(byte).isalnum() or chr(byte) in "&'-_" else 32 for byte in range(256))
"""UTF-8 with a space for every ASCII mark that is not part of a word."""

_HAN_FUNCTION = "的了着著是在和与與跟也都就还還又很太不没沒我你您他她它们們这這那哪什么麼吗嗎呢吧啊呀哦嘛把被让讓给給从從而但却卻要个個些每之其说說再才只得怎"
_HAN_RUNS = re.split(f"[{_HAN_FUNCTION}]", "".join(map(chr, range(0x4E00, 0xA000))))
_HAN_WORD = re.compile(f"[{''.join(f'{run[0]}-{run[-1]}' for run in _HAN_RUNS if run)}]{{2,}}")
_HAN_OR_LATIN_WORD = re.compile(rf"{_HAN_WORD.pattern}|[a-z][a-z\d]+")
_HAN_LETTERS = 4
_JAPANESE_WORD = re.compile(r"[\u4e00-\u9fff]{2,6}|[\u30a1-\u30fa\u30fc]{3,}|[a-z][a-z\d]+")
_LATIN_WORD = re.compile(r"[a-z][a-z\d]+")
_UNSPACED = {"ja": _JAPANESE_WORD, "th": _LATIN_WORD, "lo": _LATIN_WORD, "km": _LATIN_WORD, "my": _LATIN_WORD}


def driver_terms(text: str, language: str) -> tuple[str, ...]:
    """Up to `MAX_TERMS` distinct terms: `#tags`, then links as `host/path`, then words, each in order of appearance.

    Tags and words are casefolded. Stop words, numbers, mentions, cashtags and single letters are left out. A term
    with `#` in front is a tag, one with `/` in it is a link, and no other term has either.
    """
    text = text[:MAX_CHARACTERS]
    terms: dict[str, None] = {}
    links: list[str] = []
    if "://" in text or "www." in text:
        found = URL.findall(text)
        links = [_host_and_path(link) for link in found]
        for link in sorted(found, key=len, reverse=True):
            text = text.replace(link, " ")
    if "#" in text:
        terms = dict.fromkeys(f"#{tag.casefold()}" for tag in _TAG.findall(text) if len(tag) <= MAX_LETTERS)
        text = _TAG.sub(" ", text)
    if "@" in text or "$" in text:
        text = _NOT_TALK.sub(" ", text)
    words = _words(text.casefold(), language)
    lengths = set(map(len, words))
    if 1 in lengths or max(lengths, default=0) > MAX_LETTERS:
        words = [word for word in words if 1 < len(word) <= MAX_LETTERS]
    terms.update(dict.fromkeys(links + words if links else words))
    return tuple(terms)[:MAX_TERMS]


def _words(folded: str, language: str) -> list[str]:
    stop = STOP_WORDS.get(language, ANY_STOP_WORD)
    if language == "zh":
        pieces = (_HAN_OR_LATIN_WORD if _LATIN_WORD.search(folded) else _HAN_WORD).findall(folded)
        return [word for word in _han_words(pieces) if word not in stop]
    if language in _UNSPACED:
        return [piece for piece in _UNSPACED[language].findall(folded) if piece not in stop]
    return _spaced_words(folded, stop)


def _han_words(pieces: list[str]) -> list[str]:
    words: list[str] = []
    for piece in pieces:
        if len(piece) <= _HAN_LETTERS or piece.isascii():
            words.append(piece)
        else:
            words += [piece[at : at + 2] for at in range(0, len(piece) - 1, 2)]
    return words


def _spaced_words(folded: str, stop: frozenset[str]) -> list[str]:
    if folded.isascii():
        folded = folded.encode().translate(_SPACED).decode()
    else:
        for mark in _MARKS:
            folded = folded.replace(mark, " ")
    tokens = list(filterfalse(stop.__contains__, folded.split()))
    if "".join(tokens).isalpha():
        return tokens
    words: list[str] = []
    for token in tokens:
        if token.isalpha():
            words.append(token)
        else:
            words += [word for word in _inside(token) if word not in stop]
    return words


def _inside(token: str) -> list[str]:
    """The words in a token that is not letters only."""
    bare = token.strip(_EDGES)
    if bare.isalpha():
        return [bare]
    return [word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(bare)]


def _host_and_path(link: str) -> str:
    """`https://www.Example.com/a/B?c=d#e` is `example.com/a/B`; a bare host ends in `/`."""
    address = link.partition("?")[0].partition("#")[0].rpartition("://")[2].rstrip(".,;:!…)\"'»”")
    host, _, path = address.partition("/")
    return f"{host.casefold().removeprefix('www.')}/{path.rstrip('/')}"[:MAX_LINK]
