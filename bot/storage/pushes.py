"""Subscriptions at hubs: which sources are pushed, by whom, until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.push_tables import pushes
from bot.storage.rows import upsert
from bot.storage.schema import sources
from bot.storage.sources import SourceRow, as_source


class PushState(StrEnum):
    """How a subscription stands: the hub was asked, it has confirmed, or it said that it will not.

    A live one counts as long as its lease does.
    """

    ASKED = auto()
    LIVE = auto()
    DENIED = auto()


@dataclass(frozen=True, slots=True)
class Subscribable:
    """A source whose documents name a hub, with its subscription there so far.

    `token` and `secret` are "" where there is none, or none for this hub, topic and address.
    """

    source_id: int
    name: str
    hub: str
    topic: str
    token: str
    secret: str
    failures: int


@dataclass(frozen=True, slots=True)
class PushRow:
    """A subscription as it stands, with the source that it is for. `active`: it is still heard."""

    source: SourceRow
    active: bool
    topic: str
    secret: str
    state: PushState
    lease_until: datetime | None
    asked: datetime
    missed: bool


async def due(
    connection: AsyncConnection, base: str, now: datetime, limit: int
) -> tuple[Subscribable, ...]:
    """The sources to subscribe or to renew, never asked ones first. `base` is our own address."""
    same = and_(
        pushes.c.hub == sources.c.hub, pushes.c.topic == sources.c.topic, pushes.c.base == base
    )
    query = (
        select(
            sources.c.id, sources.c.name, sources.c.hub, sources.c.topic,
            pushes.c.token, pushes.c.secret, pushes.c.failures, same.label("same"),
        )
        .select_from(sources.outerjoin(pushes, pushes.c.source_id == sources.c.id))
        .where(
            sources.c.active.is_(True),
            sources.c.hub != "",
            or_(pushes.c.source_id.is_(None), pushes.c.renew_at <= now, ~same),
        )
        .order_by(pushes.c.renew_at.is_not(None), pushes.c.renew_at)
        .limit(limit)
    )  # fmt: skip
    return tuple(_subscribable(row) for row in await connection.execute(query))


async def start(
    connection: AsyncConnection,
    due: Subscribable,
    base: str,
    token: str,
    secret: str,
    now: datetime,
    retry_at: datetime,
) -> None:
    """A new subscription is about to be asked for, in the place of any other of the source."""
    await upsert(
        connection,
        pushes,
        ["source_id"],
        source_id=due.source_id,
        hub=due.hub,
        topic=due.topic,
        base=base,
        token=token,
        secret=secret,
        state=PushState.ASKED,
        lease_until=None,
        renew_at=retry_at,
        asked=now,
        failures=1,
        missed=False,
    )
    await _rely(connection, due.source_id, None)


async def ask_again(
    connection: AsyncConnection, due: Subscribable, now: datetime, retry_at: datetime
) -> None:
    """A subscription is about to be renewed, or asked for once more. Its lease goes on."""
    values = {"renew_at": retry_at, "asked": now, "failures": due.failures + 1}
    where = pushes.c.source_id == due.source_id
    await connection.execute(update(pushes).where(where).values(**values))
    again = where & (pushes.c.state == PushState.DENIED)
    await connection.execute(update(pushes).where(again).values(state=PushState.ASKED))


async def postpone(connection: AsyncConnection, source_id: int, until: datetime) -> None:
    """The hub is not to be asked before then."""
    where = pushes.c.source_id == source_id
    await connection.execute(update(pushes).where(where).values(renew_at=until))


async def by_token(connection: AsyncConnection, token: str) -> PushRow | None:
    """The subscription whose callback ends with a token."""
    columns = (*pushes.c, *sources.c)
    query = select(*columns).where(pushes.c.token == token, pushes.c.source_id == sources.c.id)
    row = (await connection.execute(query)).first()
    return _push(row) if row else None


async def confirm(
    connection: AsyncConnection, push: PushRow, lease_until: datetime, renew_at: datetime
) -> None:
    """The hub has confirmed a subscription. A lease that follows another one is relied upon too."""
    values = {
        "state": PushState.LIVE,
        "lease_until": lease_until,
        "renew_at": renew_at,
        "failures": 0,
        "missed": False,
    }
    where = pushes.c.source_id == push.source.id
    await connection.execute(update(pushes).where(where).values(**values))
    if push.source.pushed_until is not None:
        await _rely(connection, push.source.id, lease_until)


async def deny(
    connection: AsyncConnection, push: PushRow, now: datetime, renew_at: datetime
) -> None:
    """The hub will not push: the source is polled at its own rhythm, from now on."""
    values = {"state": PushState.DENIED, "lease_until": None, "renew_at": renew_at}
    where = pushes.c.source_id == push.source.id
    await connection.execute(update(pushes).where(where).values(**values))
    if push.source.pushed_until is not None:
        await _rely(connection, push.source.id, None, poll_at=now)


async def rely(connection: AsyncConnection, push: PushRow) -> None:
    """A push came: until the lease ends, polls are a backup; unless one was missed under it."""
    if push.lease_until != push.source.pushed_until and not push.missed:
        await _rely(connection, push.source.id, push.lease_until)


async def distrust(connection: AsyncConnection, source_id: int) -> None:
    """A push was missed: the source is polled at its own rhythm until the hub confirms again."""
    where = pushes.c.source_id == source_id
    await connection.execute(update(pushes).where(where).values(missed=True))
    await _rely(connection, source_id, None)


async def rely_on_none(connection: AsyncConnection, now: datetime) -> None:
    """Pushes are switched off: every source is polled at its own rhythm."""
    relied = sources.c.pushed_until.is_not(None)
    values = {"pushed_until": None, "next_poll": now}
    await connection.execute(update(sources).where(relied).values(**values))


async def _rely(
    connection: AsyncConnection,
    source_id: int,
    until: datetime | None,
    poll_at: datetime | None = None,
) -> None:
    values = {"pushed_until": until} | ({"next_poll": poll_at} if poll_at else {})
    await connection.execute(update(sources).where(sources.c.id == source_id).values(**values))


def _subscribable(row: Row[tuple[object, ...]]) -> Subscribable:
    token, secret, failures = (row.token, row.secret, row.failures) if row.same else ("", "", 0)
    return Subscribable(row.id, row.name, row.hub, row.topic, token, secret, failures)


def _push(row: Row[tuple[object, ...]]) -> PushRow:
    values = row._mapping
    return PushRow(
        as_source(row),
        values[sources.c.active],
        values[pushes.c.topic],
        values[pushes.c.secret],
        PushState(values[pushes.c.state]),
        values[pushes.c.lease_until],
        values[pushes.c.asked],
        values[pushes.c.missed],
    )
