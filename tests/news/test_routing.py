"""Who hears an announcement, and where: a channel once, a member in one place."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.model import ALL_KINDS, Announcement, Certainty, Change, Event, FactKey, Kind
from bot.news.routing import GuildRoutes, Route, Subscription, Target, route

SHOW = "test:lantern-bay"
NEWS, TRAILERS, OTHER, ROLE = 100, 101, 102, 900
ADA, BEN = 7, 8
HOME = GuildRoutes(1, NEWS)
RENEWAL = Announcement(
    FactKey(SHOW, 3, Event.RENEWED),
    Change.NEW,
    "",
    Certainty.CONFIRMED,
    datetime(2027, 3, 1, tzinfo=UTC),
)
TRAILER = replace(RENEWAL, key=FactKey(SHOW, 3, Event.TRAILER))
RUMOUR = replace(RENEWAL, certainty=Certainty.RUMOUR)


def wish(
    target: Target, target_id: int, guild: int = 1, kinds: Iterable[Kind] = ALL_KINDS, **more: Any
) -> Subscription:
    return Subscription(0, SHOW, guild, target, target_id, frozenset(kinds), **more)


def channel(target_id: int = NEWS, **more: Any) -> Subscription:
    return wish(Target.CHANNEL, target_id, **more)


def member(target_id: int = ADA, **more: Any) -> Subscription:
    return wish(Target.MEMBER, target_id, **more)


def to(channel: int, *users: int, guild: int = 1, role: int | None = None) -> Route:
    return Route(Target.CHANNEL, channel, guild, users, role)


def routes(
    *wishes: Subscription, guild: GuildRoutes = HOME, said: Announcement = RENEWAL
) -> tuple[Route, ...]:
    return route(said, wishes, {guild.guild_id: guild})


KINDLY = replace(HOME, kind_channels={Kind.TRAILER: TRAILERS})
PINGING = replace(HOME, ping_role=ROLE)
GOSSIPING = replace(HOME, rumours=True)


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([], []),
        ([channel()], [to(NEWS)]),
        ([channel(), member()], [to(NEWS, ADA)]),
        ([member(BEN), member(ADA)], [to(NEWS, ADA, BEN)]),
        ([channel(), channel(OTHER), member()], [to(NEWS, ADA), to(OTHER)]),
        ([channel(OTHER), member()], [to(OTHER, ADA)]),
        ([channel(OTHER), channel(TRAILERS), member()], [to(TRAILERS, ADA), to(OTHER)]),
        ([channel(muted=True)], []),
        ([channel(), member(muted=True)], [to(NEWS)]),
        ([channel(kinds={Kind.CAST})], []),
        ([channel(kinds={Kind.SEASON}), member(kinds={Kind.TRAILER})], [to(NEWS)]),
        ([wish(Target.DM, ADA, 0)], [Route(Target.DM, ADA, 0)]),
        ([wish(Target.DM, ADA, 0), wish(Target.DM, ADA, 1)], [Route(Target.DM, ADA, 0)]),
        ([member(), wish(Target.DM, ADA, 0)], [to(NEWS, ADA), Route(Target.DM, ADA, 0)]),
        ([wish(Target.DM, ADA, 0, muted=True)], []),
        ([channel(guild=2)], []),
    ],
)
def test_where_an_announcement_goes(wishes: list[Subscription], expected: list[Route]) -> None:
    assert routes(*wishes) == tuple(expected)


def test_a_kind_has_its_own_channel_where_the_server_chose_one() -> None:
    assert routes(channel(), member(), guild=KINDLY, said=TRAILER) == (to(TRAILERS, ADA),)
    assert routes(channel(), member(), guild=KINDLY) == (to(NEWS, ADA),)
    assert routes(member(), guild=KINDLY, said=TRAILER) == (to(TRAILERS, ADA),)


def test_a_channel_that_is_not_the_news_channel_keeps_its_news_of_every_kind() -> None:
    assert routes(channel(OTHER), guild=KINDLY, said=TRAILER) == (to(OTHER),)


def test_two_follows_that_lead_to_one_channel_make_one_post() -> None:
    both = routes(channel(NEWS), channel(TRAILERS), guild=KINDLY, said=TRAILER)
    assert both == (to(TRAILERS),)


def test_a_member_of_a_server_without_a_news_channel_is_told_where_the_show_is_followed() -> None:
    nowhere = GuildRoutes(1)
    assert routes(member(), guild=nowhere) == ()
    assert routes(member(), channel(OTHER), guild=nowhere) == (to(OTHER, ADA),)


def test_the_role_is_pinged_once_and_for_what_the_server_follows_only() -> None:
    assert routes(member(), guild=PINGING) == (to(NEWS, ADA),)
    both = routes(channel(), channel(OTHER), member(), guild=PINGING)
    assert both == (to(NEWS, ADA, role=ROLE), to(OTHER))


def test_a_rumour_goes_only_where_rumours_are_wanted() -> None:
    wishes = (channel(), member(), wish(Target.DM, ADA, 0))
    assert routes(*wishes, said=RUMOUR) == ()
    assert routes(*wishes, said=RUMOUR, guild=GOSSIPING) == (to(NEWS, ADA),)


def test_a_server_that_removed_the_bot_hears_nothing() -> None:
    assert route(RENEWAL, [channel(), channel(guild=2)], {2: GuildRoutes(2, NEWS)}) == (
        to(NEWS, guild=2),
    )


GUILDS = st.builds(
    GuildRoutes,
    st.sampled_from([1, 2, 3]),
    st.sampled_from([None, NEWS]),
    st.dictionaries(st.sampled_from(list(Kind)), st.sampled_from([TRAILERS, OTHER])),
    st.sampled_from([None, ROLE]),
    st.booleans(),
)
WISHES = st.builds(
    Subscription,
    st.just(0),
    st.just(SHOW),
    st.sampled_from([1, 2, 3]),
    st.sampled_from(list(Target)),
    st.sampled_from([NEWS, TRAILERS, OTHER, ADA, BEN]),
    st.frozensets(st.sampled_from(list(Kind))),
    st.booleans(),
)
SAID = st.sampled_from([RENEWAL, TRAILER, RUMOUR])


@given(SAID, st.lists(WISHES), st.lists(GUILDS, unique_by=lambda guild: guild.guild_id))
def test_whatever_the_wishes_no_place_and_nobody_is_told_twice(
    said: Announcement, wishes: list[Subscription], guilds: list[GuildRoutes]
) -> None:
    found = route(said, wishes, {guild.guild_id: guild for guild in guilds})
    places = [(r.target, r.guild_id, r.target_id) for r in found]
    assert len(places) == len(set(places))
    pinged = [(r.guild_id, user) for r in found for user in r.users]
    assert len(pinged) == len(set(pinged))
    heard = [w for w in wishes if not w.muted and said.kind in w.kinds]
    assert {user for _, user in pinged} <= {w.target_id for w in heard if w.target is Target.MEMBER}
    rooms = {w.guild_id for w in heard if w.target is Target.CHANNEL}
    assert {r.guild_id for r in found if r.role} <= rooms
