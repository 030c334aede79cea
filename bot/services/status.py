"""What `/status` tells: when the bot last asked, when it last posted, and why it is silent."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.judging import TOPIC
from bot.storage import history, notices, sources, subscriptions
from bot.storage.database import Database
from bot.storage.history import Tally
from bot.storage.notices import Notice
from bot.storage.sources import SourceRow
from bot.storage.subscriptions import Followed

FOR_ADMINS = f"{TOPIC}:"  # what members say is not right is shown to admins alone


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How things stand for a server. `tallies` counts what did not arrive, with the reason."""

    last_read: datetime | None
    last_post: datetime | None
    sources: int
    failing: tuple[SourceRow, ...]
    followed: tuple[Followed, ...]
    muted: tuple[Followed, ...]
    below_certainty: int
    tallies: tuple[Tally, ...]
    notices: tuple[Notice, ...]


class Reporting:
    """Looks up how things stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def status(self, guild_id: int, user_id: int, now: datetime) -> StatusReport:
        """How things stand for a server, as one member may see it."""
        async with self._database.read() as connection:
            heard = await sources.sources_of(connection, guild_id)
            followed = await subscriptions.subscriptions_in(connection, guild_id, user_id)
            return StatusReport(
                last_read=await sources.last_success(connection, guild_id),
                last_post=await history.last_post(connection, guild_id),
                sources=len(heard),
                failing=tuple(source for source in heard if source.failure),
                followed=followed,
                muted=tuple(f for f in followed if f.subscription.muted),
                below_certainty=await history.rumours_kept(connection, guild_id, now),
                tallies=await history.tallies(connection, guild_id),
                notices=tuple(
                    notice
                    for notice in await notices.open_notices(connection, guild_id)
                    if not notice.topic.startswith(FOR_ADMINS)
                ),
            )

    async def dm_refusal(self, user_id: int) -> str:
        """Why direct messages to a member do not arrive: the reason's key, "" where they do."""
        async with self._database.read() as connection:
            return await history.dm_refusal(connection, user_id)
