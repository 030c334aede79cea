"""Text, links and dates out of feeds: what is taken off, what stays."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.canonical import canonical_link
from bot.feeds.dates import read_date
from bot.feeds.links import web_link
from bot.feeds.text import (
    ITALICS_LIMIT,
    MOST_ITALICS,
    first_image,
    italics,
    plain_summary,
    plain_title,
    shorten,
)

BASE = "https://site.example/tv/page.html"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Plain", "Plain"),
        ("  two\n lines\t here ", "two lines here"),
        ("<b>Bold</b> <i>claims</i>", "Bold claims"),
        ("Olive&#8217;s &amp; Ark", "Olive’s & Ark"),
        ("Olive&amp;#8217;s Ark", "Olive’s Ark"),
        ("Salt &amp;amp;amp; Pepper", "Salt & Pepper"),
        ("a < b and c > d", "a < b and c > d"),
        ("I <3 it", "I <3 it"),
        ("AT&T, R&B; &c", "AT&T, R&B; &c"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("<style>p{}</style>Safe", "Safe"),
        ("<!-- hidden -->Seen", "Seen"),
        ("<!--<!--<!--", ""),
        ("nul\x00 and \x1b[0m", "nul and [0m"),
        ("\u202eevil\u202c \u2066iso\u2069 \u200bzero", "evil iso zero"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("tag\U000e0067s", "tags"),
        ("e\u0301", "é"),
        ("Z" + "\u0336" * 40 + "!", "Z\u0336\u0336!"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("non\u00a0breaking", "non breaking"),
        ("\ud800lone", "lone"),
    ],
)
def test_a_title_is_what_a_reader_sees(raw: str, expected: str) -> None:
    assert plain_title(raw, 500) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/><br/>Three", "One\nTwo\nThree"),
        ("<ul><li>A</li><li>B</li></ul>", "A\nB"),
        ("in<em>line</em> <a href='x'>link</a>.", "inline link."),
        ("<p>  spaces   and\n\n breaks </p>", "spaces and\nbreaks"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;", "escaped twice"),
        ("<iframe src='x'>no</iframe>yes<noscript>no</noscript>", "yes"),
        ("<table><tr><td>Cell</td></tr></table>", "Cell"),
        ("", ""),
    ],
)
def test_a_summary_keeps_its_paragraphs(raw: str, expected: str) -> None:
    assert plain_summary(raw, 500) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "<em>Kiln</em> and <i class='t'>The <b>Long</b>\nOrchard</i>",
            ("Kiln", "The Long Orchard"),
        ),
        ("<cite>Kiln</cite>, again: <EM>Kiln</EM>", ("Kiln",)),
        ("&lt;em&gt;Kiln&lt;/em&gt; returns", ("Kiln",)),
        ("<em></em><em> </em><em>Kiln", ("Kiln",)),
        ("<embed src='x'><img src='y'>Kiln", ()),
        (f"<em>{'x' * (ITALICS_LIMIT + 1)}</em>", ()),
        ("Kiln", ()),
    ],
)
def test_what_is_set_in_italics_is_known(raw: str, expected: tuple[str, ...]) -> None:
    assert italics(raw) == expected


def test_of_many_italics_the_first_are_known() -> None:
    raw = "".join(f"<i>{number}</i>" for number in range(MOST_ITALICS * 2))
    assert italics(raw) == tuple(map(str, range(MOST_ITALICS)))


@pytest.mark.parametrize(
    "bomb",
    [
        "<!--" * 25_000,
        '<a href="' * 11_000,
        "<div>" * 20_000,
        "<b " + "a=1 " * 25_000,
        "&lt;" * 25_000,
        "<em>" * 25_000 + "x",
    ],
    ids=["comments", "quotes", "depth", "attributes", "entities", "italics"],
)
def test_markup_made_to_be_slow_is_read_all_the_same(bomb: str) -> None:
    assert len(plain_summary(bomb, 500)) <= 500
    assert len(italics(bomb)) <= MOST_ITALICS


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("one two three", 8, "one two…"),
        ("x" * 100, 10, "x" * 9 + "…"),
    ],
)
def test_what_is_cut_says_so(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@given(st.text(), st.integers(1, 600))
def test_text_is_bounded_and_clean_whatever_comes_in(raw: str, limit: int) -> None:
    for text in (plain_title(raw, limit), plain_summary(raw, limit)):
        assert len(text) <= limit
        assert not any(ord(c) < 32 and c != "\n" for c in text)
        assert not set(text) & set("\x7f\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff")
    assert "\n" not in plain_title(raw, limit)


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("/root", "https://site.example/root"),
        ("near", "https://site.example/tv/near"),
        ("?p=1", "https://site.example/tv/page.html?p=1"),
        ("//cdn.example/i.jpg", "https://cdn.example/i.jpg"),
        ("HTTPS://A.example/", "https://A.example/"),
        ("httP://a.example/", "http://a.example/"),
        (" https://a.example/b c ", "https://a.example/b%20c"),
        ("https://a.example/<x>", "https://a.example/%3Cx%3E"),
        ("https://a.example/x)[y](z", "https://a.example/x%29%5By%5D%28z"),
        ("https://[2606:4700::1]/x", "https://[2606:4700::1]/x"),
        ("https://a.example/\u202egpj.exe", "https://a.example/gpj.exe"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@b.example", ""),
        ("file:///etc/passwd", ""),
        ("discord://-/channels", ""),
        ("https://", ""),
        ("https://user:pw@a.example/", ""),
        ("https://[bad/", ""),
        ("https://a.example:port/", ""),
        ("https://a.example:99999/", ""),
        ("https://a.example/" + "x" * 2000, ""),
        ("", ""),
    ],
)
def test_a_link_is_absolute_and_of_the_web_or_none(link: str, expected: str) -> None:
    assert web_link(link, BASE) == expected


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("http://www.Site.example/a/", "https://site.example/a"),
        ("https://m.site.example:443/a#top", "https://site.example/a"),
        ("https://site.example/a?utm_source=x&fbclid=y", "https://site.example/a"),
        ("https://site.example/?b=2&a=1", "https://site.example?a=1&b=2"),
        ("https://site.example/?p=12&UTM_Medium=rss", "https://site.example?p=12"),
        (
            "https://www.youtube.com/watch?v=abc&feature=x",
            "https://youtube.com/watch?feature=x&v=abc",
        ),
        ("https://site.example:8443/a", "https://site.example:8443/a"),
        ("https://site.example/%41", "https://site.example/A"),
        ("javascript:1", ""),
        ("", ""),
        ("https://[bad/", ""),
        ("https://site.example:99999/", ""),
    ],
)
def test_a_links_key_forgets_what_does_not_name_the_article(link: str, key: str) -> None:
    assert canonical_link(link) == key


@given(st.text())
def test_a_links_key_is_its_own_key(link: str) -> None:
    key = canonical_link(web_link(link, BASE))

    assert canonical_link(key) == key


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ('<p><img src="a.jpg"></p>', "a.jpg"),
        ('<img data-src="lazy.jpg">', "lazy.jpg"),
        ('<IMG SRC="big.jpg">', "big.jpg"),
        ('<img src="p.gif" width=1 height=1><img src="b.jpg">', "b.jpg"),
        ('<img alt="none">', ""),
        ("no picture", ""),
    ],
)
def test_the_first_real_picture_is_found(html: str, image: str) -> None:
    assert first_image(html) == image


# --- dates ---------------------------------------------------------------------------------------

MOMENT = datetime(2026, 11, 22, 7, 12, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 22 Nov 2026 07:12:29 GMT",
        "Sun, 22 Nov 2026 07:12:29 +0000",
        "Sun, 22 Nov 2026 02:12:29 EST",
        "Sat, 21 Nov 2026 23:12:29 PST",
        "Sun, 22 Nov 2026 16:12:29 KST",
        "Sun, 22 Nov 2026 08:12:29 CET",
        "22 Nov 2026 07:12:29",
        "So, 22 Nov 2026 07:12:29 +0000",
        "dim., 22 Nov 2026 07:12:29 +0000",
        "2026-11-22T07:12:29Z",
        "2026-11-22T07:12:29.123456Z",
        "2026-11-22T08:12:29+01:00",
        "2026-11-22T08:12:29+0100",
        "2026-11-22 07:12:29 UTC",
        "2026-11-22 07:12:29",
        "2026-11-22 02:12:29 EST",
        "22/11/2026 07:12:29",
        "22.11.2026, 07:12:29",
        "11/22/2026 07:12:29",
        "November 22, 2026 7:12:29 AM",
        "Nov 22, 2026 07:12:29",
        "Sunday, November 22, 2026 at 7:12:29 AM UTC",
        "  Sun, 22 Nov\n2026 07:12:29 GMT ",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert read_date(text) == MOMENT


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("November 22, 2026 12:30 AM", 0),
        ("November 22, 2026 12:30 PM", 12),
        ("Nov 22, 2026 1:30 pm", 13),
    ],
)
def test_twelve_o_clock_has_two_halves(text: str, hour: int) -> None:
    found = read_date(text)

    assert found is not None
    assert found.hour == hour


def test_the_hour_24_is_the_next_days_first() -> None:
    assert read_date("Sat, 21 Nov 2026 24:12:29 GMT") == datetime(
        2026, 11, 22, 0, 12, 29, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "0000-00-00", "0000-00-00 00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT",
     "2026-13-40", "99/99/2026", "1e9", "Sun, 22 Nov 20266 07:12:29 GMT", "2026", "9999-12-31"],
)  # fmt: skip
def test_a_date_that_is_unclear_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = read_date(text)

    assert found is None or found.utcoffset() is not None
