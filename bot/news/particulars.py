"""Small particulars of a claim: how far filming is, how many episodes there are, which video."""

import re

from bot.news.events import Sighting
from bot.news.lexicon import Lexicon
from bot.news.page import Page
from bot.news.parts import Part

# The stages of filming, by the word group of the lexicon that tells each; of two the first counts.
STAGES = ("wrapped", "paused", "resumed", "started")
# The addresses of one video, by YouTube's own forms (https://developers.google.com/youtube).
_VIDEO = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:[^\s#]{0,80}&)?v=|embed/|shorts/)|youtu\.be/)"
    r"([\w-]{11})(?![\w-])",
    re.ASCII,
)
_FEWEST, _MOST = 2, 200  # episodes of a season


def stage_of(sighting: Sighting, lexicon: Lexicon) -> str:
    """How far filming is: `started`, `paused`, `resumed`, `wrapped`; "" where it does not say."""
    words = sighting.part.scene.text[sighting.start : sighting.end].split()
    return next((stage for stage in STAGES if not lexicon.words[stage].isdisjoint(words)), "")


def episodes_of(title: Part, lexicon: Lexicon, near: range) -> str:
    """How many episodes a headline gives a season among the words `near`, as `8 episodes`; ""
    where it does not say.

    Episodes that it comes after are those of the past.
    """
    words = title.line.words
    for index, word in enumerate(words):
        if index == 0 or index not in near or word not in lexicon.words["episodes"]:
            continue
        count = _number(words[index - 1], lexicon)
        is_past = index > 1 and words[index - 2] in lexicon.words["behind"]
        if _FEWEST <= count <= _MOST and not is_past:
            return f"{count} episodes"
    return ""


def _number(word: str, lexicon: Lexicon) -> int:
    return int(word) if word.isdecimal() else lexicon.seasons.cardinals.get(word, 0)


def video_of(page: Page) -> str:
    """The video that an article is about, as `youtube:ID`; "" where it does not say which."""
    for text in (page.article.link, page.article.summary[:2000]):
        if found := _VIDEO.search(text):
            return f"youtube:{found[1]}"
    return ""
