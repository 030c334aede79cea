"""Send one request to Discord and say what became of it.

    caller -> Sender -> discord.py's HTTPClient -> (trace: pacer, lease) -> Discord
           <- Outcome <- answers, read by the trace as they arrive

discord.py keeps the buckets of each channel; the pacer keeps the budget of all; whether to send
again is the outbox's to decide. With `delivery_trace` in the client every call is at most one
request. Without it (a simulated Discord) the same outcomes are read from discord.py's exceptions.
"""

import asyncio
import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import aiohttp
import discord
from discord.http import Route

from bot.delivery.answers import outcome_of
from bot.delivery.openings import Openings
from bot.delivery.outcomes import (
    Answer,
    Collision,
    Doubt,
    Outcome,
    Scope,
    Sent,
    Stop,
    Uncertain,
    Wait,
)
from bot.delivery.pacing import Pacer, PausedError, Priority
from bot.delivery.showing import marks, shown_by
from bot.delivery.wire import (
    Body,
    Call,
    UnwantedError,
    apply_to,
    read_reply,
    unsent_or_uncertain,
)

DEADLINE = 60.0
LEASE = timedelta(seconds=120)
"""What a worker works on is its own so long: longer than a request may take, waiting included."""
_SOON = 1.0
_NO_CONTENT = 204


class Rest(Protocol):
    """What the sender needs of discord.py's HTTPClient."""

    async def request(self, route: Route, **kwargs: object) -> object:
        """Send one request and return its JSON. Raises what discord.py raises."""


@dataclass(frozen=True, slots=True)
class ClientRest:
    """A client's HTTPClient, looked up at each request (a simulated Discord replaces it)."""

    client: discord.Client

    @property
    def http_trace(self) -> aiohttp.TraceConfig | None:
        """The trace that the client's requests carry, if any."""
        return self.client.http.http_trace

    async def request(self, route: Route, **kwargs: object) -> object:
        """Send one request through the client."""
        return await self.client.http.request(route, **kwargs)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class DmOpened:
    """The channel in which a member can be written to."""

    channel_id: int


class Sender:
    """Sends posts. One for a process; it may be called for many destinations at once.

    `deadline` is the seconds that one call may take, waiting included.
    """

    def __init__(
        self,
        http: Rest,
        pacer: Pacer,
        deadline: float = DEADLINE,
        openings: Openings | None = None,
    ) -> None:
        self._http = http
        self._pacer = pacer
        self._openings = openings or Openings(pacer.clock)
        self.deadline = deadline
        self._resting: set[asyncio.Task[object]] = set()

    async def post(
        self,
        channel_id: int,
        payload: Mapping[str, object],
        nonce: str,
        mark: str,
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        """Post a message. The same nonce and payload may be sent again while the fate is unknown.

        `wanted` is asked in the line before the request: a caller whose lease has passed answers
        False there, and nothing is sent (Wait). Where `mark` is empty no button is looked for.
        """
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        body = {**payload, "nonce": nonce, "enforce_nonce": True}
        answer = await self.call(route, Priority.POST, wanted, json=body)
        match answer:
            case Body(dict() as message):
                return _as_sent(message, payload, channel_id, mark)
            case Body():
                return Uncertain(Doubt.UNREADABLE_ANSWER, "no message")
            case _:
                return answer

    async def open_dm(self, user_id: int) -> DmOpened | Answer:
        """Open (or find) the channel for direct messages to a member, not too many at a time.

        A Wait of the scope DMS says when to ask again; opening twice gives the same channel.
        """
        if (wait := self._openings.take()) > 0:
            return Wait(wait, Scope.DMS)
        route = Route("POST", "/users/@me/channels")
        answer = await self.call(route, Priority.POST, json={"recipient_id": str(user_id)})
        match answer:
            case Body(data):
                channel = snowflake(data, "id")
                return DmOpened(channel) if channel else _NOT_READABLE
            case Wait(seconds, Scope.DMS):
                self._openings.pause(seconds)
                return answer
            case _:
                return answer

    async def call(
        self,
        route: Route,
        priority: Priority,
        wanted: Callable[[], bool] = lambda: True,
        **kwargs: object,
    ) -> Body | Answer:
        """One request of any kind, with its outcome. Raises nothing that Discord can cause."""
        call = Call(priority, wanted)
        try:
            await self._pace(priority)
            request = asyncio.create_task(self._request(route, call, kwargs))
            return await self._first_answer(request, call)
        except PausedError as pause:
            return _paused(pause)

    @property
    def resting(self) -> int:
        """Calls that were answered and that discord.py still sleeps on for their bucket's sake."""
        return len(self._resting)

    async def close(self) -> None:
        """Cancel what discord.py still sleeps on. Every one of these calls was answered."""
        resting = list(self._resting)
        for task in resting:
            task.cancel()
        await asyncio.gather(*resting, return_exceptions=True)

    async def _pace(self, priority: Priority) -> None:
        if getattr(self._http, "http_trace", None) is None:
            self._pacer.note_answered(await self._pacer.acquire(priority))

    async def _request(self, route: Route, call: Call, kwargs: Mapping[str, object]) -> object:
        return await self._http.request(route, trace_request_ctx=call, **kwargs)

    async def _first_answer(self, request: asyncio.Task[object], call: Call) -> Body | Answer:
        """The answer as soon as it is read; discord.py may go on sleeping behind it."""
        self._resting.add(request)
        request.add_done_callback(self._rested)
        first: set[asyncio.Future[Any]] = {request, call.answer}
        try:
            await asyncio.wait(first, timeout=self.deadline, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            request.cancel()
            raise
        if call.answer.done():
            return call.answer.result()
        if request.done():
            return self._answer(request, call)
        request.cancel()
        return Uncertain(Doubt.TIMEOUT) if self._may_have_left(call) else Wait(_SOON, Scope.CHANNEL)

    def _may_have_left(self, call: Call) -> bool:
        return call.left or getattr(self._http, "http_trace", None) is None

    def _answer(self, request: asyncio.Task[object], call: Call) -> Body | Answer:
        try:
            data = request.result()
        except UnwantedError:
            return Wait(0.0, Scope.CHANNEL)
        except PausedError as pause:
            return _paused(pause)
        except discord.RateLimited as limited:
            return Wait(limited.retry_after, Scope.CHANNEL)
        except discord.HTTPException as error:
            return apply_to(self._pacer, _outcome_of_error(error))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return unsent_or_uncertain(error, left=self._may_have_left(call))
        if isinstance(data, dict | list):
            return Body(data)
        return Body({}) if _is_empty(call, data) else _NOT_READABLE

    def _rested(self, request: asyncio.Task[object]) -> None:
        self._resting.discard(request)
        if not request.cancelled():
            request.exception()


def _is_empty(call: Call, data: object) -> bool:
    """Whether Discord said yes without a body; a simulated Discord shows no status."""
    return data is None if call.response is None else call.response.status == _NO_CONTENT


_NOT_READABLE = Uncertain(Doubt.UNREADABLE_ANSWER, "no JSON")


def _as_sent(
    message: Mapping[str, object], payload: Mapping[str, object], channel_id: int, mark: str
) -> Outcome:
    message_id, channel = snowflake(message, "id"), snowflake(message, "channel_id")
    if not message_id or not channel:
        return Uncertain(Doubt.UNREADABLE_ANSWER, "no message")
    if channel != channel_id or (mark and mark not in marks(message)):
        return Collision(message_id, channel)
    return stands(message, payload)


def stands(message: Mapping[str, object], payload: Mapping[str, object]) -> Sent:
    """A message that Discord gave, as the one that was posted with this payload."""

    lost_embed = bool(payload.get("embeds")) and not message.get("embeds")
    replied = bool(message.get("message_reference"))
    return Sent(
        snowflake(message, "id"),
        shown_by(message, payload),
        lost_embed,
        replied,
        bool(payload.get("message_reference")) and not replied,
    )


def _outcome_of_error(error: discord.HTTPException) -> Answer:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {"Via": ""}
    code = error.code if isinstance(error.code, int) else 0
    reply = read_reply(error.status, headers, b"{}")
    simulated = not hasattr(error.response, "headers")
    from_discord = bool(code) or simulated or "json" in headers.get("Content-Type", "")
    return outcome_of(
        dataclasses.replace(reply, code=code, detail=error.text, from_discord=from_discord)
    )


def _paused(pause: PausedError) -> Answer:
    if pause.cause is None:
        return Wait(pause.seconds, Scope.GLOBAL)
    return Stop(pause.cause, None if math.isinf(pause.seconds) else pause.seconds)


def snowflake(data: object, key: str) -> int:
    """The id under `key`, or 0 where there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else 0
