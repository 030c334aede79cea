"""Reminders: told once, in time or not at all, whatever restarts, the clock or the date do."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import update

from bot.delivery.outcomes import Doubt as Why
from bot.delivery.outcomes import Held, Hold, Uncertain
from bot.news.model import Article, Certainty, Change, Claim, Event, Kind, When
from bot.news.routing import Target
from bot.services.delivering import mark_maker
from bot.services.noting import Reading
from bot.services.reminding import Reminding, RemindReport
from bot.services.showing import Showing
from bot.storage.guilds import change_settings
from bot.storage.schema import EVERYBODY, announcements, deliveries, facts
from tests.discord_env import source_id
from tests.services.room import BAY, DM, GUILD, MEMBER, NEWS, Room

DAY, NEXT_DAY = "2027-03-10", "2027-03-11"
EVE = datetime(2027, 3, 9, 10, tzinfo=UTC)
PREMIERE = datetime(2027, 3, 10, 10, tzinfo=UTC)
TOMORROW = "One more day: **Lantern Bay** season 3 arrives on March 10, 2027 — Example Wire"
TODAY = "Premiere day: **Lantern Bay** season 3 arrives on March 10, 2027 — Example Wire"


class Premieres:
    """A newsroom that reminds. Claims come by way of the desk, as a poll would bring them."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.articles = 0
        self.instants: dict[tuple[int, int | None], datetime] = {}
        self.reminding = self.restarted()

    def restarted(self) -> Reminding:
        async def known(*_: object) -> dict[tuple[int, int | None], datetime]:
            return self.instants

        self.reminding = Reminding(
            self.room.database, mark_maker(Random(self.room.now.timestamp()), "instance"), known
        )
        return self.reminding

    async def claim(
        self,
        event: Event = Event.DATED,
        value: str = "",
        season: int | None = 3,
        certainty: Certainty = Certainty.CONFIRMED,
        scope: int = EVERYBODY,
        *,
        silent: bool = False,
    ) -> None:
        self.articles += 1
        name = f"article {self.articles}"
        article = Article(name, name, link=f"https://example.org/{self.articles}")
        claim = Claim(BAY, event, season, certainty, "", value, When.parse(value))
        async with self.room.database.write() as connection:
            source = await source_id(connection, "Example Wire", self.room.now)
            reading = Reading(article, (name,), (claim,), silent=silent)
            await self.room.desk.note(connection, source, (scope,), [reading], self.room.now)

    async def at(self, moment: datetime) -> RemindReport:
        """What is reminded of at a time."""
        self.room.now = moment
        return await self.reminding.remind_due(moment)

    async def told(self, channel: int = NEWS) -> list[str]:
        """The reminders that stand in a channel after everything due was sent."""
        await self.room.deliver()
        contents = [posted.content for posted in self.room.sender.to(channel)]
        return [text for text in contents if text.startswith(("One more day", "Premiere day"))]


@pytest.fixture
async def premieres(room: Room) -> Premieres:
    await room.follow()
    made = Premieres(room)
    await made.claim(value=DAY)
    await room.deliver()
    return made


async def test_the_day_before_and_the_day_itself_are_told(premieres: Premieres) -> None:
    assert await premieres.at(EVE - timedelta(seconds=1)) == RemindReport()
    await premieres.at(EVE)
    assert await premieres.told() == [TOMORROW]
    await premieres.at(PREMIERE)
    assert await premieres.told() == [TOMORROW, TODAY]


async def test_a_reminder_answers_the_news_and_names_its_source(premieres: Premieres) -> None:
    await premieres.at(EVE)

    rows = await premieres.room.rows(
        announcements.c.id, announcements.c.change, announcements.c.answers, announcements.c.value
    )
    assert [row[1:] for row in rows] == [(Change.NEW, None, DAY), (Change.TOMORROW, 1, DAY)]


async def test_the_card_has_its_timestamp_and_no_headline(premieres: Premieres) -> None:
    await premieres.at(EVE)
    await premieres.told()

    [embed] = premieres.room.sender.to(NEWS)[-1].payload["embeds"]
    stamp = f"<t:{int(PREMIERE.timestamp())}"
    assert {"name": "When", "value": f"{stamp}:D> ({stamp}:R>)", "inline": True} in embed["fields"]
    assert "article 1" not in embed["description"]
    assert embed["timestamp"] == EVE.isoformat()


async def test_each_is_told_once_whatever_restarts_and_clocks_do(premieres: Premieres) -> None:
    for hours in (0, 1, -30, 13.9, -1, 24, 23, 47, 24, 0, 30):
        premieres.restarted()
        await premieres.at(EVE + timedelta(hours=hours))
        await premieres.told()

    assert await premieres.told() == [TOMORROW, TODAY]


async def test_two_workers_tell_each_once(premieres: Premieres) -> None:
    other = Reminding(premieres.room.database, mark_maker(Random(77), "instance"))

    first = await premieres.at(EVE)
    second = await other.remind_due(EVE)

    assert (len(first.told), len(second.told)) == (1, 0)


async def test_a_clock_that_leaps_ahead_and_back_loses_none(premieres: Premieres) -> None:
    await premieres.at(PREMIERE + timedelta(days=3))
    assert await premieres.told() == []
    await premieres.at(EVE)

    assert await premieres.told() == [TOMORROW]


async def test_after_hours_of_downtime_it_is_still_told_on_that_day(premieres: Premieres) -> None:
    await premieres.at(EVE + timedelta(hours=13))

    assert await premieres.told() == [TOMORROW]


async def test_what_comes_too_late_is_not_told(premieres: Premieres) -> None:
    await premieres.at(PREMIERE - timedelta(hours=10))
    await premieres.at(PREMIERE + timedelta(hours=24))

    assert await premieres.told() == []


async def test_a_reminder_that_was_owed_before_a_crash_is_not_told_late(
    premieres: Premieres,
) -> None:
    await premieres.at(EVE)
    premieres.room.now = PREMIERE - timedelta(hours=9)

    assert await premieres.told() == []
    rows = await premieres.room.rows(deliveries.c.id, deliveries.c.state, deliveries.c.reason)
    assert rows[-1][1:] == ("failed", "past")


async def test_one_in_doubt_that_does_not_stand_is_not_told_late(premieres: Premieres) -> None:
    premieres.room.sender.answers.append(Uncertain(Why.CONNECTION))
    await premieres.at(EVE)
    await premieres.room.deliver()
    premieres.room.sender.chat()

    await premieres.room.deliver(timedelta(hours=15))

    rows = await premieres.room.rows(deliveries.c.id, deliveries.c.state, deliveries.c.reason)
    assert rows[-1][1:] == ("failed", "past")


async def test_a_held_reminder_is_sent_after_the_repair_as_long_as_it_is_one(
    premieres: Premieres,
) -> None:
    premieres.room.sender.refusing[NEWS] = Held(Hold.MISSING_ACCESS, 50001)
    await premieres.at(EVE)
    await premieres.room.deliver()
    await premieres.at(PREMIERE)
    premieres.room.sender.refusing.clear()
    before = len(premieres.room.sender.posted)
    await premieres.room.delivering.recheck(GUILD, PREMIERE)
    await premieres.room.deliver()

    assert [posted.content for posted in premieres.room.sender.posted[before:]] == [TODAY]


async def test_reminder_and_news_do_not_overtake_each_other(premieres: Premieres) -> None:
    premieres.room.sender.refusing[NEWS] = Held(Hold.MISSING_ACCESS, 50001)
    await premieres.claim(value=NEXT_DAY, season=4, certainty=Certainty.REPORTED)
    await premieres.at(EVE + timedelta(days=1))
    await premieres.claim(value=NEXT_DAY, season=4)
    await premieres.room.deliver()
    premieres.room.sender.refusing.clear()
    before = len(premieres.room.sender.posted)
    await premieres.room.delivering.recheck(GUILD, premieres.room.now)
    await premieres.room.deliver()

    told = [posted.content.split(":")[0] for posted in premieres.room.sender.posted[before:]]
    # The first report was overtaken by its confirmation; the reminders by nothing.
    assert told == ["Premiere day", "One more day, if the reports are right", "Now confirmed"]


async def test_a_moved_date_has_its_own_reminders(premieres: Premieres) -> None:
    await premieres.at(EVE)
    await premieres.told()
    await premieres.claim(value=NEXT_DAY)
    await premieres.at(PREMIERE)
    await premieres.told()
    await premieres.at(PREMIERE + timedelta(days=1))

    assert await premieres.told() == [
        TOMORROW,
        "One more day: **Lantern Bay** season 3 arrives on March 11, 2027 — Example Wire",
        "Premiere day: **Lantern Bay** season 3 arrives on March 11, 2027 — Example Wire",
    ]


async def test_a_reminder_that_waits_while_the_date_moves_is_dropped(premieres: Premieres) -> None:
    await premieres.at(EVE)
    await premieres.claim(value="2027-05-01")

    assert await premieres.told() == []


async def test_a_date_that_goes_and_comes_back_is_not_told_again(premieres: Premieres) -> None:
    await premieres.at(EVE)
    await premieres.told()
    await premieres.claim(value=NEXT_DAY)
    await premieres.claim(value=DAY)
    premieres.room.now += timedelta(hours=1)
    await premieres.at(EVE + timedelta(hours=1))

    assert await premieres.told() == [TOMORROW]


async def test_a_cancelled_season_has_none(premieres: Premieres) -> None:
    premieres.room.now += timedelta(days=1)
    await premieres.claim(Event.CANCELLED)
    await premieres.at(EVE)

    assert await premieres.told() == []


async def test_a_withdrawn_date_has_none(premieres: Premieres) -> None:
    async with premieres.room.database.write() as connection:
        await connection.execute(update(facts).values(detail={"withdrawn": "2027-03-02"}))
    await premieres.at(EVE)

    assert await premieres.told() == []


@pytest.mark.parametrize(
    ("value", "certainty"), [("2027-03", Certainty.CONFIRMED), (NEXT_DAY, Certainty.RUMOUR)]
)
async def test_windows_and_rumours_have_none(
    premieres: Premieres, value: str, certainty: Certainty
) -> None:
    await premieres.claim(value=value, season=7, certainty=certainty)
    for hours in range(0, 72, 6):
        report = await premieres.at(EVE + timedelta(hours=hours))
        assert all(told.key.season == 3 for told in report.told)


async def test_a_date_that_only_fills_the_ledger_is_reminded_of_too(room: Room) -> None:
    await room.follow()
    premieres = Premieres(room)
    await premieres.claim(value=DAY, silent=True)
    await premieres.at(EVE)

    assert await premieres.told() == [TOMORROW]
    assert await room.rows(announcements.c.answers) == [None]


async def test_news_that_comes_after_the_hour_of_its_reminder_needs_none(room: Room) -> None:
    await room.follow()
    premieres = Premieres(room)
    room.now = EVE + timedelta(hours=2)
    await premieres.claim(value=DAY)
    await premieres.at(room.now)
    assert await premieres.told() == []
    await premieres.at(PREMIERE)

    assert await premieres.told() == [TODAY]


async def test_a_date_that_finds_its_season_is_not_told_twice(room: Room) -> None:
    await room.follow()
    premieres = Premieres(room)
    await premieres.claim(value=DAY, season=None)
    await premieres.at(EVE)
    await premieres.claim(value=DAY, season=3)
    await premieres.at(EVE + timedelta(hours=1))

    assert len(await premieres.told()) == 1


async def test_who_asked_for_other_kinds_is_not_reminded(premieres: Premieres) -> None:
    await premieres.room.follow(Target.DM, MEMBER, guild=0, kinds=frozenset({Kind.TRAILER}))
    await premieres.room.follow(Target.MEMBER, 8, kinds=frozenset({Kind.CAST}))
    await premieres.room.follow(Target.MEMBER, 9, kinds=frozenset({Kind.SEASON}))
    await premieres.at(EVE)

    assert await premieres.told() == [f"{TOMORROW} · <@9>"]
    assert await premieres.told(DM) == []


async def test_a_direct_message_reminds_too(premieres: Premieres) -> None:
    await premieres.room.follow(Target.DM, 8, guild=0)
    await premieres.at(EVE)

    assert await premieres.told(DM) == [TOMORROW]


async def test_where_nobody_follows_nothing_is_written_but_the_guard(room: Room) -> None:
    premieres = Premieres(room)
    await premieres.claim(value=DAY)
    assert await premieres.at(EVE) == RemindReport()

    await room.follow()
    assert await premieres.at(EVE + timedelta(hours=1)) == RemindReport()
    assert len(await room.rows(announcements.c.id)) == 1


async def test_a_servers_own_date_goes_before_everybodys(premieres: Premieres) -> None:
    other, its_news = 2, 2
    await premieres.room.follow(target_id=its_news, guild=other)
    await premieres.claim(value=NEXT_DAY, scope=GUILD)
    await premieres.at(EVE)
    assert (await premieres.told(), await premieres.told(its_news)) == ([], [TOMORROW])

    await premieres.at(PREMIERE)

    moved = "One more day: **Lantern Bay** season 3 arrives on March 11, 2027 — Example Wire"
    assert await premieres.told() == [moved]
    assert await premieres.told(its_news) == [TOMORROW, TODAY]


async def test_a_server_that_was_reminded_by_its_own_source_is_not_reminded_again(
    room: Room,
) -> None:
    await room.follow()
    premieres = Premieres(room)
    await premieres.claim(value=DAY, scope=GUILD)
    await premieres.at(EVE)
    await premieres.claim(value=DAY, silent=True)
    await premieres.at(EVE + timedelta(hours=1))

    assert await premieres.told() == [TOMORROW]


async def test_the_hour_is_the_catalogues_where_it_knows_one(premieres: Premieres) -> None:
    evening = datetime(2027, 3, 11, 2, tzinfo=UTC)
    premieres.instants[1, 3] = evening
    await premieres.at(evening - timedelta(hours=25))
    assert await premieres.told() == []
    await premieres.at(evening - timedelta(hours=24))
    await premieres.told()
    await premieres.at(evening)

    assert await premieres.told() == [TOMORROW, TODAY]
    [embed] = premieres.room.sender.to(NEWS)[-1].payload["embeds"]
    stamp = f"<t:{int(evening.timestamp())}"
    assert {"name": "When", "value": f"{stamp}:F> ({stamp}:R>)", "inline": True} in embed["fields"]


async def test_reminders_are_no_news_of_a_card(premieres: Premieres) -> None:
    await premieres.at(EVE)
    await premieres.at(PREMIERE)

    card = await Showing(premieres.room.database).card(BAY, GUILD, premieres.room.now)

    assert [told.announcement.change for told in card.latest] == [Change.NEW]


async def test_a_server_that_the_bot_left_is_not_reminded(premieres: Premieres) -> None:
    async with premieres.room.database.write() as connection:
        await change_settings(connection, GUILD, removed=EVE)

    assert await premieres.at(EVE) == RemindReport()
