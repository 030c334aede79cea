"""A server's scheduled events, as Discord's documentation has them; external ones alone."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from tests.standin.answering import Handler, answer
from tests.standin.errors import RefusedError, invalid
from tests.standin.world import (
    APPLICATION_ID,
    BOT_ID,
    CREATE_EVENTS,
    Guild,
    Json,
    ScheduledEvent,
    World,
)

MOST = 100
SCHEDULED, ACTIVE, COMPLETED = 1, 2, 3
EXTERNAL, GUILD_ONLY = 3, 2
_EVENTS = "/guilds/{guild}/scheduled-events"


class Calendar:
    """The handlers of scheduled events. `guild_of` finds the server that a request names."""

    def __init__(self, world: World, guild_of: Callable[[web.Request], Guild]) -> None:
        self.world, self._guild = world, guild_of

    def handlers(self) -> dict[tuple[str, str], Handler]:
        one = f"{_EVENTS}/{{event}}"
        return {
            ("GET", _EVENTS): self.listed,
            ("POST", _EVENTS): self.make,
            ("GET", one): self.get,
            ("PATCH", one): self.change,
            ("DELETE", one): self.remove,
        }

    async def listed(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        return answer([self._shape(guild, each) for each in self._open(guild)])

    async def get(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        return answer(self._shape(guild, self._event(request, guild)))

    async def make(self, request: web.Request) -> web.Response:
        guild, body = self._guild(request), await request.json()
        self._check_right(guild)
        _check(body, self.world.now())
        if len(self._open(guild)) >= MOST:
            raise RefusedError(30038, "Maximum number of server scheduled events reached (100)")
        event = ScheduledEvent(self.world.new_id(), body)
        guild.events[event.id] = event
        self.world.note("scheduled", id=event.id, guild=guild.id, body=body)
        return answer(self._shape(guild, event))

    async def change(self, request: web.Request) -> web.Response:
        guild, body = self._guild(request), await request.json()
        event = self._event(request, guild)
        self._check_right(guild)
        status = self._status(event)
        if status == COMPLETED:
            raise RefusedError(180000, "Cannot update a finished event")
        if status == ACTIVE and "scheduled_start_time" in body:
            raise invalid("scheduled_start_time", "Cannot change the start of an active event.")
        _check(event.body | body, self.world.now(), begun=status == ACTIVE)
        event.body = event.body | body
        self.world.note("rescheduled", id=event.id, guild=guild.id, body=body)
        return answer(self._shape(guild, event))

    async def remove(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        event = self._event(request, guild)
        self._check_right(guild)
        event.deleted = True
        self.world.note("unscheduled", id=event.id, guild=guild.id)
        return answer(None, 204)

    def _open(self, guild: Guild) -> list[ScheduledEvent]:
        return [
            event
            for event in guild.events.values()
            if not event.deleted and self._status(event) != COMPLETED
        ]

    def _event(self, request: web.Request, guild: Guild) -> ScheduledEvent:
        event = guild.events.get(int(request.match_info["event"]))
        if event is None or event.deleted:
            raise RefusedError(10070, "Unknown Guild Scheduled Event")
        return event

    def _check_right(self, guild: Guild) -> None:
        if not guild.allow & CREATE_EVENTS:
            raise RefusedError(50013, "Missing Permissions")

    def _status(self, event: ScheduledEvent) -> int:
        now = self.world.now()
        if _instant(event.body, "scheduled_end_time") <= now:
            return COMPLETED
        return ACTIVE if _instant(event.body, "scheduled_start_time") <= now else SCHEDULED

    def _shape(self, guild: Guild, event: ScheduledEvent) -> Json:
        return {
            "id": str(event.id),
            "guild_id": str(guild.id),
            "channel_id": None,
            "creator_id": str(BOT_ID if event.ours else APPLICATION_ID),
            "status": self._status(event),
            "entity_id": None,
            "recurrence_rule": None,
            "image": None,
            "description": None,
            **event.body,
        }


def _check(body: Json, now: float, *, begun: bool = False) -> None:
    """Raise RefusedError where Discord would refuse an event."""
    if not 1 <= len(body.get("name", "").strip()) <= 100:
        raise invalid("name", "Must be between 1 and 100 in length.")
    if len(body.get("description") or "") > 1000:
        raise invalid("description", "Must be 1000 or fewer in length.")
    if body.get("privacy_level") != GUILD_ONLY or body.get("entity_type") != EXTERNAL:
        raise invalid("entity_type", "The stand-in knows external events of members only.")
    if not 1 <= len((body.get("entity_metadata") or {}).get("location", "").strip()) <= 100:
        raise invalid("entity_metadata.location", "Must be between 1 and 100 in length.")
    start, end = _instant(body, "scheduled_start_time"), _instant(body, "scheduled_end_time")
    if start <= now and not begun:
        raise invalid("scheduled_start_time", "Cannot schedule event in the past.")
    if end <= start:
        raise invalid("scheduled_end_time", "Cannot schedule an end before the start.")


def _instant(body: Json, key: str) -> float:
    try:
        return datetime.fromisoformat(body[key]).timestamp()
    except (KeyError, TypeError, ValueError):
        raise invalid(key, "This field is required") from None
