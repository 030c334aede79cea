"""An article prepared for reading."""

import pytest

from bot.news.model import Article
from bot.news.page import Page


@pytest.mark.parametrize(
    ("title", "source", "host", "left"),
    [
        ("Kiln returns - Example Post", "Example Post", "post.example", "Kiln returns"),
        ("Kiln returns - The Example Post", "Example Post", "news.example", "Kiln returns"),
        ("Kiln returns - Example Post", "Example Post (UK)", "news.example", "Kiln returns"),
        ("Kiln returns | EP.com - Example Post", "Example Post", "ep.com", "Kiln returns"),
        ("Kiln - the pots - TVPost", "feeds", "www.tvpost.example", "Kiln - the pots"),
        ("Kiln returns - Post.co.uk", "feeds", "www.post.co.uk", "Kiln returns"),
        ("Kiln returns - Night News", "feeds", "nightnewsnow.example", "Kiln returns"),
        ("Kiln returns - TVPost Series", "feeds", "tvpost.example", "Kiln returns"),
        ("Kiln returns – TVPost", "tvpost.example", "", "Kiln returns – TVPost"),
        ("The trailer is out - Dark", "feeds", "darkposts.example", "The trailer is out - Dark"),
        (
            "Kiln is cancelled - Report",
            "Reporter",
            "reporter.example",
            "Kiln is cancelled - Report",
        ),
        ("The trailer | House", "House of Posts", "hop.example", "The trailer | House"),
        ("Kiln returns - ", "feeds", "tvpost.example", "Kiln returns -"),
    ],
)
def test_the_outlets_name_is_taken_off(title: str, source: str, host: str, left: str) -> None:
    page = Page(Article("a", title, "", f"https://{host}/kiln", source=source))
    assert page.title.text == left


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://post.example/TV/kiln-renewed/?a=/b#/c", ("tv", "kiln-renewed")),
        ("//post.example/tv", ("tv",)),
        ("/tv/kiln", ("tv", "kiln")),
        ("tv//kiln", ("tv", "kiln")),
        ("https://post.example", ()),
        ("https://post.example/tv/%4Biln?x", ("tv", "kiln")),
        ("urn:uuid:1", ("urn:uuid:1",)),
        ("", ()),
    ],
)
def test_the_path_is_what_stands_between_host_and_query(link: str, path: tuple[str, ...]) -> None:
    assert Page(Article("a", "", "", link)).path == path
