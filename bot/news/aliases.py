"""Which of a show's further names may be looked for in headlines.

A catalogue has names of every sort: "The Show", "24h", plain words of another language. A name that
is common speech would read news into texts that speak of something else.
"""

from collections.abc import Callable, Iterable, Sequence

from bot.news.commonness import surprise, zipf
from bot.news.titles import title_key, title_words

MOST = 20
SHORTEST = 5  # letters of a name of one word
UNLIKELY = 2.6  # as much as makes a title of several words a name by itself (bot.news.naming)


def telling_names(
    names: Iterable[str],
    own: Iterable[str],
    languages: Iterable[str],
    is_taken: Callable[[str], bool],
) -> tuple[str, ...]:
    """The names that may be read, at most MOST of them, as they are written.

    `own` are the names by which the show is read anyway, `is_taken` says that another show goes by
    a name: both are left out.
    """
    seen = {title_key(name) for name in own}
    spoken = tuple(languages)
    kept: list[str] = []
    for name in names:
        words = title_words(name)[0]
        key = title_key(name)
        if key in seen or not _is_telling(words, spoken) or is_taken(name):
            continue
        seen.add(key)
        kept.append(name)
    return tuple(kept[:MOST])


def _is_telling(words: Sequence[str], languages: tuple[str, ...]) -> bool:
    if not words or all(word.isdecimal() for word in words):
        return False
    if len(words) == 1:
        return len(words[0]) >= SHORTEST and not any(zipf(words[0], each) for each in languages)
    return all(surprise(" ".join(words), each) > UNLIKELY for each in languages)
