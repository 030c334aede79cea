"""The demo's script: days counted from today, and every mistake told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.demo.script import Expected, Format, Item, ScriptError, Told, load_script
from bot.news.model import Certainty, Event, Trust

TODAY = date(2027, 11, 22)
OUTLET = """
[[outlet]]
key = "lamp"
name = "The Lamp"
trust = "press"
language = "en"
format = "atom"
old = { title = "Old", summary = "Nothing." }
"""
ITEM = """
[[item]]
outlet = "lamp"
title = "‘Harbour’ Sets {in 40 days} Premiere"
summary = "Then, or on {in 3 days}."
path = "harbour"
guid = "lamp-1"
categories = ["News"]
image = "harbour.png"

[item.expect]
show = "Harbour"
event = "dated"
certainty = "confirmed"
value = "{in 40 days}"
told = "new"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "harbour.png").touch()

    def write(text: str) -> Path:
        path = tmp_path / "script.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(ScriptError) as caught:
        load_script(path, TODAY)
    return caught.value.problems


def test_a_script_is_read_with_its_days_counted_from_today(write: Callable[[str], Path]) -> None:
    script = load_script(write(OUTLET + ITEM), TODAY)
    assert script.items == (
        Item(
            "lamp",
            "‘Harbour’ Sets January 1 Premiere",
            "Then, or on November 25.",
            "harbour",
            "lamp-1",
            ("News",),
            "harbour.png",
            Expected("Harbour", Event.DATED, Told.NEW, None, Certainty.CONFIRMED, "", "2028-01-01"),
        ),
    )


def test_an_outlet_has_an_old_item_from_the_start(write: Callable[[str], Path]) -> None:
    (outlet,) = load_script(write(OUTLET + ITEM), TODAY).outlets
    assert (outlet.trust, outlet.format) == (Trust.PRESS, Format.ATOM)
    assert outlet.old == Item("lamp", "Old", "Nothing.", "before", "lamp-before")


def test_the_shows_are_those_that_are_told_of(write: Callable[[str], Path]) -> None:
    rumour = ITEM.replace("Harbour", "Lighthouse").replace('told = "new"', 'told = "never"')
    rumour = rumour.replace("lamp-1", "lamp-2").replace('"harbour"', '"lighthouse"')
    assert load_script(write(OUTLET + ITEM + rumour), TODAY).shows == ("Harbour",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[item", "cannot be read as TOML"),
        (OUTLET, "there is no [[item]]"),
        (OUTLET + OUTLET + ITEM, "outlet 'lamp' stands twice"),
        (OUTLET + ITEM + ITEM, "its guid or path stands twice"),
        (OUTLET + ITEM.replace('"lamp"', '"lantern"'), "there is no outlet 'lantern'"),
        (OUTLET + ITEM.replace("harbour.png", "none.png"), "there is no picture"),
        (OUTLET + ITEM.replace('"dated"', '"wedding"'), "item 1: KeyError 'WEDDING'"),
        (OUTLET + ITEM.replace("guid", "uid"), "item 1: TypeError"),
        (OUTLET.replace('"press"', '"gossip"') + ITEM, "outlet 1: ValueError"),
    ],
)
def test_a_mistake_is_told(write: Callable[[str], Path], text: str, said: str) -> None:
    assert any(said in problem for problem in problems_of(write(text)))


def test_mistakes_are_told_together(write: Callable[[str], Path]) -> None:
    text = OUTLET + ITEM.replace("guid", "uid") + ITEM.replace("harbour.png", "none.png")
    assert len(problems_of(write(text))) == 2
