"""The message catalogue: every word shown to a person stands in `data/locale/`, not in the code.

A locale is a folder of gettext PO files (`data/locale/en/*.po`), read with Babel at the start, so
no compile step stands between a translator and the bot. A message's id is a dotted name
(`subscribe.done`), its text may hold `{fields}`. What a locale lacks is taken from English.
"""

from collections.abc import Mapping
from pathlib import Path

from babel.core import Locale
from babel.messages.pofile import read_po

DEFAULT_LOCALE = "en"


class MissingWordsError(KeyError):
    """No locale has a message of that id: a programming error, found by the tests."""


class Words:
    """The messages of one locale, with English behind them."""

    def __init__(
        self, locale: str, texts: Mapping[str, tuple[str, ...]], fallback: "Words | None" = None
    ) -> None:
        self.locale = Locale.parse(locale, sep="-" if "-" in locale else "_")
        self._texts = texts
        self._fallback = fallback

    def __contains__(self, key: str) -> bool:
        return key in self._texts or (self._fallback is not None and key in self._fallback)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a message, its fields filled in.

        Raises MissingWordsError for an id that no file has, and KeyError for a field not given.
        """
        return self._forms(key)[0].format_map(values)

    def count(self, key: str, number: int, /, **values: object) -> str:
        """The text in the plural form that the locale's rule gives for `number` (field `n`)."""
        forms = self._forms(key)
        rule = self.locale.plural_form(number)
        form = forms[0] if rule == "one" or len(forms) == 1 else forms[-1]
        return form.format_map({"n": number, **values})

    def _forms(self, key: str) -> tuple[str, ...]:
        forms = self._texts.get(key)
        if forms is not None:
            return forms
        if self._fallback is None:
            raise MissingWordsError(key)
        return self._fallback._forms(key)


def load_words(folder: Path, locale: str = DEFAULT_LOCALE) -> Words:
    """The words of a locale. Raises FileNotFoundError when `folder` has none of it.

    `folder` is `data/locale`. All PO files of the locale's folder are read as one.
    """
    files = sorted((folder / locale).glob("*.po"))
    if not files:
        raise FileNotFoundError(f"no messages for {locale!r} in {folder}")
    texts: dict[str, tuple[str, ...]] = {}
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=locale.replace("-", "_")):
                if message.id:
                    texts |= _entry(message.id, message.string)
    fallback = load_words(folder) if locale != DEFAULT_LOCALE else None
    return Words(locale, texts, fallback)


def _entry(
    key: str | list[str] | tuple[str, ...], text: str | list[str] | tuple[str, ...] | None
) -> dict[str, tuple[str, ...]]:
    name = key if isinstance(key, str) else key[0]
    forms = (text,) if isinstance(text, str) else tuple(text or ())
    return {name: forms} if all(forms) else {}
