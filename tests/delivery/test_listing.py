"""Several announcements in one message."""

import pytest

from bot.delivery.listing import Heading, pages, render_list
from bot.delivery.showing import marks
from bot.delivery.telling import NOBODY, Mentions, Outlet
from bot.news.model import Event
from bot.words import Words
from tests.delivery.test_rendering import MARK, embed_of, telling
from tests.standin.payloads import check_message


def test_what_was_held_is_told_in_one_message(words: Words) -> None:
    held = [
        telling(),
        telling(Event.TRAILER),
        telling(Event.CANCELLED, None),
        telling(Event.ENDING),
    ]

    payload = render_list(held, Heading.CATCH_UP, Mentions((11,)), MARK, words)

    check_message(payload)
    assert payload["content"] == "While I could not post here, 4 things happened · <@11>"
    lines = embed_of(payload)["description"].splitlines()
    assert lines[0] == (
        "• **Quiet Harbour** is renewed for season 4"
        " — [The Screen Ledger](https://ledger.example/quiet-harbour)"
    )
    assert len(lines) == 4
    assert marks(payload) == {MARK}


def test_more_than_fits_goes_into_further_messages_and_nothing_is_left_out(words: Words) -> None:
    long = Outlet("The Screen Ledger", "https://ledger.example/" + "x" * 250)
    held = [telling(season=n, show="A very long title " * 5, outlets=(long,)) for n in range(60)]

    cut = pages(held, words)

    assert [each for page in cut for each in page] == held
    for page in cut:
        check_message(render_list(page, Heading.DIGEST, NOBODY, MARK, words))


def test_a_list_of_nothing_is_no_post(words: Words) -> None:
    assert pages([], words) == ()
    with pytest.raises(ValueError, match="nothing"):
        render_list([], Heading.DIGEST, NOBODY, MARK, words)
