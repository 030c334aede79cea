"""What hubs push over real sockets: what is believed, what is noted, and for whom."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.feeds.receiver import Push
from bot.news.model import Event
from bot.services.noting import Noted
from bot.services.pushing import Ignored
from tests.services.pushed import RENEWED, World


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512"])
async def test_a_signed_push_is_noted_as_a_poll_would(world: World, method: str) -> None:
    await world.subscribed()

    noted = await world.pushed(RENEWED, method=method)

    assert noted.articles == 1
    (announcement,) = noted.announcements
    assert (announcement.key.event, announcement.key.season) == (Event.RENEWED, 3)
    await world.publish(RENEWED)
    assert await world.poll() == Noted()


async def test_a_push_wakes_who_takes_it_in(world: World) -> None:
    woken: list[bool] = []
    world.pushing.wake = lambda: woken.append(True)
    await world.subscribed()

    await world.hub.push(world.document(RENEWED))

    assert woken == [True]


@pytest.mark.parametrize("how", [{"secret": "guessed"}, {"signed": False}, {"secret": ""}])
async def test_a_push_that_is_not_signed_by_the_hub_is_answered_and_ignored(
    world: World, how: dict[str, Any]
) -> None:
    await world.subscribed()

    noted = await world.pushed(RENEWED, **how)

    assert noted == Noted()
    assert await world.titles() == []
    assert (await world.source()).pushed_until is None


async def test_what_is_known_already_is_not_told_again(world: World) -> None:
    await world.publish("Old news")
    await world.subscribed()
    await world.pushed(RENEWED, "Old news")

    again = await world.pushed(RENEWED, "Old news")

    assert again == Noted()
    assert await world.titles() == [RENEWED, "Old news"]


async def test_a_push_and_a_poll_at_once_note_an_article_once(world: World) -> None:
    form = await world.subscribed()
    await world.publish(RENEWED)
    await world.hub.push(world.document(RENEWED), form)

    polled, taken = await asyncio.gather(world.poll(), world.pushing.take_due(world.now))

    assert polled.articles + taken.articles == 1
    assert len(polled.announcements + taken.announcements) == 1


async def test_a_push_counts_for_the_source_of_its_address_whatever_it_says(world: World) -> None:
    await world.list_sources(world.hub.url("/feed"), world.hub.url("/feed?second"))
    first = await world.subscribed()
    await world.polling.poll(await world.source(2), world.now)
    await world.renew()
    second = world.hub.forms[-1]

    await world.hub.push(world.document(RENEWED, topic=world.hub.url("/feed")), second)
    await world.pushing.take_due(world.now)

    assert first["hub.callback"] != second["hub.callback"]
    assert (await world.titles(1), await world.titles(2)) == ([], [RENEWED])


async def test_a_secret_of_one_source_signs_nothing_for_another(world: World) -> None:
    await world.list_sources(world.hub.url("/feed"), world.hub.url("/feed?second"))
    first = await world.subscribed()
    await world.polling.poll(await world.source(2), world.now)
    await world.renew()

    await world.hub.push(world.document(RENEWED), first, secret=world.hub.forms[-1]["hub.secret"])
    await world.pushing.take_due(world.now)

    assert await world.titles(1) == []


@pytest.mark.parametrize("body", [b"", b"<html><title>Oops</title></html>", b"\x00\xff" * 100])
async def test_a_push_that_is_no_feed_changes_nothing(world: World, body: bytes) -> None:
    await world.subscribed()
    await world.hub.push(body)

    assert await world.pushing.take_due(world.now) == Noted()
    assert (await world.source()).pushed_until is None


async def test_a_push_says_nothing_of_the_rhythm(world: World) -> None:
    await world.publish("One", "Two", "Three")
    await world.subscribed()
    before = await world.source()

    await world.pushed(RENEWED)

    after = await world.source()
    assert replace(after, pushed_until=None) == before


async def test_a_push_for_a_source_that_nobody_hears_ends_the_subscription(world: World) -> None:
    form = await world.subscribed()
    await world.list_sources("https://elsewhere.example/feed")

    assert await world.hub.push(b"<rss/>", form) == 410
    token = form["hub.callback"].rpartition("/")[2]
    late = Push(token, "", "", b"<rss/>")
    assert await world.pushing.take_in(late, world.now) is Ignored.UNEXPECTED


async def test_a_hub_that_was_not_confirmed_cannot_push(world: World) -> None:
    world.hub.asks_back = False
    form = await world.subscribed()

    assert await world.hub.push(world.document(RENEWED), form) == 404


CHANNEL = """<feed xmlns="http://www.w3.org/2005/Atom"
  xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:at="http://purl.org/atompub/tombstones/1.0">
 <title>Example Network</title>{0}</feed>"""
UPLOADED = """<entry><id>yt:video:AbCdEfGhIjk</id><yt:videoId>AbCdEfGhIjk</yt:videoId>
 <title>{title}</title><link rel="alternate" href="{scheme}://www.youtube.com/watch?v=AbCdEfGhIjk"/>
 <author><name>Example Network</name></author>
 <published>2026-11-22T11:58:00+00:00</published><updated>{updated}</updated></entry>"""
DELETED = """<at:deleted-entry ref="yt:video:AbCdEfGhIjk" when="2026-11-22T12:30:00+00:00">
 <link href="https://www.youtube.com/watch?v=AbCdEfGhIjk"/>
 <at:by><name>Example Network</name></at:by></at:deleted-entry>"""


def channel(entry: str, **fields: str) -> bytes:
    fields = {"scheme": "https", "updated": "2026-11-22T11:58:30+00:00"} | fields
    return CHANNEL.format(entry.format(**fields)).encode()


async def test_a_video_that_is_pushed_edited_polled_and_deleted_is_one_article(
    world: World,
) -> None:
    await world.subscribed()
    title = "Copper Valley | Season 3 Official Trailer"
    bodies = [
        channel(UPLOADED, title=title),
        channel(UPLOADED, title=f"{title} (4K)", updated="2026-11-22T12:10:00+00:00"),
        channel(UPLOADED, title=title, scheme="http"),
        channel(DELETED),
    ]
    noted = []
    for body in bodies:
        await world.hub.push(body)
        noted.append(await world.pushing.take_due(world.now))
    world.hub.feed = channel(UPLOADED, title=title, updated="2026-11-22T13:00:00+00:00")
    noted.append(await world.poll())

    assert [each.articles for each in noted] == [1, 0, 0, 0, 0]
    assert [len(each.announcements) for each in noted] == [1, 0, 0, 0, 0]
