"""What the other tables promise: sources, servers, subscriptions, facts, notices, history."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import (
    ALL_KINDS,
    Article,
    Certainty,
    Dispute,
    Event,
    Fact,
    FactKey,
    Kind,
    LastTold,
    Show,
    Statement,
    Trust,
    Turn,
    Voice,
)
from bot.news.routing import Subscription, Target
from bot.storage import (
    articles,
    guilds,
    history,
    ledger,
    meta,
    notices,
    outbox,
    schema,
    shows,
    sources,
    statements,
    subscriptions,
)
from bot.storage.database import Database
from bot.storage.ledger import StoredFact
from bot.storage.outbox import State
from bot.storage.schema import EVERYBODY
from bot.storage.sources import SourceRow
from tests.storage.rows import (
    NOW,
    SHOW,
    URL,
    add_announcement,
    add_source,
    owe,
    to_channel,
)

LATER = NOW + timedelta(days=31)
GUILD = 42
OWN = "https://own.example/feed"


async def test_the_instance_keeps_its_first_random_id(database: Database) -> None:
    async with database.write() as connection:
        assert await meta.instance_id(connection, "first") == "first"
        assert await meta.instance_id(connection, "second") == "first"


async def test_an_article_is_kept_once_and_known_by_every_key(database: Database) -> None:
    async with database.write() as connection:
        source = await add_source(connection)
        first = [(Article("a", "One"), ["g:a", "l:a"]), (Article("b", "Two"), ["g:b"])]
        ids = await articles.add_articles(connection, source, first, NOW)
        again = [(Article("c", "Three"), ["g:c"]), (Article("a", "One again"), ["t:a"])]
        newer, same = await articles.add_articles(connection, source, again, NOW)
        assert same == ids[0]
        assert newer not in ids
        known = await articles.known_keys(connection, source, ["g:a", "t:a", "g:c", "g:z"])
        assert known == {"g:a": ids[0], "t:a": ids[0], "g:c": newer}
        assert await articles.add_articles(connection, source, [], NOW) == ()
        titles = await connection.scalars(select(schema.articles.c.title).order_by("id"))
        assert list(titles) == ["One", "Two", "Three"]


async def test_more_keys_than_a_statement_takes_can_be_asked_for(database: Database) -> None:
    keys = [f"g:{number}" for number in range(40_000)]
    async with database.write() as connection:
        source = await add_source(connection)
        entries = [(Article("a", "One"), ["g:39999"])]
        (row,) = await articles.add_articles(connection, source, entries, NOW)
        assert await articles.known_keys(connection, source, keys) == {"g:39999": row}


async def listed(connection: AsyncConnection, *urls: str) -> None:
    specs = [(url, url, Trust.PRESS, "en") for url in urls]
    await sources.put_shared(connection, specs, [NOW] * len(specs))


async def test_a_source_that_left_the_list_is_no_longer_asked(database: Database) -> None:
    async with database.write() as connection:
        await listed(connection, URL, OWN)
        await listed(connection, OWN)
        assert [row.url for row in await sources.due(connection, NOW, 10)] == [OWN]
        assert [row.url for row in await sources.sources_of(connection, GUILD)] == [OWN]


async def test_a_source_that_comes_back_to_the_list_begins_with_a_silent_baseline(
    database: Database,
) -> None:
    async with database.write() as connection:
        await listed(connection, URL)
        (row,) = await sources.due(connection, NOW, 1)
        polled = {"baseline": True, "etag": '"x"', "body_hash": "h", "next_poll": LATER}
        await sources.record_poll(connection, row.id, **polled)
        await listed(connection, URL)
        (kept,) = await sources.sources_of(connection, 0)
        assert (kept.baseline, kept.etag, kept.next_poll) == (True, '"x"', LATER)
        await listed(connection)
        await listed(connection, URL)
        (back,) = await sources.due(connection, NOW, 1)
        assert (back.id, back.baseline, back.etag, back.body_hash) == (row.id, False, "", "")


async def test_a_list_finds_its_source_where_it_has_moved(database: Database) -> None:
    async with database.write() as connection:
        await listed(connection, URL)
        (row,) = await sources.due(connection, NOW, 1)
        await sources.move(connection, row.id, "https://moved.example/feed")
        await listed(connection, URL)
        (same,) = await sources.sources_of(connection, 0)
        assert (same.id, same.url) == (row.id, "https://moved.example/feed")


async def test_a_source_does_not_move_to_where_another_stands(database: Database) -> None:
    async with database.write() as connection:
        await listed(connection, URL, OWN)
        (row, _) = await sources.due(connection, NOW, 2)
        await sources.move(connection, row.id, OWN)
        assert (await sources.get_source(connection, row.id)).url == row.url


async def add_own(connection: AsyncConnection, guild: int = GUILD, url: str = OWN) -> SourceRow:
    await guilds.ensure_guild(connection, guild, NOW)
    return await sources.add_for_guild(connection, guild, "Own", url, 7, NOW)


async def test_a_servers_own_source_is_heard_by_it_alone(database: Database) -> None:
    async with database.write() as connection:
        await listed(connection, URL)
        own = await add_own(connection)
        assert await sources.scopes_of(connection, own) == (GUILD,)
        assert [row.url for row in await sources.sources_of(connection, GUILD)] == [URL, OWN]
        assert [row.url for row in await sources.sources_of(connection, 43)] == [URL]
        await add_own(connection, guild=43)
        assert await sources.added_by(connection, own.id) == (GUILD, 43)


async def test_a_source_that_nobody_hears_any_more_is_not_asked(database: Database) -> None:
    async with database.write() as connection:
        own = await add_own(connection)
        assert await sources.remove_for_guild(connection, GUILD, own.id)
        assert not await sources.remove_for_guild(connection, GUILD, own.id)
        assert await sources.due(connection, NOW, 10) == ()


async def test_a_source_heard_again_after_a_pause_begins_with_a_silent_baseline(
    database: Database,
) -> None:
    async with database.write() as connection:
        own = await add_own(connection)
        await sources.record_poll(connection, own.id, baseline=True, etag='"x"', next_poll=LATER)
        assert (await add_own(connection, guild=43)).baseline  # somebody hears it all the time
        await sources.remove_for_guild(connection, GUILD, own.id)
        await sources.remove_for_guild(connection, 43, own.id)
        again = await add_own(connection)
        assert (again.id, again.baseline, again.etag, again.next_poll) == (own.id, False, "", NOW)
        assert [row.id for row in await sources.due(connection, NOW, 10)] == [own.id]


def wish(
    show: Show = SHOW,
    guild: int = GUILD,
    target: Target = Target.CHANNEL,
    target_id: int = 10,
    kinds: frozenset[Kind] = ALL_KINDS,
) -> Subscription:
    return Subscription(0, show.key, guild, target, target_id, kinds)


async def test_a_second_wish_of_a_target_changes_the_first(database: Database) -> None:
    async with database.write() as connection:
        show = await shows.ensure_show(connection, SHOW)
        first, created = await subscriptions.put_subscription(connection, wish(), show, 7, NOW)
        await subscriptions.set_muted(connection, first.subscription.id, True)
        fewer = wish(kinds=frozenset({Kind.CAST}))
        second, again = await subscriptions.put_subscription(connection, fewer, show, 8, NOW)
        assert (created, again) == (True, False)
        assert second.subscription == replace(fewer, id=first.subscription.id, muted=False)
        assert second.show == SHOW


async def test_a_server_sees_its_channels_and_a_member_their_own(database: Database) -> None:
    async with database.write() as connection:
        show = await shows.ensure_show(connection, SHOW)
        for each in (
            wish(),
            wish(target=Target.MEMBER, target_id=7),
            wish(target=Target.MEMBER, target_id=8),
            wish(guild=0, target=Target.DM, target_id=7),
            wish(guild=43, target_id=11),
        ):
            await subscriptions.put_subscription(connection, each, show, 7, NOW)
        found = await subscriptions.subscriptions_in(connection, GUILD, 7)
        targets = {(f.subscription.target, f.subscription.target_id) for f in found}
        assert targets == {(Target.CHANNEL, 10), (Target.MEMBER, 7), (Target.DM, 7)}
        of_guild = await subscriptions.subscriptions_of_show(connection, show, GUILD)
        assert {s.target_id for s in of_guild} == {10, 7, 8}
        assert len(await subscriptions.subscriptions_of_show(connection, show)) == 5
        assert await shows.followed_in(connection, 43) == (SHOW,)


async def test_the_routes_of_very_many_servers(database: Database) -> None:
    async with database.write() as connection:
        for guild in (1, 2, 3):
            await guilds.ensure_guild(connection, guild, NOW)
        await guilds.mark_removed(connection, 2, NOW)
        found = await guilds.routes_of(connection, range(1, 40_000))
        assert set(found) == {1, 3}


async def test_a_server_is_forgotten_whole(database: Database) -> None:
    async with database.write() as connection:
        for guild in (GUILD, 43):
            show = await shows.ensure_show(connection, SHOW)
            await guilds.ensure_guild(connection, guild, NOW)
            each = wish(guild=guild, target_id=guild)
            await subscriptions.put_subscription(connection, each, show, 7, NOW)
            await add_announcement(connection, scope=guild)
            await notices.raise_notice(connection, guild, "topic", "text", NOW)
            await add_own(connection, guild, f"https://own.example/{guild}")
        await owe(connection, to_channel(GUILD, GUILD), to_channel(43, 43), season=5)
        await guilds.mark_removed(connection, GUILD, NOW)
        assert await guilds.forget_removed(connection, NOW) == 0
        assert await guilds.forget_removed(connection, LATER) == 1
        for table, column in (
            (schema.guilds, schema.guilds.c.id),
            (schema.subscriptions, schema.subscriptions.c.guild_id),
            (schema.destinations, schema.destinations.c.guild_id),
            (schema.notices, schema.notices.c.guild_id),
            (schema.guild_sources, schema.guild_sources.c.guild_id),
            (schema.facts, schema.facts.c.scope),
            (schema.announcements, schema.announcements.c.scope),
        ):
            left = set(await connection.scalars(select(column)))
            assert GUILD not in left, table.name
            assert 43 in left, table.name
        assert await connection.scalar(select(func.count()).select_from(schema.posts)) == 1


def detailed() -> tuple[Fact, LastTold]:
    """A fact with everything that it may have to remember."""
    key = FactKey(SHOW.key, None, Event.DATED, "")
    voice = Voice("outlet.example", Trust.TRADE, Certainty.CONFIRMED, ("wire",))
    fact = Fact(
        key,
        "2027-05-03",
        Certainty.REPORTED,
        NOW,
        LATER,
        Trust.TRADE,
        (voice,),
        (Dispute("2027-06-10", voice, NOW),),
        (Turn("2027-06-10", NOW),),
        withdrawn=LATER,
        wavers=NOW,
        guessed=True,
        videos=(("youtube:abc", "outlet.example"),),
    )
    return fact, LastTold("2027-06-10", Certainty.CONFIRMED, NOW, wavering=True, aloud=False)


async def test_a_fact_is_read_back_as_it_was_written(database: Database) -> None:
    fact, last = detailed()
    async with database.write() as connection:
        show = await shows.ensure_show(connection, SHOW)
        row = await ledger.save_fact(connection, fact, show, EVERYBODY, None, last)
        (stored,) = await ledger.facts_of(connection, show, SHOW.key)
        assert stored == StoredFact(row, EVERYBODY, fact, last)
        untold = replace(fact, certainty=Certainty.CONFIRMED)
        assert await ledger.save_fact(connection, untold, show, EVERYBODY, row) == row
        (stored,) = await ledger.facts_of(connection, show, SHOW.key)
        assert stored == StoredFact(row, EVERYBODY, untold, None)


async def test_a_server_reads_its_own_ledger_where_it_has_one(database: Database) -> None:
    fact, last = detailed()
    async with database.write() as connection:
        show = await shows.ensure_show(connection, SHOW)
        for scope in (EVERYBODY, GUILD):
            await ledger.save_fact(connection, fact, show, scope, None, last)
        scopes = {
            guild: [s.scope for s in await ledger.facts_of(connection, show, SHOW.key, guild)]
            for guild in (EVERYBODY, GUILD, 43)
        }
        assert scopes == {EVERYBODY: [EVERYBODY], GUILD: [GUILD], 43: [EVERYBODY]}
        assert await ledger.scopes_of(connection, show) == (GUILD,)


async def test_the_articles_behind_a_fact_come_in_the_order_of_their_telling(
    database: Database,
) -> None:
    async with database.write() as connection:
        announcement = await add_announcement(connection)
        told = (await ledger.get_told(connection, [announcement]))[announcement]
        source = await add_source(connection, "https://second.example/feed", "Second")
        entries = [(Article("z", "Z", link="https://second.example/z"), ["z"])]
        (second,) = await articles.add_articles(connection, source, entries, NOW)
        for article, hours in ((told.article_id, 1), (second, 0), (second, 5)):
            said = Statement(article, Event.RENEWED, NOW + timedelta(hours=hours))
            await statements.stand_behind(connection, told.fact_id, [said], [second])
        behind = await ledger.behind(connection, [told.fact_id, 999])
        rows = [(row.outlet, row.agrees) for row in behind[told.fact_id]]
        assert rows == [("Second", True), ("Outlet", False)]
        (latest,) = await ledger.latest_told(connection, 1, EVERYBODY, 5)
        assert latest == told


async def test_a_trouble_is_noted_once_until_it_is_mended(database: Database) -> None:
    async with database.write() as connection:
        assert await notices.raise_notice(connection, GUILD, "t", "first", NOW)
        assert not await notices.raise_notice(connection, GUILD, "t", "again", NOW)
        assert await notices.mend(connection, GUILD, "t", NOW)
        assert not await notices.mend(connection, GUILD, "t", NOW)
        assert await notices.raise_notice(connection, GUILD, "t", "second", NOW)
        assert [n.text for n in await notices.open_notices(connection, GUILD)] == ["second"]
        untold = await notices.untold_notices(connection)
        assert [n.text for n in untold] == ["first", "second"]
        await notices.mark_told(connection, untold[0].id, NOW)
        await notices.drop(connection, GUILD, "t")
        assert await notices.untold_notices(connection) == ()


async def test_nobody_is_told_in_a_server_that_removed_the_bot(database: Database) -> None:
    async with database.write() as connection:
        await guilds.ensure_guild(connection, GUILD, NOW)
        await notices.raise_notice(connection, GUILD, "t", "text", NOW)
        await guilds.mark_removed(connection, GUILD, NOW)
        assert await notices.untold_notices(connection) == ()
        await guilds.ensure_guild(connection, GUILD, LATER)
        assert len(await notices.untold_notices(connection)) == 1


async def test_the_mark_of_a_post_and_of_its_parts_leads_to_the_show(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD, range(60)))
        rows = (await connection.execute(select(schema.posts).order_by("id"))).all()
        for row in rows:
            found = await history.find_mark(connection, row.mark)
            assert (found.shows[0], found.guild_id) == (SHOW, GUILD)
        assert await history.find_mark(connection, "nobody's mark") is None


async def test_messages_know_what_they_carry(database: Database) -> None:
    async with database.write() as connection:
        announcement = await owe(connection, to_channel(10, GUILD, range(60)))
        for number, row in enumerate((await connection.execute(select(schema.posts))).all()):
            await outbox.sent(connection, row.id, 10, 1000 + number, "shown", NOW)
        carried = await history.carried_by(connection, [1000, 1001, 1002])
        assert carried == {1000: announcement, 1001: announcement}
        assert await history.last_post(connection, GUILD) == NOW
        assert await history.last_post(connection, 43) is None


async def test_what_did_not_arrive_is_counted_by_channel_and_reason(database: Database) -> None:
    async with database.write() as connection:
        for season in (2, 3):
            await owe(connection, to_channel(10, GUILD), to_channel(11, GUILD), season=season)
        head = (await outbox.due_posts(connection, NOW, 1))[0]
        await outbox.hold(connection, head.destination_id, "missing_access", NOW)
        found = {(t.channel_id, t.state, t.reason, t.count) for t in await tallies(connection)}
        held = (10, State.HELD, "missing_access", 2)
        assert found == {held, (11, State.PENDING, "", 2)}


async def tallies(connection: AsyncConnection) -> tuple[history.Tally, ...]:
    return await history.tallies(connection, GUILD)


async def test_a_rumour_that_was_kept_counts_only_where_it_would_have_come(
    database: Database,
) -> None:
    async with database.write() as connection:
        show = await shows.ensure_show(connection, SHOW)
        for guild in (GUILD, 43):
            await guilds.ensure_guild(connection, guild, NOW)
            each = wish(guild=guild)
            await subscriptions.put_subscription(connection, each, show, 7, NOW)
        await add_announcement(connection, 2, certainty=Certainty.RUMOUR)
        await add_announcement(connection, 3, certainty=Certainty.CONFIRMED)
        await add_announcement(connection, 4, scope=43, certainty=Certainty.RUMOUR)
        assert await history.rumours_kept(connection, GUILD, NOW) == 1
        assert await history.rumours_kept(connection, 43, NOW) == 2
        assert await history.rumours_kept(connection, GUILD, LATER) == 0
        await guilds.change_settings(connection, GUILD, rumours=True)
        assert await history.rumours_kept(connection, GUILD, NOW) == 0
