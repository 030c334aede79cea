"""Servers and their wishes: settings, following, sources, status, and who is told of trouble."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import product

import pytest

from bot.delivery.outcomes import (
    Doubt,
    Failed,
    Failure,
    Held,
    Hold,
    Outcome,
    Scope,
    Uncertain,
    Wait,
)
from bot.feeds.answers import FetchFailed, FetchReason
from bot.news.model import (
    ALL_KINDS,
    Announcement,
    Certainty,
    Change,
    Claim,
    Event,
    FactKey,
    Kind,
)
from bot.news.routing import GuildRoutes, Subscription, Target, route
from bot.services.noticing import AdminPlaces
from bot.services.sourcing import (
    OWN_SOURCES,
    Added,
    AlreadyHeard,
    SeveralFeeds,
    Sourcing,
    TooMany,
    Trial,
)
from bot.services.status import Reporting
from bot.services.subscribing import Wish, news_channels
from bot.storage import notices
from bot.storage.schema import notices as notice_table
from bot.storage.schema import sources as source_table
from tests.feeds.server import response, rss
from tests.services.room import BAY, GUILD, MEMBER, NEWS, NOW, PASS, Outlet, Room, renewed

DAY = timedelta(days=1)
SYSTEM, OWNER, ADMINS = NEWS + 1, 70, 300


# Following


async def test_who_follows_is_shown_what_is_known_and_where_news_will_come(room: Room) -> None:
    (outlet,) = await room.outlets("/one")
    outlet.publish("Lantern Bay is back", renewed())
    outlet.publish("Stills", Claim(BAY, Event.IMAGES, 3))
    await room.poll()
    await room.guilds.set_news_channel(GUILD, NEWS, room.now)
    wish = Wish(BAY, GUILD, Target.MEMBER, MEMBER)
    subscribed = await room.subscribing.subscribe(wish, MEMBER, room.now)
    assert subscribed.created
    assert subscribed.channels == (NEWS,)
    assert [line.fact.key.event for line in subscribed.card.lines] == [Event.RENEWED]
    assert [row.outlet for row in subscribed.card.lines[0].behind] == ["one"]
    assert [told.show for told in subscribed.card.latest] == [BAY]
    assert subscribed.card.since == NOW


async def test_asking_again_changes_the_wish_and_ends_its_silence(room: Room) -> None:
    wish = Wish(BAY, GUILD, Target.CHANNEL, NEWS)
    first = await room.subscribing.subscribe(wish, MEMBER, room.now)
    await room.subscribing.set_muted(first.followed.subscription.id, True)
    fewer = Wish(BAY, GUILD, Target.CHANNEL, NEWS, frozenset({Kind.CAST}))
    again = await room.subscribing.subscribe(fewer, MEMBER, room.now)
    assert not again.created
    found = await room.subscribing.find(wish)
    assert found == again.followed
    assert (found.subscription.kinds, found.subscription.muted) == (frozenset({Kind.CAST}), False)
    assert await room.subscribing.get(found.subscription.id) == found
    assert await room.subscribing.remove(found.subscription.id) == 1
    assert await room.subscribing.remove(found.subscription.id) == 0
    assert await room.subscribing.find(wish) is None


def subscription(target: Target, target_id: int, kinds: Iterable[Kind] = ALL_KINDS) -> Subscription:
    return Subscription(0, BAY.key, GUILD, target, target_id, frozenset(kinds))


TRAILERS = 200
EVENTS = {Kind.SEASON: Event.RENEWED, Kind.TRAILER: Event.TRAILER, Kind.CAST: Event.JOINS}


@pytest.mark.parametrize(
    ("guild", "others"),
    list(
        product(
            [
                GuildRoutes(GUILD),
                GuildRoutes(GUILD, NEWS),
                GuildRoutes(GUILD, NEWS, {Kind.TRAILER: TRAILERS}),
            ],
            [
                [],
                [subscription(Target.CHANNEL, NEWS)],
                [subscription(Target.CHANNEL, 250), subscription(Target.CHANNEL, TRAILERS)],
                [subscription(Target.CHANNEL, 250, {Kind.TRAILER})],
            ],
        )
    ),
)
@pytest.mark.parametrize(
    "mine", [subscription(Target.MEMBER, 7), subscription(Target.CHANNEL, NEWS)]
)
def test_the_channels_that_a_follower_is_told_are_those_that_routing_chooses(
    mine: Subscription, guild: GuildRoutes, others: list[Subscription]
) -> None:
    expected = set()
    for event in EVENTS.values():
        key = FactKey(BAY.key, 3, event)
        said = Announcement(key, Change.NEW, "", Certainty.CONFIRMED, NOW)
        for found in route(said, [*others, mine], {GUILD: guild}):
            if mine.target is Target.CHANNEL or 7 in found.users:
                expected.add(found.target_id)
    if mine.target is Target.CHANNEL:
        kept = {NEWS, TRAILERS} if guild.kind_channels else {NEWS}
        expected &= kept
    assert set(news_channels(mine, (*others, mine), guild)) == expected


# Settings, coming and going


async def test_a_server_chooses_and_takes_back(room: Room) -> None:
    guilds = room.guilds
    assert (await guilds.settings(GUILD)).routes == GuildRoutes(GUILD)
    await guilds.set_news_channel(GUILD, NEWS, NOW)
    await guilds.set_news_channel(GUILD, TRAILERS, NOW, Kind.TRAILER)
    await guilds.set_ping_role(GUILD, 900, NOW)
    await guilds.set_admin_channel(GUILD, ADMINS, NOW)
    settings = await guilds.set_rumours(GUILD, True, NOW)
    chosen = GuildRoutes(GUILD, NEWS, {Kind.TRAILER: TRAILERS}, 900, True)
    assert (settings.routes, settings.admin_channel) == (chosen, ADMINS)
    settings = await guilds.set_news_channel(GUILD, None, NOW, Kind.TRAILER)
    assert settings.routes.kind_channels == {}


async def test_a_server_is_greeted_once_even_when_the_bot_comes_back(room: Room) -> None:
    assert await room.guilds.arrive(GUILD, "Couch Club", NOW)
    assert await room.guilds.arrive(GUILD, "Couch Club", NOW)
    await room.guilds.mark_greeted(GUILD, NOW)
    await room.guilds.leave(GUILD, NOW)
    assert not await room.guilds.arrive(GUILD, "Couch Club", NOW + DAY)


async def test_a_server_that_removed_the_bot_hears_nothing_until_it_is_back(room: Room) -> None:
    await room.follow()
    (outlet,) = await room.outlets("/one")
    await room.guilds.leave(GUILD, room.now)
    outlet.publish("Lantern Bay is back", renewed())
    assert (await room.poll()).noted.deliveries == 0
    await room.guilds.arrive(GUILD, "Couch Club", room.now)
    outlet.publish("Season four, too", renewed(4))
    assert (await room.poll()).noted.deliveries == 1


async def test_a_server_is_forgotten_thirty_days_after_it_removed_the_bot(room: Room) -> None:
    await room.follow()
    await room.own_outlet("/own")
    await room.guilds.leave(GUILD, NOW)
    assert await room.guilds.forget_due(NOW + 30 * DAY) == 0
    assert await room.guilds.followed_shows(GUILD) == (BAY,)
    assert await room.guilds.forget_due(NOW + 30 * DAY + timedelta(seconds=1)) == 1
    assert await room.guilds.followed_shows(GUILD) == ()
    assert await room.rows(source_table.c.active) == [False]
    assert await room.guilds.arrive(GUILD, "Couch Club", NOW + 40 * DAY)


async def test_a_server_that_came_back_in_time_is_not_forgotten(room: Room) -> None:
    await room.follow()
    await room.guilds.leave(GUILD, NOW)
    await room.guilds.arrive(GUILD, "Couch Club", NOW + DAY)
    assert await room.guilds.forget_due(NOW + 40 * DAY) == 0


# Sources


@pytest.fixture
def sourcing(room: Room) -> Sourcing:
    return Sourcing(room.database, room.polling._fetcher, room.polling._parser, room.library)


def page(*feeds: str) -> bytes:
    links = "".join(
        f"<link rel='alternate' type='application/rss+xml' href='{feed}'>" for feed in feeds
    )
    return response(f"<!doctype html><head>{links}</head>".encode(), "Content-Type: text/html")


async def test_a_feed_is_added_by_its_address_or_by_its_page(
    room: Room, sourcing: Sourcing
) -> None:
    feed = room.server.on("/feed", response(rss("A headline")))
    room.server.on("/", page("/feed"))
    added = await sourcing.add(GUILD, f" {feed} ", MEMBER, NOW)
    assert isinstance(added, Added)
    assert (added.source.url, added.source.name, added.source.shared) == (feed, "Desk", False)
    again = await sourcing.add(GUILD, room.server.url("/"), MEMBER, NOW)
    assert again == AlreadyHeard(added.source)
    assert [source.url for source in await sourcing.list_for(GUILD)] == [feed]
    assert await sourcing.list_for(2) == ()
    assert await sourcing.remove(GUILD, added.source.id)
    assert not await sourcing.remove(GUILD, added.source.id)


async def test_a_shared_source_need_not_be_added(room: Room, sourcing: Sourcing) -> None:
    (outlet,) = await room.outlets("/one")
    assert isinstance(await sourcing.add(GUILD, outlet.url, MEMBER, NOW), AlreadyHeard)


async def test_a_page_with_several_feeds_asks_which(room: Room, sourcing: Sourcing) -> None:
    for path in ("/news", "/reviews"):
        room.server.on(path, response(rss(path)))
    room.server.on("/", page("/news", "/reviews"))
    found = await sourcing.add(GUILD, room.server.url("/"), MEMBER, NOW)
    assert isinstance(found, SeveralFeeds)
    assert {feed.url[-5:] for feed in found.feeds} == {"/news", "views"}


@pytest.mark.parametrize(
    ("path", "reason"), [("/nothing", FetchReason.NOT_FOUND), ("/page", FetchReason.NO_FEED)]
)
async def test_what_is_no_source_says_why(
    room: Room, sourcing: Sourcing, path: str, reason: FetchReason
) -> None:
    room.server.on("/page", page())
    failed = await sourcing.add(GUILD, room.server.url(path), MEMBER, NOW)
    assert isinstance(failed, FetchFailed)
    assert failed.reason is reason
    assert await sourcing.list_for(GUILD) == ()


async def test_a_server_adds_so_many_sources_and_no_more(room: Room, sourcing: Sourcing) -> None:
    for number in range(OWN_SOURCES):
        await room.own_outlet(f"/own/{number}")
    feed = room.server.on("/feed", response(rss("A headline")))
    assert await sourcing.add(GUILD, feed, MEMBER, NOW) == TooMany(OWN_SOURCES)
    assert isinstance(await sourcing.add(2, feed, MEMBER, NOW), Added)


async def test_trying_a_source_out_says_what_is_read_and_keeps_nothing(
    room: Room, sourcing: Sourcing
) -> None:
    outlet = Outlet(room, "/one")
    outlet.publish("Lantern Bay is back", renewed())
    trial = await sourcing.trial(outlet.url)
    assert isinstance(trial, Trial)
    assert (trial.title, trial.entries) == ("Desk", 1)
    ((article, claims),) = trial.newest
    assert (article.title, claims) == ("Lantern Bay is back", (renewed(),))
    assert isinstance(await sourcing.trial(room.server.url("/nothing")), FetchFailed)
    assert await room.rows(source_table.c.id) == []


async def test_whoever_ends_a_failing_source_hears_no_more_of_it(
    room: Room, sourcing: Sourcing
) -> None:
    own = await room.own_outlet("/own")
    own.fault = response(b"", status="403 Forbidden")
    await room.poll(after=2 * DAY)
    assert len(await room.rows(notice_table.c.id)) == 1
    await sourcing.remove(GUILD, (await sourcing.list_for(GUILD))[0].id)
    assert await room.rows(notice_table.c.id) == []


# Status


async def test_the_status_tells_every_silence(room: Room) -> None:
    reporting = Reporting(room.database)
    empty = await reporting.status(GUILD, MEMBER, NOW)
    assert (empty.last_read, empty.last_post, empty.sources) == (None, None, 0)
    await room.follow()
    await room.follow(Target.MEMBER, MEMBER, show=PASS)
    muted = (await room.subscribing.list_for(GUILD, MEMBER))[-1]
    await room.subscribing.set_muted(muted.subscription.id, True)
    good, bad = await room.outlets("/good", "/bad")
    bad.fault = response(b"", status="404 Not Found")
    good.publish("Lantern Bay may be back", renewed(certainty=Certainty.RUMOUR))
    good.publish("Lantern Bay has a trailer", Claim(BAY, Event.TRAILER, 3))
    await room.poll()
    room.sender.refusing = {NEWS: Held(Hold.MISSING_ACCESS, 50001)}
    await room.deliver()
    report = await reporting.status(GUILD, MEMBER, room.now)
    assert report.last_read == room.now
    assert [source.failure for source in report.failing] == ["feeds.failed.not_found"]
    assert (report.sources, report.below_certainty) == (2, 1)
    assert [followed.show for followed in report.muted] == [PASS]
    assert [(t.channel_id, t.reason, t.count) for t in report.tallies] == [
        (NEWS, "missing_access", 1)
    ]
    assert len(report.notices) == 1


# Telling admins


@pytest.fixture
async def troubled(room: Room) -> Room:
    """A server with a trouble of which nobody was told yet."""
    await room.guilds.set_admin_channel(GUILD, ADMINS, NOW)
    async with room.database.write() as connection:
        await notices.raise_notice(connection, GUILD, "topic", "Something is wrong.", NOW)
    return room


async def tell(room: Room, after: timedelta = timedelta()) -> list[int]:
    """Where notices went in this turn."""
    room.sender.posted.clear()
    room.now += after
    await room.noticing.tell_due(room.now)
    return [posted.channel for posted in room.sender.posted]


REFUSED = Held(Hold.MISSING_ACCESS, 50001)


@pytest.mark.parametrize(
    ("refusing", "asked"),
    [
        ({}, [ADMINS]),
        ({ADMINS: REFUSED}, [ADMINS, SYSTEM]),
        ({ADMINS: REFUSED, SYSTEM: REFUSED}, [ADMINS, SYSTEM, 1000 + OWNER]),
    ],
)
async def test_admins_are_told_once_where_they_can_be_reached(
    troubled: Room, refusing: dict[int, Outcome], asked: list[int]
) -> None:
    troubled.sender.refusing = refusing
    assert await tell(troubled) == asked
    assert await tell(troubled, DAY) == []


async def test_a_notice_pings_nobody(troubled: Room) -> None:
    await tell(troubled)
    assert troubled.sender.posted[0].payload["allowed_mentions"] == {"parse": []}


async def test_where_nobody_can_be_reached_the_status_has_the_notice(troubled: Room) -> None:
    failed = Failed(Failure.UNKNOWN, 1)
    troubled.sender.refusing = {ADMINS: REFUSED, SYSTEM: failed, 1000 + OWNER: failed}
    assert len(await tell(troubled)) == 3
    assert await tell(troubled, DAY) == []
    report = await Reporting(troubled.database).status(GUILD, MEMBER, NOW)
    assert [notice.text for notice in report.notices] == ["Something is wrong."]


@pytest.mark.parametrize("passing", [Wait(30.0, Scope.CHANNEL), Uncertain(Doubt.TIMEOUT)])
async def test_a_passing_trouble_of_discord_loses_no_notice(
    troubled: Room, passing: Outcome
) -> None:
    troubled.sender.refusing = {ADMINS: passing}
    assert await tell(troubled) == [ADMINS]
    first = troubled.sender.posted[0]
    assert await tell(troubled) == []
    troubled.sender.refusing = {}
    assert await tell(troubled, timedelta(minutes=6)) == [ADMINS]
    assert troubled.sender.posted[0].nonce == first.nonce
    assert await tell(troubled, DAY) == []


async def test_before_the_gateway_told_of_a_server_its_notice_waits(troubled: Room) -> None:
    await troubled.guilds.set_admin_channel(GUILD, None, NOW)
    troubled.places.clear()
    assert await tell(troubled) == []
    troubled.places[GUILD] = AdminPlaces(None, OWNER)
    assert await tell(troubled, timedelta(minutes=6)) == [1000 + OWNER]
