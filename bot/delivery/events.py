"""Discord's scheduled events for premieres: what they say, and the requests that keep them.

Making one has no nonce. So its description ends with a mark, by which an attempt whose fate is
unknown is looked for (`find_event`) before a second one. Changing and removing may be repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from discord.http import Route

from bot.delivery.dates import in_sentence
from bot.delivery.escaping import escape, plain
from bot.delivery.links import web_link
from bot.delivery.looking import Absent
from bot.delivery.outcomes import Answer, Doubt, Failed, Uncertain
from bot.delivery.pacing import Priority
from bot.delivery.rendering import Payload
from bot.delivery.sending import Sender, snowflake
from bot.delivery.wire import Body
from bot.news.model import Certainty, Show, When
from bot.words import Words

LENGTH = timedelta(hours=1)  # Discord wants an end, and nobody tells how long a first episode is
_EXTERNAL, _MEMBERS_ONLY = 3, 2
_NAME_LIMIT = _LOCATION_LIMIT = 100
_TITLE_LIMIT, _OUTLET_LIMIT, _LINK_LIMIT = 60, 60, 300
_UNKNOWN_EVENT = 10070

_EVENTS = "/guilds/{guild_id}/scheduled-events"
_EVENT = f"{_EVENTS}/{{event_id}}"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an event is for. `exact` says that the hour is known; else `starts` stands for a day.

    `outlet` and `link` are those of the article that has the date, "" where none is kept.
    """

    show: Show
    season: int | None
    when: When
    certainty: Certainty
    starts: datetime
    exact: bool = False
    outlet: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class EventMade:
    """Discord has the event."""

    event_id: int


@dataclass(frozen=True, slots=True)
class EventChanged:
    """The event says now what it was to say."""


@dataclass(frozen=True, slots=True)
class EventRemoved:
    """The event was there, and is no more."""


@dataclass(frozen=True, slots=True)
class EventGone:
    """The event is not there: somebody deleted it."""


def render_event(occasion: Occasion, mark: str, words: Words) -> Payload:
    """The body of POST /guilds/{id}/scheduled-events, its mark at the end of the description."""
    season, show = occasion.season, occasion.show
    title = plain(show.title, _TITLE_LIMIT) or "…"
    name = "event.name" if season is None else "event.name.season"
    location = plain(show.network, _LOCATION_LIMIT) or words("event.location")
    return {
        "name": words(name, show=title, season=season)[:_NAME_LIMIT],
        "description": f"{_description(occasion, words)}\n\n{words('event.mark', mark=mark)}",
        "entity_type": _EXTERNAL,
        "privacy_level": _MEMBERS_ONLY,
        "entity_metadata": {"location": location},
        "scheduled_start_time": occasion.starts.isoformat(),
        "scheduled_end_time": (occasion.starts + LENGTH).isoformat(),
    }


def _description(occasion: Occasion, words: Words) -> str:
    lines = [words(f"event.{occasion.certainty}", when=in_sentence(occasion.when, words))]
    if not occasion.exact:
        lines.append(words("event.no_hour"))
    outlet = escape(occasion.outlet, _OUTLET_LIMIT)
    link = web_link(occasion.link, _LINK_LIMIT)
    if outlet:
        shown = f"[{outlet}]({link})" if link else outlet
        lines.append(words("event.source", outlet=shown))
    return "\n".join(lines)


async def make_event(
    sender: Sender, guild_id: int, payload: Mapping[str, object]
) -> EventMade | Answer:
    """Make an event. Uncertain must be settled by `find_event` before a second try."""
    route = Route("POST", _EVENTS, guild_id=guild_id)
    answer = await sender.call(route, Priority.UPKEEP, json=dict(payload))
    match answer:
        case Body(data):
            made = snowflake(data, "id")
            return EventMade(made) if made else Uncertain(Doubt.UNREADABLE_ANSWER, "no event")
        case _:
            return answer


async def find_event(sender: Sender, guild_id: int, mark: str) -> EventMade | Absent | Answer:
    """Look for an event by its mark among those that a server has, which one answer holds."""
    route = Route("GET", _EVENTS, guild_id=guild_id)
    answer = await sender.call(route, Priority.UPKEEP)
    match answer:
        case Body(list() as events):
            found = (e for e in events if isinstance(e, Mapping) and _has(e, mark))
            return next((EventMade(snowflake(event, "id")) for event in found), Absent())
        case Body():
            return Uncertain(Doubt.UNREADABLE_ANSWER, "no list of events")
        case _:
            return answer


async def change_event(
    sender: Sender, guild_id: int, event_id: int, changes: Mapping[str, object]
) -> EventChanged | EventGone | Answer:
    """Let an event say something else; what `changes` does not name stays as it is."""
    route = Route("PATCH", _EVENT, guild_id=guild_id, event_id=event_id)
    answer = await sender.call(route, Priority.UPKEEP, json=dict(changes))
    match answer:
        case Body():
            return EventChanged()
        case Failed(code=code) if code == _UNKNOWN_EVENT:
            return EventGone()
        case _:
            return answer


async def remove_event(
    sender: Sender, guild_id: int, event_id: int
) -> EventRemoved | EventGone | Answer:
    """Delete an event."""
    route = Route("DELETE", _EVENT, guild_id=guild_id, event_id=event_id)
    answer = await sender.call(route, Priority.UPKEEP)
    match answer:
        case Body():
            return EventRemoved()
        case Failed(code=code) if code == _UNKNOWN_EVENT:
            return EventGone()
        case _:
            return answer


def _has(event: Mapping[str, object], mark: str) -> bool:
    return mark in str(event.get("description") or "")
