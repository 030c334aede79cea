"""Which message in a channel told what an announcement confirms, corrects or withdraws."""

from sqlalchemy import case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.outbox import State
from bot.storage.schema import announcements, deliveries, posts


async def message_answered(
    connection: AsyncConnection, announcement_id: int, destination_id: int, channel_id: int
) -> int | None:
    """The message that a post of this announcement answers there, by Discord's id.

    It told the announcement that is answered or, where that one never came, the latest before it
    of the same fact. None where the announcement answers nothing, or nothing of it stands in this
    channel: it was deleted, or went to another channel or thread.
    """
    this = announcements.alias("this")
    answered = announcements.alias("answered")
    query = (
        select(posts.c.message_id)
        .join_from(this, answered, answered.c.id == this.c.answers)
        .join(
            announcements,
            or_(
                announcements.c.id == answered.c.id,
                announcements.c.fact_id.in_((this.c.fact_id, answered.c.fact_id))
                & (announcements.c.id < this.c.id),
            ),
        )
        .join(deliveries, deliveries.c.announcement_id == announcements.c.id)
        .join(posts, posts.c.id == deliveries.c.post_id)
        .where(
            this.c.id == announcement_id,
            deliveries.c.destination_id == destination_id,
            posts.c.state == State.SENT,
            posts.c.reason == "",
            posts.c.channel_id == channel_id,
            posts.c.message_id.is_not(None),
        )
        .order_by(case((announcements.c.id == answered.c.id, 0), else_=1), posts.c.id.desc())
        .limit(1)
    )
    found: int | None = await connection.scalar(query)
    return found
