"""Mending by hand: what an admin presses under a notice of trouble.

A channel is tested, and released at once where the sample arrives. A post of which nobody knows
whether it stands is sent again, or known to be there: only a person can say which.
"""

from datetime import datetime
from random import Random

from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.outcomes import Outcome, Sent
from bot.delivery.telling import MENTIONS_A_POST
from bot.news.routing import Target
from bot.services.composing import NotTold
from bot.services.delivering import Delivering
from bot.services.noticing import Noticing, destination_topic, unsettled_topic
from bot.storage import doubts, meta, notices, places, roles
from bot.storage.catchups import Name
from bot.storage.database import Database
from bot.storage.doubts import SEEN, Doubtful
from bot.storage.outbox import State
from bot.storage.places import Place


class Mending:
    """Does what admins ask for under a notice. That they may ask is the caller's to check."""

    def __init__(
        self, database: Database, delivering: Delivering, noticing: Noticing, random: Random
    ) -> None:
        self._database = database
        self._delivering = delivering
        self._noticing = noticing
        self._random = random

    async def channel(self, destination_id: int) -> Place | None:
        """A server's destination: its server and channel; None for one that is there no more."""
        async with self._database.read() as connection:
            place = await places.place_of(connection, destination_id)
        return place if place and place.target is Target.CHANNEL else None

    async def doubtful(self, post_id: int) -> Doubtful | None:
        """A post in doubt; None where there is no doubt any more."""
        async with self._database.read() as connection:
            return await doubts.find(connection, post_id)

    async def test(self, place: Place, now: datetime) -> Outcome:
        """Post a sample where a destination is held; where it arrives, the rest may go.

        The admin who tests sees that it is mended: nobody is told again.
        """
        outcome = await self._delivering.send_sample(place.target_id)
        if isinstance(outcome, Sent):
            async with self._database.write() as connection:
                await notices.mend(connection, place.guild_id, destination_topic(place.id), now)
            await self._delivering.recheck_destination(place.id, now)
        return outcome

    async def role_gone(self, guild_id: int, role_id: int, now: datetime) -> None:
        """A server deleted a role: it is pinged no more, and the admins hear it if it was."""
        async with self._database.write() as connection:
            if await roles.drop_role(connection, guild_id, role_id):
                await self._noticing.role_gone(connection, guild_id, role_id, now)

    async def send_again(self, post_id: int, now: datetime) -> Doubtful | None:
        """Owe once more what a post in doubt carried, unless it was overtaken since.

        None where the doubt was settled before.
        """
        async with self._database.write() as connection:
            post = await doubts.find(connection, post_id)
            if post is None:
                return None
            if post.overtaken:
                await doubts.settle(connection, post, State.FAILED, NotTold.OVERTAKEN, now)
            else:
                instance = await meta.instance_id(connection, new_mark(self._random))
                names = [self._name(instance) for _ in range(_parts(post))]
                await doubts.again(connection, post, names, now)
            await notices.mend(connection, post.guild_id, unsettled_topic(post_id), now)
        self._delivering.wake()
        return post

    async def it_is_there(self, post_id: int, now: datetime) -> Doubtful | None:
        """A post in doubt was seen in its channel. None where the doubt was settled before."""
        async with self._database.write() as connection:
            post = await doubts.find(connection, post_id)
            if post is None:
                return None
            await doubts.settle(connection, post, State.SENT, SEEN, now)
            await notices.mend(connection, post.guild_id, unsettled_topic(post_id), now)
        self._delivering.wake()
        return post

    def _name(self, instance: str) -> Name:
        mark = new_mark(self._random)
        return mark, nonce_for(instance, mark)


def _parts(post: Doubtful) -> int:
    """How many messages a post takes: a further part is one."""
    return 1 if post.part else max(1, -(-len(post.users) // MENTIONS_A_POST))
