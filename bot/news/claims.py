"""What an article asserts of a show: the reader.

    article -> page -> parts -> events -> weighing -> subject -> claims

Each stage is a module of its own; `bot.news.desk` runs them. A list, a review or a film is known by
its cues (`bot.news.shapes`), a show by the evidence for its name (`bot.news.naming`).
"""

from collections.abc import Sequence

from bot.news.desk import Desk
from bot.news.glance import may_tell
from bot.news.lexicon import Lexicon
from bot.news.model import Article, Claim
from bot.news.page import Page
from bot.news.reading import Reading
from bot.news.titles import TitleIndex


class Reader:
    """Reads articles for the shows of an index. Pure: the same article gives the same claims."""

    def __init__(self, index: TitleIndex, lexicons: Sequence[Lexicon]) -> None:
        """A reader in the languages of `lexicons`, the first where an article's is not told."""
        self._index = index
        self._lexicons = tuple(lexicons)

    def read(self, article: Article) -> tuple[Claim, ...]:
        """The claims of an article, the leading one first; rumours, clips and stills included."""
        return self._read(article).claims

    def explain(self, article: Article) -> Reading:
        """The claims of an article with all that was weighed to make them, or not to."""
        page = Page(article)
        return Desk(page, self._lexicon_of(page), self._index, explains=True).reading()

    def _read(self, article: Article) -> Reading:
        page = Page(article)
        likely = self._likely(page)
        # Where a short headline fits several languages, the one in which it tells something.
        lexicon = next((x for x in likely if may_tell(page.title, x)), None)
        if lexicon is None:
            return Reading(language=likely[0].language)
        return Desk(page, lexicon, self._index).reading()

    def _lexicon_of(self, page: Page) -> Lexicon:
        likely = self._likely(page)
        return next((x for x in likely if may_tell(page.title, x)), likely[0])

    def _likely(self, page: Page) -> Sequence[Lexicon]:
        """The lexicons, the one whose language the headline's words fit best first; but for the
        first of all, none that they do not fit."""
        if len(self._lexicons) == 1:
            return self._lexicons
        words = page.title.bag
        known = [len(lexicon.common & words) for lexicon in self._lexicons]
        order = sorted(range(len(known)), key=known.__getitem__, reverse=True)
        return [self._lexicons[i] for i in order if known[i] or i == 0]
