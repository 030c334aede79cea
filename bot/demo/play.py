"""Playing the demo: at once, for a reader or a program, or live, for somebody who watches."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.demo.record import Standing, as_text, standing
from bot.demo.script import Script, Told
from bot.demo.stage import NEWS, Stage, set_stage
from bot.words import Words

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import UserHandle

BETWEEN_ITEMS = 8.0  # seconds, so that a newcomer can type
REFRESH = 3.0  # seconds: a refresh makes a click that is under way fail
TICK = 0.5
LATER = timedelta(minutes=6)

Say = Callable[[str], None]


class UnknownViewError(Exception):
    """There is no such channel in the demo's server."""


async def play_once(script: Script, extra: Sequence[Path]) -> tuple[Standing, ...]:
    """Follow the script's shows by the bot's own command, publish everything, and look.

    Two members follow one show each: one wants to be mentioned, one a direct message.
    """
    async with set_stage(script, extra) as stage:
        await _follow(stage, script)
        while stage.feeds.publish_next():
            await _take_in(stage)
        await stage.publish_extra()
        await _take_in(stage)
        await _look_later(stage)
        await _show_card(stage, script)
        return await standing(stage)


async def _look_later(stage: Stage) -> None:
    """Let the minutes pass after which posts gain the outlets that told the same."""
    for loop in stage.greenlit.upkeep:
        await loop.turn(lambda: stage.env.now() + LATER)


async def _show_card(stage: Stage, script: Script) -> None:
    """Ask for everything that is known of the show of which most sorts of news were told."""
    expected = [item.expect for item in script.items if item.expect]
    told = dict.fromkeys((e.show, e.event) for e in expected if e.told is not Told.NEVER)
    title, _ = Counter(show for show, _ in told).most_common(1)[0]
    await stage.admin.slash(stage.news, "show", show=_key(stage, title), share=True)


async def _follow(stage: Stage, script: Script) -> None:
    keys = {title: _key(stage, title) for title in script.shows}
    for key in keys.values():
        await stage.admin.slash(stage.news, "subscribe", show=key, **{"for": "channel"})
    wishes = zip(stage.members.values(), ("me", "dm"), script.shows, strict=False)
    for member, target, title in wishes:
        await member.slash(stage.news, "subscribe", show=keys[title], **{"for": target})


def _key(stage: Stage, title: str) -> str:
    return stage.greenlit.services.library.suggest(title, 1)[0].key


async def _take_in(stage: Stage) -> None:
    stage.move_clock()
    await stage.poll_all()
    await stage.greenlit.services.delivering.deliver_due(stage.env.now())


async def play_live(
    script: Script, extra: Sequence[Path], view: str, port: int, words: Words, say: Say
) -> None:
    """Show the demo in a browser until it is interrupted or its session is ended there.

    Raises UnknownViewError for a channel that is none, and SetupError where the port is taken.
    """
    async with set_stage(script, extra) as stage:
        audience = _Audience(stage, view, say)
        async with audience.preview(port) as preview, stage.greenlit.at_work():
            say(words("demo.open", address=preview.url))
            shows = ", ".join(script.shows)
            say(words("demo.try", server=stage.guild.name, shows=shows))
            tasks = [
                asyncio.create_task(_keep_time(stage, preview)),
                asyncio.create_task(_publish(stage, words, say)),
                asyncio.create_task(audience.watch(preview)),
            ]
            try:
                await preview.wait_closed()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_time(stage: Stage, preview: Preview) -> None:
    while True:
        stage.move_clock()
        # The page reckons "2 minutes ago" from this; by itself it is that of the last refresh.
        preview.capture_time = stage.env.now()
        await asyncio.sleep(TICK)


async def _publish(stage: Stage, words: Words, say: Say) -> None:
    """Publish the script's items one by one, once somebody follows a show; then the caller's."""
    shows = frozenset(stage.feeds.shows)
    while not shows & await _followed(stage):  # noqa: ASYNC110 - the database is asked
        await asyncio.sleep(TICK)
    while item := stage.feeds.publish_next(await _followed(stage)):
        stage.greenlit.services.polling.wake()
        say(words("demo.published", outlet=item.outlet, title=item.title, left=stage.feeds.left))
        await asyncio.sleep(BETWEEN_ITEMS)
    await stage.publish_extra()
    say(words("demo.all_published"))


async def _followed(stage: Stage) -> frozenset[str]:
    """What the server's channels and its people follow, in direct messages too."""
    following = stage.greenlit.services.subscribing.list_for
    people = (user.id for user in stage.users.values())
    listed = [await following(stage.guild.id, person) for person in people]
    return frozenset(followed.show.title for each in listed for followed in each)


class _Audience:
    """Those who watch: the page shows one channel, the terminal what comes to the others."""

    def __init__(self, stage: Stage, view: str, say: Say) -> None:
        self._stage = stage
        self._say = say
        self._view = view or f"#{NEWS}"
        self._seen: set[tuple[str, int, str]] = set()

    def preview(self, port: int) -> Preview:
        """The page of the chosen channel. Raises UnknownViewError for a channel that is none."""
        stage = self._stage
        viewers: list[MemberActor | UserHandle] = [stage.admin, *stage.members.values()]
        if self._view.startswith("dm:"):
            user = stage.users.get(self._view.removeprefix("dm:"))
            if user is None:
                raise UnknownViewError(self._view)
            channel, viewers = user.dm_channel, [user]
        elif self._view in stage.channels():
            channel = stage.channels()[self._view]
        else:
            raise UnknownViewError(self._view)
        return stage.env.preview(
            channel,
            viewers=viewers,
            layout="channel",
            assets=_pictures(stage),
            port=port or None,
        )

    async def watch(self, preview: Preview) -> None:
        """Refresh the page when a message came, changed or went, every REFRESH seconds at most."""
        while True:
            if await self._look():
                await _refresh(preview)
            await asyncio.sleep(REFRESH)

    async def _look(self) -> bool:
        """Whether the page has something new; what is new elsewhere is printed."""
        now = await standing(self._stage)
        rows = {(row.channel, row.message.id, as_text(row)): row for row in now}
        fresh = [row for key, row in rows.items() if key not in self._seen]
        changed = rows.keys() != self._seen
        self._seen = set(rows)
        for row in fresh:
            if row.channel != self._view:
                self._say(f"{row.channel}: {as_text(row)}")
        return changed


async def _refresh(preview: Preview) -> None:
    """Refresh the page; somebody's click that is under way goes first."""
    for _ in range(20):
        try:
            await preview.refresh()
        except SetupError as error:
            if "operation overlaps active" not in str(error):
                raise
            await asyncio.sleep(TICK)
        else:
            return


def _pictures(stage: Stage) -> dict[str, tuple[str, bytes]]:
    """The pictures of the outlets, so that the page needs no network."""
    return {
        f"{stage.feeds.address}/pictures/{path.name}": (path.name, path.read_bytes())
        for path in sorted(stage.feeds.pictures.glob("*.png"))
    }
