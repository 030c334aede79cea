"""How a piece of news looks in a channel."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.editing import is_shown, render_edit
from bot.delivery.escaping import size
from bot.delivery.rendering import (
    COLOURS,
    Payload,
    render,
    render_further,
    render_plain_fallback,
    render_sample,
)
from bot.delivery.showing import marks, showing
from bot.delivery.telling import NOBODY, Mentions, Outlet, Telling, parts
from bot.news.model import (
    Announcement,
    Certainty,
    Change,
    Event,
    FactKey,
    Kind,
    Precision,
    Show,
    Standing,
    When,
)
from bot.words import Words
from tests.standin.payloads import check_message
from tests.standin.world import Json

MARK = "abcdefghijklmno1"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def telling(
    event: Event = Event.RENEWED,
    season: int | None = 4,
    *,
    show: str = "Quiet Harbour",
    subject: str = "",
    **fields: Any,
) -> Telling:
    news = {
        key: fields.pop(key) for key in ("change", "value", "certainty", "before") if key in fields
    }
    announcement = Announcement(
        FactKey("quiet-harbour", season, event, subject),
        news.pop("change", Change.NEW),
        news.pop("value", ""),
        news.pop("certainty", Certainty.CONFIRMED),
        NOON,
        **news,
    )
    ledger = Outlet("The Screen Ledger", "https://ledger.example/quiet-harbour")
    return Telling(
        Show("quiet-harbour", show), announcement, fields.pop("outlets", (ledger,)), **fields
    )


def embed_of(payload: Json) -> Json:
    embed: Json
    [embed] = payload["embeds"]
    return embed


def fields_of(payload: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in embed_of(payload)["fields"]}


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (telling(), "**Quiet Harbour** is renewed for season 4"),
        (telling(season=None), "**Quiet Harbour** is renewed"),
        (telling(Event.CANCELLED, 3), "**Quiet Harbour** is cancelled: no season 3"),
        (
            telling(Event.DATED, value="2027-03-03"),
            "**Quiet Harbour** season 4 arrives on March 3, 2027",
        ),
        (
            telling(Event.DATED, value="2027 fall"),
            "**Quiet Harbour** season 4 arrives in autumn 2027",
        ),
        (
            telling(Event.MOVED, None, value="2027-05"),
            "**Quiet Harbour** moves: it now arrives in May 2027",
        ),
        (telling(Event.TRAILER), "**Quiet Harbour** season 4: the trailer is out"),
        (telling(Event.JOINS, None, subject="Ada Flint"), "Ada Flint joins **Quiet Harbour**"),
        (
            telling(certainty=Certainty.REPORTED),
            "Reported: **Quiet Harbour** is renewed for season 4",
        ),
        (telling(certainty=Certainty.RUMOUR), "Rumour: **Quiet Harbour** is renewed for season 4"),
        (
            telling(change=Change.CONFIRMED),
            "Now confirmed: **Quiet Harbour** is renewed for season 4",
        ),
        (
            telling(change=Change.WITHDRAWN),
            "Saved: **Quiet Harbour** is renewed for season 4",
        ),
        (
            telling(Event.CANCELLED, None, change=Change.WITHDRAWN),
            "Reversed: **Quiet Harbour** is cancelled",
        ),
        (
            telling(Event.DATED, value="2027-03-03", before="2027-03", change=Change.CHANGED),
            "More exactly: **Quiet Harbour** season 4 arrives on March 3, 2027",
        ),
        (
            telling(Event.DATED, value="2027-03-03", change=Change.CHANGED),
            "**Quiet Harbour** season 4 arrives on March 3, 2027",
        ),
        (
            telling(Event.DATED, change=Change.TOMORROW, value="2027-03-03"),
            "One more day: **Quiet Harbour** season 4 arrives on March 3, 2027",
        ),
        (
            telling(
                Event.DATED, change=Change.TODAY, value="2027-03-03", certainty=Certainty.REPORTED
            ),
            "Premiere day, if the reports are right: "
            "**Quiet Harbour** season 4 arrives on March 3, 2027",
        ),
    ],
)
def test_the_first_line_says_everything_a_push_notification_must(
    told: Telling, line: str, words: Words
) -> None:
    content = render(told, NOBODY, MARK, words)["content"]

    assert content == f"{line} — The Screen Ledger"


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("season", [None, 2])
@pytest.mark.parametrize("change", list(Change))
@pytest.mark.parametrize("certainty", list(Certainty))
def test_every_kind_of_news_has_words(
    event: Event, season: int | None, change: Change, certainty: Certainty, words: Words
) -> None:
    for subject, value in [("", ""), ("Ada Flint", "2027")]:
        told = telling(
            event, season, subject=subject, change=change, certainty=certainty, value=value
        )
        payload: Json = render(told, NOBODY, MARK, words)

        check_message(payload)
        assert "\n" not in payload["content"]
        assert "{" not in str(payload["content"])


def test_the_embed_shows_what_happened_and_how_sure_it_is(words: Words) -> None:
    told = telling(
        Event.DATED,
        value="2027-03-03",
        certainty=Certainty.REPORTED,
        headline="Quiet Harbour eyes a March return",
        image="https://ledger.example/still.jpg",
        published=NOON,
    )

    embed = embed_of(render(told, NOBODY, MARK, words))

    assert embed["title"] == "Quiet Harbour · Season 4"
    assert embed["url"] == "https://ledger.example/quiet-harbour"
    assert embed["color"] == COLOURS[Kind.SEASON]
    assert embed["description"].endswith("\n> Quiet Harbour eyes a March return")
    assert embed["image"] == {"url": "https://ledger.example/still.jpg"}
    assert embed["timestamp"] == "2026-11-20T12:00:00+00:00"
    assert embed["fields"][0]["value"] == "Reported, not confirmed yet"


def test_a_day_is_the_same_day_for_readers_from_hawaii_to_new_zealand(words: Words) -> None:
    told = telling(Event.DATED, value="2027-03-03")

    [stamp] = [v for k, v in fields_of(render(told, NOBODY, MARK, words)).items() if k == "When"]

    moment = int(datetime(2027, 3, 3, 10, tzinfo=UTC).timestamp())
    assert stamp == f"<t:{moment}:D> (<t:{moment}:R>)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2027-03", "March 2027"),
        ("2027 winter", "winter 2027"),
        ("2027 mid", "mid-2027"),
        ("2027", "2027"),
    ],
)
def test_a_window_stays_a_window(value: str, shown: str, words: Words) -> None:
    assert (
        fields_of(render(telling(Event.DATED, value=value), NOBODY, MARK, words))["When"] == shown
    )


def test_the_typed_date_is_preferred_to_its_text(words: Words) -> None:
    when = When(date(2027, 6, 1), date(2027, 6, 30), Precision.MONTH)

    payload: Json = render(telling(Event.DATED, value="soon", when=when), NOBODY, MARK, words)

    assert "arrives in June 2027" in payload["content"]


def test_a_moved_date_names_the_one_told_before(words: Words) -> None:
    told = telling(Event.MOVED, value="2027-05-05", before="2027-03-03", change=Change.CHANGED)

    assert fields_of(render(told, NOBODY, MARK, words))["Told before"] == "March 3, 2027"


def test_what_was_withdrawn_since_is_grey_and_shows_no_picture(words: Words) -> None:
    told = telling(image="https://ledger.example/still.jpg")
    told = replace(told, standing=Standing.WITHDRAWN)

    embed = embed_of(render(told, NOBODY, MARK, words))

    assert embed["color"] not in COLOURS.values()
    assert "image" not in embed


def test_how_many_episodes_there_are_is_no_place_to_watch(words: Words) -> None:
    fields = fields_of(render(telling(value="8 episodes"), NOBODY, MARK, words))

    assert fields["Length"] == "8 episodes"


def test_members_and_the_role_are_mentioned_and_nobody_else_can_be(words: Words) -> None:
    payload: Json = render(
        telling(headline="@everyone <@9>"), Mentions((11, 12), roles=(5,)), MARK, words
    )

    assert payload["content"].endswith(" · <@&5> <@11> <@12>")
    assert payload["allowed_mentions"] == {
        "parse": [],
        "users": ["11", "12"],
        "roles": ["5"],
        "replied_user": False,
    }


def test_more_members_than_fit_are_mentioned_in_further_parts(words: Words) -> None:
    everybody = parts(tuple(range(1, 121)), (5,))

    assert [len(part.users) for part in everybody] == [50, 50, 20]
    assert [part.roles for part in everybody] == [(5,), (), ()]
    further: Json = render_further(telling(), everybody[1], MARK, words)
    check_message(further)
    assert further["content"].startswith("Also for you: **Quiet Harbour** is renewed for season 4")
    assert len(further["allowed_mentions"]["users"]) == 50
    assert marks(further) == {MARK}


def test_one_message_refuses_more_members_than_it_can_mention() -> None:
    with pytest.raises(ValueError, match="51 members"):
        Mentions(tuple(range(51)))


def test_the_buttons_open_subscribe_and_mute(words: Words) -> None:
    payload: Json = render(telling(), NOBODY, MARK, words)
    [row] = payload["components"]

    assert [(b["label"], b.get("url") or b["custom_id"]) for b in row["components"]] == [
        ("Open the article", "https://ledger.example/quiet-harbour"),
        ("Subscribe me", f"gl:follow:{MARK}"),
        ("Mute", f"gl:mute:{MARK}"),
        ("Not right?", f"gl:wrong:{MARK}"),
    ]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//ledger.example/x",
        "https://",
        "https://user@ledger.example/",
        "https:///path",
        "http://[broken/",
        "discord://open",
        "",
        "https://ledger.example/" + "x" * 3000,
    ],
)
def test_an_address_that_is_no_web_link_is_left_out(link: str, words: Words) -> None:
    told = telling(outlets=(Outlet("The Screen Ledger", link),), image=link)

    payload: Json = render(told, NOBODY, MARK, words)

    check_message(payload)
    assert "url" not in embed_of(payload)
    assert "image" not in embed_of(payload)
    assert fields_of(payload)["Source"] == "The Screen Ledger"
    assert [b["style"] for b in payload["components"][0]["components"]] == [1, 2, 2]


def test_a_link_cannot_break_out_of_its_brackets(words: Words) -> None:
    outlets = (Outlet("Evil](https://evil.example) [x", "https://ledger.example/a)b [c"),)

    source = fields_of(render(telling(outlets=outlets), NOBODY, MARK, words))["Source"]

    assert source == r"[Evil\](evil.example) \[x](https://ledger.example/a%29b%20%5Bc)"


def test_a_reply_names_the_message_it_corrects_and_survives_its_loss(words: Words) -> None:
    payload = render(telling(), NOBODY, MARK, words, reply_to=77)

    assert payload["message_reference"] == {"message_id": "77", "fail_if_not_exists": False}


def and_later(told: Telling, *names: str) -> Telling:
    """The same, told by more outlets."""
    more = tuple(Outlet(name, f"https://{name.split()[0].lower()}.example/1") for name in names)
    return replace(told, outlets=(*told.outlets, *more))


def test_a_later_outlet_adds_itself_by_an_edit(words: Words) -> None:
    first = telling()
    posted = render(first, Mentions((11,), (22,)), MARK, words)

    edit = render_edit(and_later(first, "Tube Post"), posted, MARK, words)

    assert fields_of(edit)["Sources"] == (
        "[The Screen Ledger](https://ledger.example/quiet-harbour)"
        " · [Tube Post](https://tube.example/1)"
    )
    assert edit["content"] == (
        "**Quiet Harbour** is renewed for season 4 — The Screen Ledger, also Tube Post"
        " · <@&22> <@11>"
    )
    assert edit["allowed_mentions"] == posted["allowed_mentions"]
    assert edit["components"] == posted["components"]
    assert not is_shown(edit, showing(posted))


def test_the_first_line_names_three_further_outlets_and_counts_the_rest(words: Words) -> None:
    told = and_later(telling(), "Tube Post", "TVLine", "Reel", "Dial", "Beam")

    assert str(render(told, NOBODY, MARK, words)["content"]).endswith(
        "— The Screen Ledger, also Tube Post, TVLine, Reel, and 2 more"
    )


def test_an_edit_that_would_show_the_same_is_none(words: Words) -> None:
    posted = render(telling(image="https://x.example/i.jpg"), Mentions((11,)), MARK, words)
    edit = render_edit(telling(image="https://x.example/i.jpg"), posted, MARK, words)

    assert is_shown(edit, showing(posted))
    assert is_shown(edit, showing(posted | {"embeds": []}))  # Embed Links is missing


def test_a_further_part_is_no_other_for_one_more_outlet(words: Words) -> None:
    posted = render_further(telling(), Mentions((11,)), MARK, words)

    edit = render_edit(and_later(telling(), "Tube Post"), posted, MARK, words, part=1)

    assert edit == posted


def test_a_post_in_our_own_words_alone_stays_so(words: Words) -> None:
    posted = render_plain_fallback(telling(), Mentions((11,)), MARK, words)

    edit: Json = render_edit(and_later(telling(), "Tube Post"), posted, MARK, words)

    assert "embeds" not in edit
    assert "also Tube Post" in edit["content"]


def test_a_confirmation_under_the_news_that_it_confirms_is_short(words: Words) -> None:
    told = telling(change=Change.CONFIRMED, headline="Yes", image="https://x.example/i.jpg")

    alone, reply = (render(told, NOBODY, MARK, words, answered) for answered in (None, 77))

    assert embed_of(alone)["description"].endswith("> Yes")
    assert set(embed_of(reply)) == {"color", "fields"}
    assert fields_of(reply) == {
        "Source": "[The Screen Ledger](https://ledger.example/quiet-harbour)"
    }
    assert reply["content"] == alone["content"]
    assert reply["components"] == alone["components"]
    edit = render_edit(and_later(told, "Tube Post"), reply, MARK, words)
    assert set(embed_of(edit)) == {"color", "fields"}


def test_any_other_answer_says_everything(words: Words) -> None:
    told = telling(Event.MOVED, value="2027-05", before="2027-03", change=Change.CHANGED)

    reply = render(told, NOBODY, MARK, words, reply_to=77)

    assert "2027" in str(embed_of(reply)["fields"])


def test_what_was_withdrawn_since_says_so(words: Words) -> None:
    told = telling(headline="Yes")
    posted = render(told, Mentions((11,)), MARK, words)

    edit: Json = render_edit(replace(told, standing=Standing.WITHDRAWN), posted, MARK, words)

    assert edit["content"].startswith("Withdrawn since: **Quiet Harbour** is renewed for season 4")
    assert fields_of(edit)["How sure is this?"] == "Withdrawn"
    assert embed_of(edit)["url"]
    assert marks(edit) == {MARK}


@pytest.mark.parametrize("shape", [render, render_further, render_plain_fallback])
def test_what_an_admin_struck_keeps_its_buttons_and_no_link(
    shape: Callable[[Telling, Mentions, str, Words], Payload], words: Words
) -> None:
    told = telling(headline="Wrong", image="https://x.example/i.jpg", change=Change.CONFIRMED)
    posted = shape(told, Mentions((11,)), MARK, words)
    part = int(shape is render_further)

    edit: Json = render_edit(
        replace(told, standing=Standing.STRUCK), posted, MARK, words, part=part
    )

    check_message(edit)
    assert "~~Now confirmed: **Quiet Harbour** is renewed for season 4~~" in edit["content"]
    assert "an admin struck this: not right" in edit["content"]
    assert "<@11>" in edit["content"]
    assert "https" not in str(edit)
    assert "Wrong" not in str(edit)
    assert "Screen Ledger" not in str(edit)
    assert marks(edit) == {MARK}


def test_a_hundred_outlets_fit_and_the_rest_are_counted(words: Words) -> None:
    outlets = tuple(Outlet(f"Outlet {n}", f"https://o{n}.example/" + "x" * 80) for n in range(100))

    sources = fields_of(render(telling(outlets=outlets), NOBODY, MARK, words))["Sources"]

    assert size(sources) <= 1024
    named = sources.count("](")
    assert sources.endswith(f"and {100 - named} more")


def test_the_plain_fallback_holds_no_word_of_the_feeds_article(words: Words) -> None:
    told = telling(headline="a word that AutoMod hates", image="https://x.example/i.jpg")

    payload = render_plain_fallback(told, Mentions((11,)), MARK, words)

    check_message(payload)
    assert "embeds" not in payload
    assert "AutoMod" not in str(payload)
    assert "https" not in str(payload)
    assert marks(payload) == {MARK}


def test_the_sample_says_that_it_is_one_and_pings_nobody(words: Words) -> None:
    payload: Json = render_sample(words)

    check_message(payload)
    assert payload["content"].startswith("A test:")
    assert payload["allowed_mentions"]["parse"] == payload["allowed_mentions"]["users"] == []
    assert marks(payload) == frozenset()


hostile = st.one_of(
    st.text(max_size=600), st.sampled_from(["@everyone", "x" * 700, "🎬" * 600, "**" * 300])
)


@given(show=hostile, headline=hostile, person=hostile, outlet=hostile, value=hostile)
def test_whatever_a_feed_says_discord_takes_the_post_and_it_pings_nobody(
    show: str, headline: str, person: str, outlet: str, value: str, words: Words
) -> None:
    told = telling(
        Event.JOINS,
        show=show,
        subject=person,
        value=value,
        headline=headline,
        before=value,
        outlets=(Outlet(outlet, "https://ledger.example/" + headline[:50]),),
    )

    for payload in (
        render(told, NOBODY, MARK, words),
        render_plain_fallback(told, NOBODY, MARK, words),
        render_further(told, Mentions(tuple(range(10**19, 10**19 + 50))), MARK, words),
    ):
        check_message(payload)
        assert "@everyone" not in str(payload)
        assert "\n" not in str(payload["content"])


def test_what_discord_gives_back_shows_what_was_sent(words: Words) -> None:
    """Discord trims texts and adds types and proxies; that is no difference to a reader."""
    payload = render(telling(image="https://ledger.example/i.jpg"), NOBODY, MARK, words)
    embed = embed_of(payload)
    image = embed["image"] | {"proxy_url": "https://proxy.example", "width": 10}
    answer = payload | {"embeds": [embed | {"type": "rich", "image": image}], "id": "1"}

    assert showing(answer) == showing(payload)
    assert showing(answer | {"embeds": []}) != showing(payload)
