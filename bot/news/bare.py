"""A show that nobody knows but by its bare title: followed on a person's word."""

from bot.news.model import Show
from bot.news.text import clean
from bot.news.titles import title_words

BARE_PREFIX = "title:"
TITLE_LIMIT = 80
KEY_LIMIT = 80  # of the title's part: a key is a choice's value too, which Discord bounds
SHORTEST = 2  # letters and digits


def bare_show(text: str) -> Show | None:
    """The show of a title that a person typed; None for a text that can be none.

    Titles that differ in case, accents, marks and a leading article are one show.
    """
    title = clean(text, TITLE_LIMIT)
    key = "-".join(title_words(title)[0])[:KEY_LIMIT]
    if len(key.replace("-", "")) < SHORTEST:
        return None
    return Show(BARE_PREFIX + key, title)


def is_bare(show: Show) -> bool:
    """Whether nothing is known of the show but its title."""
    return show.key.startswith(BARE_PREFIX) and show.year is None and not show.network
