"""What strangers wrote does no harm in a message."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.escaping import escape, plain, size

DANGEROUS = re.compile(
    r"@everyone|@here|<[@#/:at]|https?://|discord\.gg/|(?<!\\)[*_~`|\[\]]", re.IGNORECASE
)
INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3164\u2800]")


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        ("Quiet Harbour renewed", "Quiet Harbour renewed"),
        ("@everyone and @Here, look", "＠everyone and ＠Here, look"),
        ("mail me: a@example.org, @handle", "mail me: a@example.org, @handle"),
        ("<@123> <@&4> <#5> </run:6> <:x:7> <t:8:R>", "‹@123> ‹@&4> ‹#5> ‹/run:6> ‹:x:7> ‹t:8:R>"),
        ("**loud** __line__ ~~gone~~", r"\*\*loud\*\* \_\_line\_\_ \~\~gone\~\~"),
        ("||spoiler|| `code`", r"\|\|spoiler\|\| \`code\`"),
        ("[click](https://evil.example)", r"\[click\](evil.example)"),
        ("see https://evil.example/a now", "see evil.example/a now"),
        ("hthttps://tps://evil.example", "evil.example"),
        ("join discord.gg/abc or https://discord.com/invite/abc!", "join … or …"),
        ("# Heading", r"\# Heading"),
        ("-# small print", r"-\# small print"),
        ("> quoted", r"\> quoted"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("two\r\nlines\u2028here", "two lines here"),
        ("back\\slash", r"back\\slash"),
        ("turn\u202earound ze\u200bro @every\u200bone", "turnaround zero ＠everyone"),
        ("\u3164\u2800 blank \u115f", "blank"),
        ("M*A*S*H", r"M\*A\*S\*H"),
        ("", ""),
    ],
)
def test_a_headline_is_shown_and_can_do_nothing(headline: str, shown: str) -> None:
    assert escape(headline, 200) == shown


def test_a_footer_or_label_gets_no_backslashes() -> None:
    assert plain("M*A*S*H @everyone https://evil.example", 80) == "M*A*S*H ＠everyone evil.example"


def test_a_long_text_ends_with_a_whole_word_and_an_ellipsis() -> None:
    text = "every word of this headline is whole until the limit cuts it"

    cut = escape(text, 32)

    assert cut == "every word of this headline is…"


def test_a_text_without_words_is_cut_anyway() -> None:
    assert escape("x" * 500, 10) == "x" * 9 + "…"


def test_emoji_count_as_discords_clients_count_them() -> None:
    cut = escape("🎬" * 50, 11)

    assert cut == "🎬" * 5 + "…"
    assert size(cut) == 11


def test_an_escape_is_never_cut_in_two() -> None:
    assert escape("*" * 50, 8) == r"\*\*\*…"


def test_piled_up_accents_are_thinned_out() -> None:
    assert size(escape("a" + "\u0301" * 400, 300)) == 5


def test_a_headline_of_megabytes_is_read_no_further_than_needed() -> None:
    assert escape("https://" * 500_000 + "x", 100) == ""


def as_read(shown: str) -> str:
    """A text with another sign for each backslash that is shown as one: it escapes nothing."""
    return shown.replace("\\\\", "¦")


def test_a_backslash_that_is_shown_parts_a_link_and_escapes_nothing() -> None:
    assert not DANGEROUS.search(as_read(escape("discord.\\gg/x \\*a*", 300)))
    assert DANGEROUS.search(as_read("\\\\*a*"))


@given(st.text(alphabet=st.characters(), max_size=400), st.integers(0, 120))
def test_no_text_escapes(text: str, limit: int) -> None:
    shown = escape(text, limit)

    assert size(shown) <= limit
    assert not DANGEROUS.search(as_read(shown))
    assert not INVISIBLE.search(shown)
    assert "\n" not in shown


def test_a_backslash_does_not_hide_a_mention_of_everybody() -> None:
    assert "@" not in escape("@\\here and @\\\\everyone", 300)


PIECES = ["@", "every", "one", "here", "<", "@1>", "ht", "tps", ":", "//", "discord.", "gg/", "x"]


@given(st.lists(st.sampled_from([*PIECES, "\u200b", "[a]", "(b)", "*", "\\", " "]), max_size=30))
def test_no_text_put_together_from_dangerous_pieces_escapes(pieces: list[str]) -> None:
    shown = escape("".join(pieces), 300)

    assert not DANGEROUS.search(as_read(shown))
