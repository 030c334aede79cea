"""How common words are in ordinary language, by wordfreq's small lists (about 29,000 words each).

A show called Dark or You is written like the word it is; one with a name of its own is not. Words
that the list does not have count as names.
"""

from functools import cache, lru_cache
from math import log10

from wordfreq import available_languages, get_frequency_dict

_MOST_COMMON = 6.5  # Zipf value above which a word is a function word: it tells nothing.


@cache
def _frequencies(language: str) -> dict[str, float]:
    if language not in available_languages("small"):
        return {}
    return get_frequency_dict(language, wordlist="small")


@lru_cache(maxsize=1 << 16)
def zipf(word: str, language: str = "en") -> float:
    """Its frequency as a power of ten in a billion words: 7 for "the", 0 for one not listed."""
    frequency = _frequencies(language).get(word, 0.0)
    return log10(frequency * 1e9) if frequency else 0.0


@lru_cache(maxsize=1 << 16)
def surprise(text: str, language: str = "en") -> float:
    """How unlikely it is to meet the words of a text in a row by chance, in powers of ten; 0 for
    "you"."""
    return sum(max(0.0, _MOST_COMMON - zipf(word, language)) for word in text.split())
