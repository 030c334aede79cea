"""Polling: from a feed on a socket to what is owed, in one transaction a poll."""

import logging
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Article, Certainty, Claim, Event
from bot.news.routing import Target
from bot.services.noting import NewsDesk
from bot.storage import sources
from bot.storage.schema import (
    announcements,
    articles,
    claims,
    deliveries,
    destinations,
    entry_keys,
    facts,
    notices,
    posts,
)
from bot.storage.schema import sources as source_table
from tests.feeds.server import response
from tests.services.room import BAY, GUILD, NEWS, NOW, PASS, Room, renewed

HOUR = timedelta(hours=1)


async def test_what_a_source_has_at_its_first_poll_is_no_news(room: Room) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed())
    first = await room.own_outlet("/own")  # a second source, whose first poll is still to come
    first.publish("Lantern Bay returns", renewed(4))
    async with room.database.write() as connection:
        await sources.record_poll(connection, 2, baseline=False, etag="", body_hash="")
    report = await room.poll()
    assert len(report.noted.announcements) == 1
    assert await room.rows(announcements.c.season) == [3]
    everybodys, own = (3,), (3, 4)  # a server with sources of its own has a ledger of its own
    known = sorted(await room.rows(facts.c.scope, facts.c.season))
    assert known == [(0, each) for each in everybodys] + [(GUILD, each) for each in own]


async def test_news_reaches_who_follows_the_show(room: Room) -> None:
    await room.follow()
    await room.follow(Target.MEMBER, 7)
    await room.follow(Target.DM, 8, guild=0)
    await room.follow(show=PASS, target_id=200)
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed())
    report = await room.poll()
    assert (report.polled, report.failed, report.noted.deliveries) == (1, 0, 2)
    assert await room.rows(destinations.c.sort, destinations.c.target_id) == [
        ("channel", NEWS),
        ("dm", 8),
    ]
    assert await room.rows(deliveries.c.users) == [[7], []]


async def test_old_news_only_fills_the_ledger(room: Room) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed(), ago=timedelta(hours=49))
    outlet.publish("Winter Pass is back", renewed(show=PASS), ago=timedelta(hours=30))
    await room.poll()
    assert await room.rows(facts.c.told) == ["confirmed", "confirmed"]
    assert await room.rows(announcements.c.show_id) == [2]


async def test_three_outlets_make_one_post_with_three_sources(room: Room) -> None:
    await room.follow()
    outlets = await room.outlets("/one", "/two", "/three")
    for number, outlet in enumerate(outlets):
        ago = timedelta(minutes=10 * number)
        outlet.publish(f"Lantern Bay is back, says outlet {number}", renewed(), ago=ago)
    await room.poll()
    assert len(await room.rows(announcements.c.id)) == 1
    await room.deliver()
    (post,) = room.sender.posted
    (embed,) = post.payload["embeds"]
    assert all(outlet.url in str(embed) for outlet in outlets)


async def test_a_slow_outlet_keeps_no_round_waiting_and_is_heard_later(room: Room) -> None:
    await room.follow()
    (slow,) = await room.outlets("/slow")
    slow.publish("Lantern Bay is back", renewed())
    slow.awake.clear()
    room.polling._patience = 0.01
    first = await room.poll()
    second = await room.poll()
    slow.awake.set()
    room.polling._patience = 20.0
    third = await room.poll()
    assert [first.noted.articles, second.noted.articles, third.noted.articles] == [0, 0, 1]
    assert (second.polled, third.polled) == (0, 0)  # it is asked once, however long it takes


async def test_an_outlet_that_said_otherwise_is_no_source_of_the_news(room: Room) -> None:
    await room.follow()
    first, second, third = await room.outlets("/one", "/two", "/three")
    first.publish("May", Claim(BAY, Event.DATED, 3, value="2027-05-03"))
    await room.poll()
    second.publish("June", Claim(BAY, Event.MOVED, 3, value="2027-06-10"))
    third.publish("Still May", Claim(BAY, Event.DATED, 3, value="2027-05-03"), ago=3 * HOUR)
    await room.poll()
    await room.deliver()
    news = [str(post.payload["embeds"]) for post in room.sender.posted]
    assert [first.url in each for each in news] == [True, False]
    assert second.url in news[1]
    assert third.url not in news[1]


async def test_nothing_is_kept_of_a_poll_that_breaks_off(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed())
    outlet.publish("Winter Pass is back", renewed(show=PASS))
    await room.follow(show=PASS, target_id=200)
    before = await room.rows(source_table.c.etag, source_table.c.body_hash)
    real, calls = NewsDesk._announce, []

    async def broken(self: NewsDesk, *arguments: Any) -> Any:
        calls.append(await real(self, *arguments))
        if len(calls) == 2:
            raise OSError("disk full")
        return calls[-1]

    with patch.object(NewsDesk, "_announce", broken):
        report = await room.poll()
    assert (report.polled, report.failed, len(calls)) == (1, 1, 2)
    assert "disk full" in caplog.text
    for table in (articles, claims, facts, announcements, deliveries, posts, destinations):
        assert await room.rows(table.c.id) == [], table.name
    assert await room.rows(source_table.c.etag, source_table.c.body_hash) == before
    async with room.database.read() as connection:
        assert list(await connection.execute(entry_keys.select())) == []
    report = await room.poll()
    assert len(report.noted.announcements) == 2


async def test_a_source_over_which_a_poll_breaks_is_not_asked_again_at_once(room: Room) -> None:
    good, bad = await room.outlets("/good", "/bad")
    good.publish("Lantern Bay is back", renewed())
    bad.publish("Winter Pass is back", renewed(show=PASS))
    real = NewsDesk.note

    async def broken(
        self: NewsDesk, connection: AsyncConnection, source_id: int, *arguments: Any
    ) -> Any:
        if source_id == 2:
            raise RuntimeError("a bug")
        return await real(self, connection, source_id, *arguments)

    with patch.object(NewsDesk, "note", broken):
        report = await room.poll()
        assert (report.polled, report.failed) == (2, 1)
        assert len(report.noted.announcements) == 1
        asked = len(room.server.requests)
        assert (await room.polling.poll_due(room.now)).polled == 0
        assert len(room.server.requests) == asked
    assert await room.rows(source_table.c.failure) == ["", "feeds.unread.crashed"]
    assert len((await room.poll()).noted.announcements) == 1


async def test_an_article_over_which_the_reader_breaks_holds_up_no_other(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (outlet,) = await room.outlets("/one")
    outlet.publish("A headline from hell")
    outlet.publish("Lantern Bay is back", renewed())
    real = room.library.read

    def read(article: Article) -> tuple[Claim, ...]:
        if "hell" in article.title:
            raise RecursionError
        return real(article)

    monkeypatch.setattr(room.library, "read", read)
    with caplog.at_level(logging.ERROR):
        report = await room.poll()
    assert (report.noted.articles, len(report.noted.announcements)) == (2, 1)
    assert "reading broke" in caplog.text


async def test_a_feed_that_did_not_change_costs_no_body(room: Room) -> None:
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed())
    await room.poll()
    report = await room.poll()
    assert (report.polled, report.failed, report.noted.articles) == (1, 0, 0)
    assert outlet.answered_304 == 1
    assert await room.rows(source_table.c.succeeded) == [room.now]


async def test_a_failing_source_is_asked_less_and_recovers(room: Room) -> None:
    (outlet,) = await room.outlets("/one")
    outlet.fault = response(b"", status="500 Internal Server Error")
    await room.poll()
    columns = (source_table.c.failures, source_table.c.failure, source_table.c.next_poll)
    ((failures, failure, again),) = await room.rows(*columns)
    assert (failures, failure) == (1, "feeds.failed.http_status")
    await room.poll(after=again - room.now)
    ((failures, _, later),) = await room.rows(*columns)
    assert failures == 2
    assert later - room.now > (again - NOW - timedelta(hours=7)) * 1.5
    outlet.fault = None
    outlet.publish("Lantern Bay is back", renewed())
    assert len((await room.poll(after=later - room.now)).noted.announcements) == 1
    assert (await room.rows(*columns))[0][:2] == (0, "")


async def test_a_page_in_place_of_a_feed_is_a_failure_with_a_reason(room: Room) -> None:
    (outlet,) = await room.outlets("/one")
    outlet.fault = response(b"<!doctype html><title>Sorry</title>", "Content-Type: text/html")
    assert (await room.poll()).failed == 1
    assert await room.rows(source_table.c.failure) == ["feeds.unread.html"]


async def test_a_servers_own_source_speaks_to_it_alone(room: Room) -> None:
    await room.follow()
    await room.follow(guild=2, target_id=2)
    await room.follow(Target.DM, 8, guild=0)
    own = await room.own_outlet("/own")
    own.publish("Lantern Bay is back", renewed())
    await room.poll()
    assert await room.rows(destinations.c.guild_id, destinations.c.target_id) == [(GUILD, NEWS)]


async def test_a_shared_source_does_not_repeat_what_a_servers_own_source_told(room: Room) -> None:
    await room.follow()
    await room.follow(guild=2, target_id=2)
    await room.follow(Target.DM, 8, guild=0)
    (shared,) = await room.outlets("/shared")
    own = await room.own_outlet("/own")
    own.publish("Lantern Bay is back", renewed())
    own.publish("In May", Claim(BAY, Event.DATED, 3, value="2027-05-03"))
    await room.poll()
    shared.publish("Lantern Bay is officially back", renewed(None))
    shared.publish("Later", Claim(BAY, Event.DATED, 3, value="2027-06-10"))
    await room.poll()
    owed = await owed_seasons(room)
    assert owed[NEWS] == ["renewed", "dated", "dated"]  # and that the date is another one now
    assert owed[2] == ["renewed", "dated"]
    assert owed[8] == ["renewed", "dated"]


async def owed_seasons(room: Room) -> dict[int, list[str]]:
    query = (
        select(destinations.c.target_id, announcements.c.event)
        .join_from(deliveries, destinations)
        .join(announcements)
        .order_by(deliveries.c.id)
    )
    owed: dict[int, list[str]] = {}
    async with room.database.read() as connection:
        for target, event in await connection.execute(query):
            owed.setdefault(target, []).append(event)
    return owed


async def test_a_servers_own_source_does_not_repeat_what_everybody_knows(room: Room) -> None:
    await room.follow()
    (shared,) = await room.outlets("/shared")
    own = await room.own_outlet("/own")
    shared.publish("Lantern Bay is back", renewed(certainty=Certainty.REPORTED))
    await room.poll()
    own.publish("Lantern Bay returns", renewed(certainty=Certainty.REPORTED))
    await room.poll()
    assert await room.rows(announcements.c.scope) == [0]
    own.publish("Lantern Bay is really back", renewed())
    own.publish("Lantern Bay is really, really back", renewed())
    await room.poll()
    assert await room.rows(announcements.c.scope) == [0, GUILD]
    shared.publish("Lantern Bay confirmed", renewed())
    await room.poll()
    assert await owed_seasons(room) == {NEWS: ["renewed", "renewed"]}


async def test_what_an_article_mentions_aside_is_told_when_another_leads_with_it(
    room: Room,
) -> None:
    await room.follow()
    first, second = await room.outlets("/one", "/two")
    date = Claim(BAY, Event.DATED, 3, value="2027-05-03")
    first.publish("Lantern Bay is back, in May", renewed(), date)
    await room.poll()
    assert await room.rows(announcements.c.event) == ["renewed"]
    second.publish("Lantern Bay comes in May", date)
    await room.poll()
    assert await room.rows(announcements.c.event) == ["renewed", "dated"]
    await room.deliver()
    assert first.url in str(room.sender.posted[1].payload["embeds"])


async def test_articles_are_weighed_in_the_order_of_their_publishing(room: Room) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    outlet.publish("June", Claim(BAY, Event.MOVED, 3, value="2027-06-10"))
    outlet.publish("May", Claim(BAY, Event.DATED, 3, value="2027-05-03"), ago=timedelta(hours=5))
    await room.poll()
    changes = await room.rows(announcements.c.change, announcements.c.value)
    assert changes == [("new", "2027-05-03"), ("changed", "2027-06-10")]


async def test_an_article_of_another_show_or_of_none_tells_nothing(room: Room) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    outlet.publish("A recap")
    outlet.publish("Somebody's show is back", Claim(None, Event.RENEWED))
    report = await room.poll()
    assert (report.noted.articles, report.noted.announcements) == (2, ())


@pytest.mark.parametrize(("status", "polls"), [("404 Not Found", 3), ("403 Forbidden", 1)])
async def test_a_server_hears_once_of_its_own_source_that_fails_and_of_its_recovery(
    room: Room, status: str, polls: int
) -> None:
    await room.guilds.arrive(GUILD, "Couch Club", room.now)
    own = await room.own_outlet("/own")
    own.fault = response(b"", status=status)
    for _ in range(polls):
        assert await room.rows(notices.c.id) == []
        await room.poll(after=timedelta(days=2))
    for _ in range(2):
        await room.poll(after=timedelta(days=2))
    own.fault = None
    await room.poll(after=timedelta(days=2))
    await room.poll(after=timedelta(days=2))
    first, second = await room.rows(notices.c.guild_id, notices.c.text)
    assert first[0] == second[0] == GUILD
    assert "can’t be read" in first[1]
    assert status[:3] in first[1] or "answer" in first[1]
    assert "can be read again" in second[1]


async def test_nobody_is_told_of_a_shared_source_that_fails(room: Room) -> None:
    await room.guilds.arrive(GUILD, "Couch Club", room.now)
    (shared,) = await room.outlets("/shared")
    shared.fault = response(b"", status="404 Not Found")
    for _ in range(5):
        await room.poll(after=timedelta(days=2))
    assert await room.rows(notices.c.id) == []


async def test_what_reading_a_name_could_smuggle_is_harmless_in_a_notice(room: Room) -> None:
    await room.guilds.arrive(GUILD, "Couch Club", room.now)
    async with room.database.write() as connection:
        url = room.server.url("/evil")
        name = "**@everyone** [free](https://evil.example)"
        await sources.add_for_guild(connection, GUILD, name, url, 7, room.now)
    for _ in range(4):
        await room.poll(after=timedelta(days=2))
    (text,) = await room.rows(notices.c.text)
    assert "@everyone" not in text
    assert "](https://evil" not in text
