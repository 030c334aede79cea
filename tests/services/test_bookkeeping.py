"""The stored ledger: whatever the order in which articles arrive, it holds what a replay holds."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select

from bot.news.model import Certainty, Claim, Event, Show, Standing
from bot.services.bookkeeping import Bookkeeping
from bot.services.noting import NewsDesk
from bot.storage import ledger, schema
from bot.storage.database import Database
from bot.storage.merging import merge_show
from bot.storage.schema import EVERYBODY
from tests.services.newsroom import DAY, HOUR, NAMES, Newsroom
from tests.services.room import BAY, GUILD, NOW


@pytest.fixture
async def newsroom(database: Database) -> Newsroom:
    return await Newsroom(database).open()


def says(event: Event, season: int | None = 3, value: str = "", subject: str = "") -> Claim:
    return Claim(BAY, event, season, value=value, subject=subject)


RENEWED, CANCELLED = says(Event.RENEWED), says(Event.CANCELLED, None)
MAY, JUNE = says(Event.DATED, value="2027-05-03"), says(Event.DATED, value="2027-06-10")


async def test_an_older_article_that_comes_late_undoes_nothing(newsroom: Newsroom) -> None:
    assert await newsroom.hear("trade", MAY, ago=9 * HOUR) == ["new"]
    assert await newsroom.hear("trade", JUNE, ago=2 * HOUR) == ["changed"]
    assert await newsroom.hear("press", MAY, ago=5 * HOUR) == []
    (fact,) = await newsroom.facts()
    assert fact.value == "2027-06-10"
    assert await newsroom.facts() == await newsroom.replayed()


async def test_facts_that_turn_out_to_be_one_keep_what_was_told(newsroom: Newsroom) -> None:
    """Two openings of one story: an older article with the season shows that they are the same."""
    await newsroom.hear("press", says(Event.RENEWED, None), ago=100 * DAY, silent=True)
    assert await newsroom.hear("trade", says(Event.RENEWED, 3)) == ["new"]
    assert len(await newsroom.facts()) == 2
    assert await newsroom.hear("network", says(Event.RENEWED, 3), ago=90 * DAY) == []
    assert len(await newsroom.facts()) == 1
    assert await newsroom.facts() == await newsroom.replayed()
    assert len(await newsroom.scalars(select(schema.facts.c.id))) == 1
    told = schema.announcements
    assert len(set(await newsroom.scalars(select(told.c.fact_id)))) == 1
    assert await newsroom.hear("press", says(Event.RENEWED, 3)) == []


async def test_who_bears_a_date_out_changes_with_the_date(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", MAY, ago=9 * HOUR)
    await newsroom.hear("press", MAY, ago=8 * HOUR)
    await newsroom.hear("network", JUNE, ago=HOUR)
    async with newsroom.database.read() as connection:
        (behind,) = (await ledger.behind(connection, [1])).values()
    assert [(row.outlet, row.agrees) for row in behind] == [
        ("trade", False),
        ("press", False),
        ("network", True),
    ]


async def test_a_correction_answers_the_first_word_and_what_is_undone_says_so(
    newsroom: Newsroom,
) -> None:
    await newsroom.hear("trade", RENEWED, ago=9 * HOUR)
    assert await newsroom.hear("trade", CANCELLED, ago=8 * HOUR) == ["withdrawn"]
    told = schema.announcements
    assert await newsroom.scalars(select(told.c.answers).order_by(told.c.id)) == [None, 1]
    standing = select(told.c.standing).order_by(told.c.id)
    assert await newsroom.scalars(standing) == [Standing.WITHDRAWN, Standing.STANDS]
    assert await newsroom.hear("trade", RENEWED, ago=HOUR) == ["withdrawn"]
    assert await newsroom.scalars(standing) == [
        Standing.STANDS,
        Standing.WITHDRAWN,
        Standing.STANDS,
    ]
    assert await newsroom.scalars(select(told.c.answers).order_by(told.c.id)) == [None, 1, 2]


async def test_a_confirmation_answers_the_report(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", replace(RENEWED, certainty=Certainty.REPORTED), ago=9 * HOUR)
    assert await newsroom.hear("network", RENEWED, ago=HOUR) == ["confirmed"]
    answers = schema.announcements.c.answers
    assert await newsroom.scalars(select(answers).order_by(schema.announcements.c.id)) == [None, 1]


async def test_a_servers_own_source_begins_a_ledger_of_its_own(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", MAY, ago=9 * HOUR)
    assert await newsroom.hear("own", JUNE, ago=8 * HOUR) == []  # one outlet against a trade paper
    assert [f.value for f in await newsroom.facts(GUILD)] == ["2027-05-03"]
    assert await newsroom.hear("press", JUNE, ago=7 * HOUR) == ["changed"]
    assert [f.value for f in await newsroom.facts(GUILD)] == ["2027-06-10"]
    assert [f.value for f in await newsroom.facts()] == ["2027-05-03"]
    scopes = select(schema.announcements.c.scope).order_by(schema.announcements.c.id)
    assert await newsroom.scalars(scopes) == [EVERYBODY, GUILD]
    assert await newsroom.facts(GUILD) == await newsroom.replayed(GUILD)


async def test_a_servers_own_ledger_answers_what_everybody_was_told(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", RENEWED, ago=9 * HOUR)
    await newsroom.hear("own", MAY, ago=8 * HOUR)
    assert await newsroom.hear("own", CANCELLED, ago=7 * HOUR) == []  # one against a trade paper
    assert await newsroom.hear("press", CANCELLED, ago=6 * HOUR) == ["withdrawn"]
    assert await newsroom.hear("network", CANCELLED, ago=5 * HOUR) == ["withdrawn"]
    told = schema.announcements.c
    query = select(told.answers).where(told.event == "cancelled").order_by(told.id)
    assert await newsroom.scalars(query) == [1, 1]


async def test_what_a_silent_article_undoes_says_so(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", RENEWED, ago=9 * HOUR)
    assert await newsroom.hear("network", CANCELLED, ago=8 * HOUR, silent=True) == []
    standing = select(schema.announcements.c.standing)
    assert await newsroom.scalars(standing) == [Standing.WITHDRAWN]


async def test_a_stale_page_does_not_make_a_withdrawn_post_stand_again(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", RENEWED, ago=9 * DAY)
    await newsroom.hear("network", CANCELLED, ago=5 * DAY)
    assert await newsroom.hear("blog", RENEWED, ago=DAY) == []
    standing = select(schema.announcements.c.standing).order_by(schema.announcements.c.id)
    assert await newsroom.scalars(standing) == [Standing.WITHDRAWN, Standing.STANDS]


async def test_the_catalogues_seasons_tell_which_one_is_meant(database: Database) -> None:
    async def calendar_of(_connection: object, _show: object) -> dict[int, date]:
        return {1: (NOW - 700 * DAY).date(), 2: (NOW - 300 * DAY).date()}

    desk = NewsDesk(lambda: ("m" * 16, "n"), Bookkeeping(calendar_of))
    newsroom = await Newsroom(database, desk).open()
    await newsroom.hear("trade", says(Event.RENEWED, None))
    (fact,) = await newsroom.facts()
    assert fact.key.season == 3


async def test_two_shows_that_were_one_have_one_ledger(newsroom: Newsroom) -> None:
    """Somebody followed it by its bare title before the catalogue knew it."""
    bare = Show("title:lantern bay", "Lantern Bay")
    await newsroom.hear("trade", RENEWED, ago=9 * HOUR)
    await newsroom.hear("press", replace(RENEWED, show=bare), ago=8 * HOUR)
    await newsroom.hear("press", replace(MAY, show=bare), ago=7 * HOUR)
    async with newsroom.database.write() as connection:
        await merge_show(connection, bare.key, BAY)
        await Bookkeeping().rebuild(connection, BAY)
    assert await newsroom.facts() == await newsroom.replayed()
    assert len(await newsroom.facts()) == 2
    assert await newsroom.hear("network", RENEWED) == []
    assert await newsroom.hear("network", MAY) == []


EVENTS = (Event.RENEWED, Event.CANCELLED, Event.DATED, Event.TRAILER, Event.JOINS)


@pytest.mark.parametrize("seed", range(5))
async def test_in_whatever_order_articles_arrive_the_ledger_is_the_same(
    newsroom: Newsroom, seed: int
) -> None:
    random = Random(seed)
    for _ in range(25):
        event = random.choice(EVENTS)
        claim = Claim(
            BAY,
            event,
            random.choice([None, 2, 3]),
            random.choice(list(Certainty)),
            random.choice(["", "Ada Example", "Ben Example"]) if event is Event.JOINS else "",
            random.choice(["2027", "2027-05", "2027-05-03", "2027-08-01"])
            if event is Event.DATED
            else "",
        )
        outlet = random.choice([*NAMES, "own"])
        await newsroom.hear(outlet, claim, ago=random.randrange(400) * DAY)
    for scope in (EVERYBODY, GUILD):
        assert await newsroom.facts(scope) == await newsroom.replayed(scope)
    orphans = select(func.count()).select_from(schema.announcements)
    orphans = orphans.where(schema.announcements.c.fact_id.not_in(select(schema.facts.c.id)))
    assert await newsroom.scalars(orphans) == [0]
