"""Watch each request as it leaves discord.py and each answer as it arrives.

discord.py would send a message again by itself after a 500 and sleep on a 429 inside the call. Both
decisions belong to the outbox, which knows what was attempted before. So a request of ours carries
a `Call` through aiohttp's tracing, and the trace

- waits for the pacer in the line before the request, and asks there whether it is still wanted;
- hands a success over as soon as it is read (discord.py sleeps out a used-up bucket first);
- ends the call at any other answer, so that every call is at most one request.

Requests that are not ours (the gateway's address, the commands' sync) are paced and counted, and
otherwise left to discord.py. Interactions carry no Authorization and have a limit of their own:
they are not paced.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp

from bot.delivery.answers import Reply, counts_as_invalid, outcome_of
from bot.delivery.outcomes import Answer, Doubt, Scope, Stop, StopCause, Uncertain, Wait
from bot.delivery.pacing import Pacer, Permit, Priority

Json = Mapping[str, object] | list[object]


_UNREACHABLE = 5.0


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON of an answer that is a success."""

    data: Json


def _future() -> asyncio.Future[Body | Answer]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True, eq=False)
class Call:
    """One request of ours on its way. `left` is set when it goes onto the wire."""

    priority: Priority = Priority.POST
    wanted: Callable[[], bool] = _always
    left: bool = False
    answer: asyncio.Future[Body | Answer] = field(default_factory=_future)
    response: aiohttp.ClientResponse | None = None

    def settle(self, answer: Body | Answer) -> None:
        """Tell whoever waits for the call what came of it; the first word counts."""
        if not self.answer.done():
            self.answer.set_result(answer)


class AnsweredError(Exception):
    """Ends a call inside discord.py whose answer is already known, so that it is not repeated."""


class UnwantedError(Exception):
    """The caller's lease or deadline passed while the request waited for its turn."""


def delivery_trace(pacer: Pacer) -> aiohttp.TraceConfig:
    """The trace for `discord.Client(http_trace=…)` that paces and reads what the bot sends."""
    watch = _Watch(pacer)
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(watch.starts)
    trace.on_request_end.append(watch.ends)
    trace.on_response_chunk_received.append(watch.is_read)
    trace.on_request_exception.append(watch.breaks)
    return trace


class _Watch:
    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def starts(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        call = _call(context)
        if "Authorization" in params.headers:
            context.permit = await self._turn(call)
        if call is not None:
            if not call.wanted():
                self._over(context)
                raise UnwantedError
            call.left = True

    async def _turn(self, call: Call | None) -> Permit:
        if call is None:
            return await self._pacer.acquire_patiently()
        return await self._pacer.acquire(call.priority)

    def _over(self, context: SimpleNamespace, *, answered: bool = False) -> None:
        if isinstance(permit := getattr(context, "permit", None), Permit):
            (self._pacer.note_answered if answered else self._pacer.note_over)(permit)

    async def ends(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        self._over(context, answered=True)
        response = params.response
        scope = response.headers.get("X-RateLimit-Scope", "")
        if counts_as_invalid(response.status, scope):
            self._pacer.note_invalid()
        if (call := _call(context)) is not None:
            call.response = response
        elif response.status == 429:
            self._apply(outcome_of(read_reply(response.status, response.headers, b"{}")))

    async def is_read(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        call = _call(context)
        if call is None or call.response is None:
            return
        status, headers = call.response.status, call.response.headers
        if 200 <= status < 300:
            self._pacer.note_success()
            if (body := _json(params.chunk)) is not None:
                call.settle(Body(body))
            return
        call.settle(self._apply(outcome_of(read_reply(status, headers, params.chunk))))
        raise AnsweredError

    async def breaks(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        self._over(context)
        # On some systems discord.py sends again after a reset; raising another error prevents it.
        if (call := _call(context)) is not None and isinstance(params.exception, OSError):
            call.settle(unsent_or_uncertain(params.exception, left=call.left))
            raise AnsweredError

    def _apply(self, answer: Answer) -> Answer:
        return apply_to(self._pacer, answer)


def apply_to(pacer: Pacer, answer: Answer) -> Answer:
    """Let the budget know what an answer means for everything else that is sent."""
    match answer:
        case Wait(seconds, Scope.GLOBAL):
            pacer.slow_down(seconds)
        case Stop(StopCause.CLOUDFLARE, _):
            return Stop(StopCause.CLOUDFLARE, pacer.note_banned())
        case Stop(StopCause.TOKEN, _):
            pacer.note_bad_token()
        case _:
            pass
    return answer


def unsent_or_uncertain(error: BaseException, *, left: bool) -> Answer:
    """A connection that failed: known to have carried nothing, or not known at all."""
    if isinstance(error, aiohttp.ClientConnectorError) or not left:
        return Wait(_UNREACHABLE, Scope.GLOBAL)
    return Uncertain(Doubt.CONNECTION, type(error).__name__)


def read_reply(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The parts of an HTTP answer that decide what it means."""
    data = _json(body)
    fields = data if isinstance(data, Mapping) else {}
    code, after = fields.get("code"), fields.get("retry_after", headers.get("Retry-After"))
    # Discord's own refusals pass its proxies and say so; a page without "Via" is Cloudflare's.
    from_discord = isinstance(data, Mapping) and (status != 429 or "Via" in headers)
    scope = "global" if fields.get("global") is True else headers.get("X-RateLimit-Scope", "")
    return Reply(
        status=status,
        code=code if isinstance(code, int) else 0,
        detail=_detail(fields),
        retry_after=_seconds(after),
        scope=scope,
        from_discord=from_discord,
    )


def _detail(fields: Mapping[str, object]) -> str:
    errors = fields.get("errors")
    message = str(fields.get("message", ""))
    return f"{message} {json.dumps(errors)}" if errors else message


def _seconds(value: object) -> float | None:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None


def _json(body: bytes) -> Json | None:
    try:
        data = json.loads(body)
    except ValueError:
        return None
    return data if isinstance(data, (dict, list)) else None


def _call(context: SimpleNamespace) -> Call | None:
    call = getattr(context, "trace_request_ctx", None)
    return call if isinstance(call, Call) else None
