"""What members say is not right of what was told: one word each, open until an admin decides."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.report_tables import reports
from bot.storage.rows import insert_new
from bot.storage.schema import announcements, deliveries, destinations, posts


class What(StrEnum):
    """What is not right of a piece of news."""

    WRONG_SHOW = auto()
    NOT_NEWS = auto()
    RUMOUR = auto()


class ReportState(StrEnum):
    """What became of a member's word."""

    OPEN = auto()
    ACCEPTED = auto()
    DISMISSED = auto()


@dataclass(frozen=True, slots=True)
class Carried:
    """What a post carries: its server (0 for a direct message) and its announcements, by row id."""

    guild_id: int
    announcements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """What members of a server say of an announcement, undecided. `id` is the first word's."""

    id: int
    guild_id: int
    announcement_id: int
    words: Mapping[What, int]

    @property
    def members(self) -> int:
        """How many members say so."""
        return sum(self.words.values())

    @property
    def mostly(self) -> What:
        """What most of them say; of equals the first that a member can choose."""
        return max(What, key=lambda what: self.words.get(what, 0))


async def carried_by(connection: AsyncConnection, mark: str) -> Carried | None:
    """What the post of a mark carries, None for a mark that no post of news has."""
    query = (
        select(deliveries.c.announcement_id, destinations.c.guild_id)
        .join_from(
            posts, deliveries, deliveries.c.post_id == func.coalesce(posts.c.part_of, posts.c.id)
        )
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(posts.c.mark == mark)
        .order_by(deliveries.c.id)
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return None
    return Carried(rows[0].guild_id, tuple(row.announcement_id for row in rows))


async def put_word(
    connection: AsyncConnection,
    announcement_id: int,
    guild_id: int,
    user_id: int,
    what: What,
    now: datetime,
) -> None:
    """A member's word. Another one changes the first; what was decided of it stays decided."""
    row = {"announcement_id": announcement_id, "guild_id": guild_id, "user_id": user_id}
    await insert_new(
        connection, reports, [{**row, "what": what, "state": ReportState.OPEN, "at": now}]
    )
    same = [reports.c[name] == value for name, value in row.items()]
    await connection.execute(update(reports).where(*same).values(what=what, at=now))


async def word_of(
    connection: AsyncConnection, announcement_id: int, guild_id: int, user_id: int
) -> What | None:
    """What a member said of an announcement."""
    query = select(reports.c.what).where(
        reports.c.announcement_id == announcement_id,
        reports.c.guild_id == guild_id,
        reports.c.user_id == user_id,
    )
    said = await connection.scalar(query)
    return What(said) if said else None


async def open_in(
    connection: AsyncConnection, guild_id: int, announcement_ids: Iterable[int] | None = None
) -> tuple[Open, ...]:
    """What members of a server say, undecided, the oldest first; of these announcements or all."""
    query = select(reports).where(
        reports.c.guild_id == guild_id, reports.c.state == ReportState.OPEN
    )
    if announcement_ids is not None:
        query = query.where(reports.c.announcement_id.in_(set(announcement_ids)))
    first: dict[int, int] = {}
    words: dict[int, Counter[What]] = {}
    for row in await connection.execute(query.order_by(reports.c.id)):
        first.setdefault(row.announcement_id, row.id)
        words.setdefault(row.announcement_id, Counter())[What(row.what)] += 1
    return tuple(Open(first[each], guild_id, each, words[each]) for each in first)


async def find(connection: AsyncConnection, report_id: int) -> Open | None:
    """What stands open beside a word, by its row id; None where nothing is open any more."""
    query = select(reports.c.guild_id, reports.c.announcement_id).where(reports.c.id == report_id)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    found = await open_in(connection, row.guild_id, [row.announcement_id])
    return next(iter(found), None)


async def settle(
    connection: AsyncConnection, guild_id: int, announcement_id: int, state: ReportState
) -> tuple[int, ...]:
    """An admin decided what members said; the row ids of all that was said of it there."""
    mine = (reports.c.guild_id == guild_id) & (reports.c.announcement_id == announcement_id)
    openly = update(reports).where(mine, reports.c.state == ReportState.OPEN)
    await connection.execute(openly.values(state=state))
    return tuple(await connection.scalars(select(reports.c.id).where(mine)))


async def posted_at(
    connection: AsyncConnection, announcement_id: int, guild_id: int
) -> tuple[int, int] | None:
    """Channel and message of the first post of an announcement in a server."""
    query = (
        select(posts.c.channel_id, posts.c.message_id)
        .join_from(deliveries, posts, posts.c.id == deliveries.c.post_id)
        .join(announcements, announcements.c.id == deliveries.c.announcement_id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(
            deliveries.c.announcement_id == announcement_id,
            destinations.c.guild_id == guild_id,
            posts.c.message_id.is_not(None),
        )
        .order_by(posts.c.id)
    )
    row = (await connection.execute(query)).first()
    return (row.channel_id, row.message_id) if row else None
