"""Forums: one post (a thread) for each show, made before any news of the show goes into it.

    news for a forum -> `creating`, card frozen -> request -> `ready` -> the news, in the thread

Making a forum's post has no nonce. An attempt whose fate is unknown is looked for by the mark of
its first message, and only then repeated. A post that was deleted or locked is replaced once, and
the admins are told; who takes the new one away within a day does not want it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.catalogue.search import label
from bot.delivery.escaping import escape
from bot.delivery.forum_cards import render_forum_card, render_plain_card
from bot.delivery.looking import Absent, FoundThread, Unreadable, find_thread
from bot.delivery.marks import new_mark
from bot.delivery.outcomes import (
    Answer,
    Failed,
    Failure,
    Held,
    Hold,
    Outcome,
    Refused,
    Scope,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.rendering import Payload
from bot.delivery.sending import LEASE, Sender
from bot.delivery.steps import Reopened, ThreadMade, make_thread, reopen
from bot.delivery.telling import Telling
from bot.news.model import Announcement, Change
from bot.news.routing import Target
from bot.services.backing_off import after_post
from bot.services.noticing import Noticing
from bot.services.places import ChannelKind, KindOf
from bot.services.showing import read_card
from bot.storage import forums, notices, outbox
from bot.storage.database import Database
from bot.storage.forums import ForumPost, Stage
from bot.storage.outbox import DuePost
from bot.words import Words

A_DAY = timedelta(days=1)
REOPENINGS = 3  # attempts after which a thread that closes again and again is left closed
SOON = 1.0  # seconds
NAME_LIMIT = 100

_OWN = frozenset({ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT, ChannelKind.THREAD})
_LOST = frozenset({Hold.CHANNEL_GONE, Hold.THREAD_LOCKED, Hold.THREAD_ARCHIVED})
_UNREADABLE = Held(Hold.FORUM_UNREADABLE, 0)
_HIDDEN = frozenset({Hold.MISSING_PERMISSION, Hold.MISSING_ACCESS})


class Forums:
    """Knows in which channel a post is made, and makes that channel where it is a forum's post."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        words: Words,
        noticing: Noticing,
        kind_of: KindOf,
        *,
        clock: Callable[[], datetime],
        random: Random,
    ) -> None:
        self._database = database
        self._sender = sender
        self._words = words
        self._noticing = noticing
        self._kind_of = kind_of
        self._clock = clock
        self._random = random

    async def channel_of(self, post: DuePost) -> int | Answer:
        """Where a channel's post is made: there, or in the thread of its show.

        An Answer says why there is no such place yet; nothing of the post was sent then.
        """
        kind = self._kind_of(post.guild_id, post.target_id)
        if kind in _OWN:
            return post.target_id
        async with self._database.read() as connection:
            known = kind is ChannelKind.FORUM or await forums.is_forum(connection, post.target_id)
            if not known:
                return post.target_id  # if it is a forum, Discord will say so
            made = await forums.find(connection, post.target_id, post.announcement_id)
        made = made or await self._plan(post)
        if made.stage is Stage.GONE:
            if _is_lately(made.replaced, self._clock()):
                return Failed(Failure.FORUM_POST_GONE, 0)
            made = await self._renew(made, made.lost, post)
        if made.stage is Stage.READY and made.thread_id is not None:
            return made.thread_id
        return await self._make(made)

    async def reconsider(
        self, post: DuePost, outcome: Outcome | Refused, channel: int
    ) -> Outcome | Refused:
        """What an answer asks for where it is about a forum or a thread; else the answer itself."""
        if post.target is not Target.CHANNEL or not isinstance(outcome, Held):
            return outcome
        if outcome.reason is Hold.FORUM and channel == post.target_id:
            await self._plan(post)
            return Wait(0.0, Scope.CHANNEL)
        answer: Answer = outcome
        if outcome.reason is Hold.THREAD_ARCHIVED and post.attempts < REOPENINGS:
            answer = await self._reopen(channel)
        if not isinstance(answer, Held) or answer.reason not in _LOST:
            return answer
        return await self._lose(post, answer, channel) if _in_forum(post, channel) else answer

    async def resume(self, now: datetime) -> None:
        """At the start of the only process of a database: settle what the last one left behind."""
        async with self._database.write() as connection:
            await forums.lapse_leases(connection, now)

    async def _plan(self, post: DuePost) -> ForumPost:
        mark = new_mark(self._random)
        async with self._database.write() as connection:
            return await forums.plan(
                connection, post.target_id, post.guild_id, post.announcement_id, mark
            )

    async def _make(self, made: ForumPost) -> int | Answer:
        """Make a forum's post; its thread's id."""
        now = self._clock()
        if made.lease_until is not None and made.lease_until > now:
            return Wait((made.lease_until - now).total_seconds(), Scope.CHANNEL)
        if made.attempted is not None:
            known = await self._look(made, made.attempted)
            if known is not None:
                return known
        payload = made.payload or await self._card(made)
        async with self._database.write() as connection:
            if not await forums.begin(connection, made, payload, now, LEASE):
                return Wait(SOON, Scope.CHANNEL)
        answer = await make_thread(self._sender, made.forum_id, label(made.show), payload)
        return await self._made(made, answer)

    async def _made(self, made: ForumPost, answer: ThreadMade | Answer) -> int | Answer:
        """Write down what came of making a forum's post."""
        match answer:
            case ThreadMade(thread_id):
                return await self._ready(made, thread_id)
            case Uncertain():
                pause = after_post(made.attempts)
                async with self._database.write() as connection:
                    await forums.doubt(connection, made, self._clock() + pause)
                return Wait(pause.total_seconds(), Scope.CHANNEL)
            case Failed() if not _is_plain(made.payload):
                plain = render_plain_card(made.show, made.mark, self._words)
                await self._put_back(made, plain)
                return Wait(0.0, Scope.CHANNEL)
            case Failed():
                await self._put_back(made)
                return replace(answer, remedy=None)  # other words of the news would not help
            case _:
                await self._put_back(made)
                return answer

    async def _put_back(self, made: ForumPost, payload: Payload | None = None) -> None:
        async with self._database.write() as connection:
            await forums.put_back(connection, made, payload)

    async def _look(self, made: ForumPost, since: datetime) -> int | Answer | None:
        """What became of an earlier attempt: the thread's id, or None when it may be repeated."""
        looked = await find_thread(self._sender, made.guild_id, made.forum_id, made.mark, since)
        match looked:
            case FoundThread(thread_id):
                return await self._ready(made, thread_id)
            case Absent():
                return None
            case Unreadable() | Failed() | Refused() | Told():
                return _UNREADABLE
            case Held(reason) if reason in _HIDDEN:
                return _UNREADABLE
            case Uncertain():
                return Wait(after_post(made.attempts).total_seconds(), Scope.CHANNEL)
            case _:
                return looked

    async def _ready(self, made: ForumPost, thread_id: int) -> int:
        async with self._database.write() as connection:
            await forums.ready(connection, made, thread_id)
            if made.lost:
                # It is told once and mended already, so that no status speaks of it any more.
                topic = f"forum:{made.id}:{thread_id}"
                await self._noticing.trouble(
                    connection,
                    made.guild_id,
                    topic,
                    f"notice.forum.{made.lost}",
                    self._clock(),
                    thread=f"<#{thread_id}>",
                    **_names(made),
                )
                await notices.mend(connection, made.guild_id, topic, self._clock())
        return thread_id

    async def _lose(self, post: DuePost, held: Held, thread_id: int) -> Answer:
        """A forum's post takes no news any more: another takes its place, once a day at most."""
        async with self._database.read() as connection:
            made = await forums.find(connection, post.target_id, post.announcement_id)
        if made is None or made.thread_id != thread_id:
            return Wait(0.0, Scope.CHANNEL)  # another took its place already
        now = self._clock()
        if not _is_lately(made.replaced, now):
            await self._renew(made, held.reason, post)
            if post.attempted is None:  # it may answer what stands in the old thread
                async with self._database.write() as connection:
                    await outbox.thaw(connection, post.id)
            return Wait(0.0, Scope.CHANNEL)
        async with self._database.write() as connection:
            await forums.give_up(connection, made, held.reason)
            await self._noticing.trouble(
                connection,
                made.guild_id,
                _topic(made),
                "notice.forum.gone",
                now,
                **_names(made),
            )
        return Failed(Failure.FORUM_POST_GONE, held.code)

    async def _renew(self, made: ForumPost, reason: str, post: DuePost) -> ForumPost:
        now, mark = self._clock(), new_mark(self._random)
        async with self._database.write() as connection:
            await forums.renew(connection, made, mark, reason, now)
            await notices.mend(connection, made.guild_id, _topic(made), now)
            return await forums.find(connection, post.target_id, post.announcement_id) or made

    async def _reopen(self, thread_id: int) -> Answer:
        """Open a thread that is archived. One that may not be opened is as good as locked."""
        answer = await reopen(self._sender, thread_id)
        match answer:
            case Reopened():
                return Wait(SOON, Scope.CHANNEL)
            case Held(Hold.CHANNEL_GONE):
                return answer
            case Held(code=code):
                return Held(Hold.THREAD_LOCKED, code)
            case Wait() | Stop():
                return answer
            case Uncertain():
                # Opening it twice does no harm.
                return Wait(after_post(0).total_seconds(), Scope.CHANNEL)
            case _:
                return Held(Hold.THREAD_ARCHIVED, 0)

    async def _card(self, made: ForumPost) -> Payload:
        async with self._database.read() as connection:
            card = await read_card(connection, made.show, made.guild_id, self._clock())
        facts = [line.fact for line in card.lines]
        known = [
            Telling(made.show, Announcement(f.key, Change.NEW, f.value, f.certainty, f.changed))
            for f in facts
        ]
        return render_forum_card(made.show, known, made.mark, self._words)


def _in_forum(post: DuePost, channel: int) -> bool:
    """Whether a channel is a thread of the post's forum, and not its destination itself."""
    return channel not in {0, post.target_id}


def _is_lately(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < A_DAY


def _is_plain(payload: object) -> bool:
    return isinstance(payload, dict) and "embeds" not in payload


def _names(made: ForumPost) -> dict[str, str]:
    return {"show": f"**{escape(made.show.title, NAME_LIMIT)}**", "channel": f"<#{made.forum_id}>"}


def _topic(made: ForumPost) -> str:
    return f"forum:{made.id}"
