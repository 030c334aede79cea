"""The language of patterns."""

import pytest

from bot.news.patterns import PatternError, PatternSet, compile_pattern


def matches(source: str, text: str) -> bool:
    pattern = compile_pattern(source)
    return pattern.search(f" {text} ") is not None


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("renewed|renews", "SHOW renews", True),
        ("renewed|renews", "SHOW prerenews", False),
        ("(series order)|pickup", "gets a series order today", True),
        ("sets new? date", "sets date", True),
        ("sets new? date", "sets new date", True),
        ("sets .. date", "sets a very late date", True),
        ("sets .. date", "sets one two three four date", False),
        ("sets .. date", "sets . date", False),
        ("^ why", "why not", True),
        ("^ why", "tell why", False),
        ("?! $", "is it over ?", True),
        ("cancelled ~again", "cancelled again", False),
        ("cancelled ~..(show|series)", "cancelled big show", False),
        ("cancelled ~..(show|series)", "cancelled by NETWORK", True),
        ("says ~$", "NETWORK says", False),
        ("says ~$", "says no", True),
        ("says ~no|$", "NETWORK says", False),
        ("says ~no|$", "says no", False),
        ("says ~no|$", "says nothing", True),
        ("ends (after|,|$)", "SHOW ends", True),
        ("ends (after|,|$)", "SHOW ends , says NETWORK", True),
        ("ends (after|,|$)", "SHOW ends on DATE", False),
    ],
)
def test_a_pattern_matches_what_it_says(source: str, text: str, expected: bool) -> None:
    assert matches(source, text) is expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("will premiere", "SHOW will finally premiere", True),
        ("will premiere", "SHOW will finally officially premiere", False),
        ("will premiere", "SHOW will hardly premiere", False),
        ("will not? premiere", "SHOW will now not premiere", True),
        ("will premiere", "SHOW will swiftly premiere", True),
        ("cancelled ~again", "SHOW cancelled finally again", False),
        ("cancelled $", "SHOW cancelled finally", False),
        ("sets .. date", "SHOW sets a b c finally date", False),
    ],
)
def test_a_word_may_be_passed_over_between_two_slots(
    source: str, text: str, expected: bool
) -> None:
    pattern = compile_pattern(source, ["finally", "now", "officially", "*ftly"])
    assert (pattern.search(f" {text} ") is not None) is expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "  ",
        "(open",
        "^",
        "a||b",
        "ends (after|$)?",
        "why ^ not",
        "(^|why) not",
        "(ends|stops ~again)",
        "ends (of (this|that)|now)",
        "ends ~badly|of the|in",
    ],
)
def test_a_broken_pattern_is_named(source: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(source)


def test_a_set_looks_only_for_patterns_whose_words_are_there() -> None:
    patterns = PatternSet(
        [("date", compile_pattern("sets .. date")), ("end", compile_pattern("to end"))]
    )
    assert patterns.may_find(frozenset({"sets", "a", "date"}))
    assert not patterns.may_find(frozenset({"sets", "sail"}))
    text = "SHOW sets a date "
    (found,) = patterns.find(text, frozenset(text.split()))
    assert found.label == "date"
    assert text[found.start : found.end] == "sets a date "


def test_patterns_are_found_in_the_order_given_and_once_each() -> None:
    sources = ["fire|kiln", "to sea", "a ship", "kiln"]
    patterns = PatternSet([(source, compile_pattern(source)) for source in sources])
    text = "kiln fire a ship to sea "
    assert [f.label for f in patterns.find(text, frozenset(text.split()))] == sources


def test_a_pattern_without_an_anchor_is_always_looked_for() -> None:
    patterns = PatternSet([("anything", compile_pattern("^ ~kiln ~fire"))])
    assert patterns.is_free
    assert [f.label for f in patterns.find("a ship ", frozenset({"a", "ship"}))] == ["anything"]
    assert patterns.first("kiln ", frozenset({"kiln"})) is None


def test_frequent_words_are_poor_anchors() -> None:
    pattern = compile_pattern("returning for sails", frequent=["returning"])
    assert pattern.anchors == {"sails"}
    assert pattern.choicest == {"returning"}
    assert compile_pattern("returning for sails").anchors == {"returning"}


def test_a_choice_of_several_words_is_looked_for_by_its_rarer_one() -> None:
    pattern = compile_pattern("(on the way)|(green light)", frequent=["the", "green"])
    assert pattern.anchors == {"way", "light"}
    assert pattern.choicest == {"the", "green"}
