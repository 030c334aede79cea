"""Loading the lexicons of `data/lexicon/`. A leaf: services and commands hand them to news."""

from pathlib import Path

from bot.news.lexicon import Lexicon, LexiconError


def load_lexicons(folder: Path) -> tuple[Lexicon, ...]:
    """The lexicons of a folder, English first: it decides where a text's language is not told.

    Raises LexiconError, with the file's name, when one cannot be read or none is there.
    """
    lexicons: list[Lexicon] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            lexicons.append(Lexicon.parse(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, LexiconError) as error:
            raise LexiconError(f"{path.name}: {error}") from error
    if not lexicons:
        raise LexiconError(f"no lexicon in {folder}")
    return tuple(sorted(lexicons, key=lambda lexicon: lexicon.language != "en"))
