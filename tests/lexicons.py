"""The shipped lexicons, read once for all tests."""

from bot.lexicons import load_lexicons
from bot.settings import DATA

LEXICONS = load_lexicons(DATA / "lexicon")
ENGLISH, SPANISH = LEXICONS
