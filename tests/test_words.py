"""The catalogue and the code agree: every id that is used is there, with the fields it is given."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import TypeGuard

import pytest
from babel.messages.pofile import read_po

from bot.settings import DATA, ROOT
from bot.words import MissingWordsError, Words, load_words

LOCALES = DATA / "locale"
CODE = [*sorted((ROOT / "bot").rglob("*.py")), *sorted((ROOT / "cogs").rglob("*.py"))]
WORDS = load_words(LOCALES)
# Ids that are put together from what another process or a person says, so no pattern shows them.
MADE_ELSEWHERE = re.compile(r"feeds\.(failed|unread)\.\w+|command\..+")


def _messages() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """File, id and texts of every message of the English catalogue."""
    for path in sorted((LOCALES / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    said = message.string or ""
                    yield path.name, key, (said,) if isinstance(said, str) else tuple(said)


MESSAGES = list(_messages())
TEXTS = {key: texts for _, key, texts in MESSAGES}


def _is_words(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "words") or (
        isinstance(node, ast.Attribute) and node.attr in {"words", "_words"}
    )


def _is_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "count" and _is_words(node.value)


def _calls() -> Iterator[tuple[str, ast.Call, bool]]:
    """Every call of the words: where it stands, the call, whether it counts."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if _is_words(node.func):
                yield where, node, False
            elif _is_count(node.func):
                yield where, node, True


CALLS = list(_calls())


def _pattern(text: ast.JoinedStr) -> re.Pattern[str]:
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w. ]+"
        for part in text.values
    ]
    return re.compile("".join(parts))


def _strings() -> tuple[set[str], list[re.Pattern[str]]]:
    """All strings of the code, and the patterns of those that are put together and dotted."""
    said: set[str] = set()
    patterns = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                first = node.values[0] if node.values else None
                if isinstance(first, ast.Constant) and "." in str(first.value):
                    patterns.append(_pattern(node))
    return said, patterns


def _fields(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_every_id_that_the_code_names_is_in_the_catalogue() -> None:
    named = {where: str(call.args[0].value) for where, call, _ in CALLS if _is_text(call.args[0])}
    assert len(named) > 100
    assert {where: key for where, key in named.items() if key not in WORDS} == {}


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_id_that_the_code_puts_together_can_be_one_of_the_catalogue() -> None:
    made = {
        where: _pattern(call.args[0])
        for where, call, _ in CALLS
        if isinstance(call.args[0], ast.JoinedStr)
    }
    lost = {w: p.pattern for w, p in made.items() if not any(map(p.fullmatch, TEXTS))}
    assert lost == {}


def test_every_message_is_said_somewhere() -> None:
    said, patterns = _strings()
    unused = [
        key
        for key in TEXTS
        if key not in said
        and not MADE_ELSEWHERE.fullmatch(key)
        and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def test_the_code_gives_every_field_that_a_message_has() -> None:
    missing = {}
    for where, call, counts in CALLS:
        if not _is_text(call.args[0]) or any(word.arg is None for word in call.keywords):
            continue
        key = str(call.args[0].value)
        given = {word.arg for word in call.keywords} | ({"n"} if counts else set())
        if lacking := _fields(TEXTS.get(key, ())) - given:
            missing[where] = (key, lacking)
    assert missing == {}


def test_a_message_that_is_counted_has_both_forms_and_others_one() -> None:
    counted = {str(c.args[0].value) for _, c, counts in CALLS if counts and _is_text(c.args[0])}
    assert {key for key in counted if len(TEXTS[key]) != 2} == set()


def test_no_id_is_given_twice() -> None:
    assert [key for key, times in Counter(key for _, key, _ in MESSAGES).items() if times > 1] == []


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_a_message_is_written_and_its_fields_have_names(texts: tuple[str, ...]) -> None:
    assert all(texts)
    assert all(name.isidentifier() for name in _fields(texts))


@pytest.fixture
def german(tmp_path: Path) -> Words:
    """A locale that has one message of its own."""
    for locale, text in (("en", "Hello, {name}"), ("de", "Hallo, {name}")):
        (tmp_path / locale).mkdir()
        messages = f'msgid "greeting"\nmsgstr "{text}"\n'
        if locale == "en":
            messages += '\nmsgid "bye"\nmsgstr "Bye"\n\nmsgid "shows"\nmsgid_plural "shows"\n'
            messages += 'msgstr[0] "{n} show"\nmsgstr[1] "{n} shows"\n'
        (tmp_path / locale / "words.po").write_text(messages, encoding="utf-8")
    return load_words(tmp_path, "de")


def test_what_a_locale_lacks_is_taken_from_english(german: Words) -> None:
    assert german("greeting", name="Ada") == "Hallo, Ada"
    assert german("bye") == "Bye"
    assert "bye" in german
    assert "nothing" not in german


def test_a_message_is_counted(german: Words) -> None:
    assert [german.count("shows", number) for number in (0, 1, 2)] == [
        "0 shows",
        "1 show",
        "2 shows",
    ]


def test_an_unknown_id_is_a_bug_and_an_unknown_locale_another(
    german: Words, tmp_path: Path
) -> None:
    with pytest.raises(MissingWordsError):
        german("nothing")
    with pytest.raises(KeyError):
        german("greeting")
    with pytest.raises(FileNotFoundError):
        load_words(tmp_path, "fr")
