"""From a mention to what the detectors keep of it: what the producer left out is filled in from the text, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from zlib import crc32

import msgspec

from detectors.observation import BOYCOTT, COPY, EMOTIONAL, KNOWN_AUTHOR, NEGATIVE, unrest
from detectors.text import LexiconScorer, detect_language, driver_terms, fingerprint, is_copy
from detectors.text.scorer import REVISION
from stream.config import Config
from stream.events.mention import DELETED_BY, EMOTIONS, INTENTS, PLATFORMS, Mention
from stream.observation import Observed

NAMELESS = "nameless"
"""The one scorer of all scores that came without a model."""
INTENT = "boycott"
"""The one intent that a signal counts."""
MAX_TEXT = 20_000
"""Longer text is cut for scoring."""
MAX_URL = 1000
"""Bytes of an address in an event, as it is written there: ten of them are in one of 64 KiB."""
SHORT_URL = 166
"""Characters that never take more, at six bytes each."""
MAX_SUBTAG = 8
"""Letters of a primary subtag (RFC 5646); what has more, or is none, is no language."""
MAX_LANGUAGES = 1000
"""Language tags whose primary subtag is remembered."""


Said = tuple[int, float | None, str | None, str | None, tuple[str, ...], tuple[str, ...]]
"""Flags, sentiment, the name of its scorer, language, terms, causes."""


class Enricher:
    """Turns mentions into observations."""

    def __init__(self, config: Config, scorer: LexiconScorer) -> None:
        self._scorer = scorer
        self._scorer_name = f"lexicon-{REVISION}"  # not its version: a new word in the list is no new scorer
        self._negative_probability = config.mentions.negative_probability
        self._negative_score = config.mentions.negative_score
        self._tell_urls = not config.mentions.privacy
        self._languages: dict[str | None, str] = {}
        self.unknown_values: Counter[str] = Counter()
        """Field: enumeration values that were read as `other` or left out."""

    def observe(self, mention: Mention, at_ms: int, offset: int, wants_words: Callable[[int], bool]) -> Observed:
        """What the detectors keep of a mention whose event time is `at_ms`; its words, if they are wanted then."""
        author = mention.author
        flags, score, scorer, language, terms, causes = self._read(mention, at_ms, wants_words)
        if author is None:
            reference, reach = mention.mention_id, 0
        else:
            reference, reach = author.ref, author.followers or 0
            flags |= KNOWN_AUTHOR
            if author.is_brand:
                score, flags = None, flags & ~(NEGATIVE | BOYCOTT)  # the brand's own post is talk, but no voice
        if mention.repost_of is not None:
            flags |= COPY
        score_micro = None if score is None else round(score * 1_000_000)
        if mention.deleted_by is not None and mention.deleted_by not in DELETED_BY:
            self.unknown_values["deleted_by"] += 1
        emotions = self._emotions(mention.emotions) if mention.emotions else ()
        return Observed(
            2 * mention.revision + (mention.op == "delete"),
            mention.mention_id,
            at_ms,
            crc32(reference.encode()),
            flags | EMOTIONAL if emotions else flags,
            score_micro,
            mention.platform if mention.platform in PLATFORMS else self._other("platform"),
            self._languages.get(language) or self._primary(language),
            reach if mention.reach is None else mention.reach,
            offset,
            self._link(mention.url) if mention.url else None,
            terms,
            causes,
            emotions,
            crc32((mention.thread_id or mention.repost_of or mention.in_reply_to or mention.mention_id).encode()),
            0 if score is None or scorer is None else crc32(scorer.encode()),
            _fingerprint(mention.text, flags, score_micro) if mention.text else 0,
        )

    def _read(self, mention: Mention, at_ms: int, wants_words: Callable[[int], bool]) -> Said:
        """What the producer gave, the rest from the text."""
        text, language, score, scorer = mention.text, mention.language, None, None
        causes: tuple[str, ...] = ()
        terms: tuple[str, ...] = ()
        flags, boycott = 0, False
        if mention.sentiment is not None:
            score, scorer = mention.sentiment.score, mention.sentiment.model or NAMELESS
            flags = NEGATIVE if score <= self._negative_score else 0
        if text:
            if len(text) > MAX_TEXT:
                text = text[:MAX_TEXT]
            if score is None:
                reading = self._scorer.read(text, language)
                score, language, causes = reading.sentiment, reading.language, reading.causes
                scorer = self._scorer_name
                boycott = INTENT in reading.intents
                flags = NEGATIVE if reading.p_negative >= self._negative_probability else 0
            else:
                language = language or detect_language(text)
                boycott = self._scorer.calls_to_boycott(text, language)
            if (flags or "#" in text or "http" in text) and wants_words(at_ms):
                terms = _terms(text, language, negative=flags != 0)
            if is_copy(text):
                flags |= COPY
        if boycott or (mention.intents and INTENT in self._known_intents(mention.intents)):
            flags |= BOYCOTT
        return flags, score, scorer, language, terms, causes

    def _link(self, url: str) -> str | None:
        fits = len(url) <= SHORT_URL or len(msgspec.json.encode(url)) <= MAX_URL
        return url if self._tell_urls and fits else None

    def _other(self, field: str) -> str:
        self.unknown_values[field] += 1
        return "other"

    def _primary(self, tag: str | None) -> str:
        """The primary subtag of a BCP-47 tag, remembered for the next mention."""
        primary = (tag or "und").replace("_", "-").partition("-")[0].lower()
        if len(primary) > MAX_SUBTAG or not (primary.isascii() and primary.isalpha()):
            primary = "und"
        if len(self._languages) < MAX_LANGUAGES:
            self._languages[tag] = primary
        return primary

    def _known_intents(self, intents: list[str]) -> frozenset[str]:
        known = INTENTS.intersection(intents)
        self.unknown_values["intents"] += len(set(intents)) - len(known)
        return known

    def _emotions(self, emotions: dict[str, float]) -> tuple[tuple[str, int], ...]:
        known = EMOTIONS.intersection(emotions)
        self.unknown_values["emotions"] += len(emotions) - len(known)
        return tuple((name, round(emotions[name] * 1_000_000)) for name in sorted(known))


def _terms(text: str, language: str, *, negative: bool) -> tuple[str, ...]:
    """Words of what is negative; hashtags and addresses of everything."""
    terms = driver_terms(text, language)
    if negative:
        return terms
    return tuple(term for term in terms if term[0] == "#" or "/" in term)


def _fingerprint(text: str, flags: int, score_micro: int | None) -> int:
    """Of the few texts where it matters whose words they are: the unhappy ones and the calls that are no copies yet.

    The rest would cost time and drive these out of a memory that is bounded.
    """
    remarkable = flags & (NEGATIVE | BOYCOTT) or (score_micro is not None and unrest(score_micro))
    return fingerprint(text) if remarkable and not flags & COPY else 0
