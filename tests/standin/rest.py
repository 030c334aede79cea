"""Discord's REST, as far as the bot uses it."""

import asyncio
import json
import secrets
from collections.abc import Callable

from aiohttp import web

from tests.standin import shapes
from tests.standin.answering import Handler, answer
from tests.standin.calendar import Calendar
from tests.standin.errors import RefusedError, invalid
from tests.standin.faults import Act, Fault, Faults
from tests.standin.limits import Limits, Window
from tests.standin.payloads import check_message
from tests.standin.schema import BODIES, Schema
from tests.standin.world import (
    ANNOUNCEMENT,
    DM,
    EMBED,
    FORUM,
    HISTORY,
    PUBLIC_THREAD,
    SEND,
    SEND_IN_THREADS,
    VIEW,
    Channel,
    Guild,
    Json,
    Message,
    World,
)

PREFIX = "/api/v10"

Clock = Callable[[], float]


class Rest:
    """The handlers. `clock` counts seconds for the limits; the world has its own time."""

    def __init__(self, world: World, limits: Limits, faults: Faults, clock: Clock) -> None:
        self.world, self.limits, self.faults, self.clock = world, limits, faults, clock
        self.schema: Schema | None = None
        self.gateway_address = ""
        self.callbacks: dict[str, asyncio.Future[Json]] = {}
        self.commands: list[Json] = []
        self.requests = 0
        self.refused: dict[str, int] = {}

    def routes(self) -> list[web.RouteDef]:
        table = {
            ("GET", "/users/@me"): self.me,
            ("GET", "/oauth2/applications/@me"): self.application,
            ("GET", "/applications/@me"): self.application,
            ("GET", "/gateway"): self.gateway,
            ("GET", "/gateway/bot"): self.gateway,
            ("POST", "/users/@me/channels"): self.open_dm,
            ("GET", "/guilds/{guild}"): self.guild,
            ("GET", "/guilds/{guild}/channels"): self.guild_channels,
            ("GET", "/guilds/{guild}/threads/active"): self.active_threads,
            ("GET", "/channels/{channel}"): self.get_channel,
            ("PATCH", "/channels/{channel}"): self.patch_channel,
            ("POST", "/channels/{channel}/messages"): self.post,
            ("GET", "/channels/{channel}/messages"): self.read,
            ("GET", "/channels/{channel}/messages/{message}"): self.read_one,
            ("PATCH", "/channels/{channel}/messages/{message}"): self.edit,
            ("DELETE", "/channels/{channel}/messages/{message}"): self.remove,
            ("POST", "/channels/{channel}/messages/{message}/crosspost"): self.crosspost,
            ("POST", "/channels/{channel}/threads"): self.start_thread,
            ("GET", "/channels/{channel}/threads/archived/public"): self.archived_threads,
            **Calendar(self.world, self._guild).handlers(),
            ("PUT", "/applications/{app}/commands"): self.put_commands,
            ("GET", "/applications/{app}/commands"): self.get_commands,
            ("PUT", "/applications/{app}/guilds/{guild}/commands"): self.put_commands,
            ("POST", "/interactions/{id}/{token}/callback"): self.callback,
            ("POST", "/webhooks/{app}/{token}"): self.followup,
            ("PATCH", "/webhooks/{app}/{token}/messages/@original"): self.followup,
            ("GET", "/webhooks/{app}/{token}/messages/@original"): self.followup,
        }
        return [
            web.route(method, PREFIX + path, self._guarded(handler))
            for (method, path), handler in table.items()
        ]

    def _guarded(self, handler: Handler) -> Handler:
        """Authorization, the limits and the ordered faults, in front of every handler."""

        async def guarded(request: web.Request) -> web.Response:
            self.requests += 1
            path = request.path.removeprefix(PREFIX)
            interaction = path.startswith(("/interactions", "/webhooks"))
            if (
                not interaction
                and request.headers.get("Authorization") != f"Bot {self.world.token}"
            ):
                return answer({"message": "401: Unauthorized", "code": 0}, 401)
            if not interaction and (wait := self.limits.take_global(self.clock())):
                return self._limited("global", wait)
            bucket = self._bucket(request, path)
            if bucket is not None and (wait := bucket.wait(self.clock())):
                return self._limited("user", wait)
            if bucket is not None:
                bucket.take(self.clock())
            response = await self._handled(request, path, handler)
            if bucket is not None:
                response.headers.update(self._bucket_headers(bucket, path))
            return response

        return guarded

    async def _handled(self, request: web.Request, path: str, handler: Handler) -> web.Response:
        try:
            await self._check_schema(request)
            fault = self.faults.next(request.method, path)
            if fault is None:
                return await handler(request)
            return await self._misbehave(fault, request, handler)
        except RefusedError as refused:
            headers = {"Retry-After": "1"} if refused.status == 429 else None
            return answer(refused.body(), refused.status, headers)

    async def _check_schema(self, request: web.Request) -> None:
        if self.schema is None or request.method not in {"POST", "PATCH", "PUT"}:
            return
        path = request.match_info.route.resource.canonical.removeprefix(PREFIX)
        for short, long in (("{channel}", "{channel_id}"), ("{message}", "{message_id}")):
            path = path.replace(short, long)
        path = path.replace("{app}", "{application_id}").replace("{guild}", "{guild_id}")
        path = path.replace("{event}", "{guild_scheduled_event_id}")
        if (request.method, path) in BODIES:
            self.schema.check(request.method, path, await request.json())

    def _bucket(self, request: web.Request, path: str) -> Window | None:
        if "/messages" not in path or path.startswith("/webhooks"):
            return None
        return self.limits.bucket(f"{request.method} {request.match_info.get('channel')}")

    def _bucket_headers(self, bucket: Window, path: str) -> dict[str, str]:
        after = bucket.reset_after(self.clock())
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.remaining()),
            "X-RateLimit-Reset": f"{self.world.now() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": "messages",
        }

    def _limited(self, scope: str, after: float, *, via: bool = True) -> web.Response:
        self.refused[scope] = self.refused.get(scope, 0) + 1
        self.world.note("limited", scope=scope)
        body = {
            "message": "You are being rate limited.",
            "retry_after": round(after, 3),
            "global": scope == "global",
        }
        headers = {"Retry-After": f"{after:.3f}", "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        response = answer(body, 429, headers)
        if not via:
            del response.headers["Via"]
        return response

    async def _misbehave(
        self, fault: Fault, request: web.Request, handler: Handler
    ) -> web.Response:
        self.world.note("fault", act=fault.act, status=fault.status, path=request.path)
        if fault.stored or fault.act in {Act.VANISH, Act.GARBLED, Act.WRONG_CHANNEL}:
            stored = await handler(request)
        match fault.act:
            case Act.STATUS:
                body = {"message": "told to fail", "code": fault.code}
                headers = {"Retry-After": f"{fault.retry_after}"} if fault.status == 429 else None
                return answer(body, fault.status, headers)
            case Act.LIMIT:
                return self._limited(fault.scope, fault.retry_after, via=fault.via)
            case Act.CLOUDFLARE:
                page = "<html><title>Access denied | Error 1015</title></html>"
                return web.Response(text=page, status=fault.status, content_type="text/html")
            case Act.LATE:
                late = await handler(request)
                await asyncio.sleep(fault.seconds)
                return late
            case Act.GARBLED:
                return web.Response(text="<html>", content_type="text/html")
            case Act.WRONG_CHANNEL:
                body = json.loads(stored.text or "") | {"channel_id": "4"}
                return answer(body)
            case Act.VANISH:
                self.world.delete(self.world.messages[int(json.loads(stored.text or "")["id"])])
        request.transport.abort()
        return web.Response()

    async def me(self, request: web.Request) -> web.Response:
        return answer(shapes.user())

    async def application(self, request: web.Request) -> web.Response:
        return answer(shapes.application())

    async def gateway(self, request: web.Request) -> web.Response:
        limit = {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        }
        return answer({"url": self.gateway_address, "shards": 1, "session_start_limit": limit})

    async def open_dm(self, request: web.Request) -> web.Response:
        recipient = int((await request.json())["recipient_id"])
        for channel in self.world.channels.values():
            if channel.recipient == recipient:
                return answer(shapes.channel(channel))
        channel = Channel(self.world.new_id(), type=DM, recipient=recipient)
        self.world.channels[channel.id] = channel
        return answer(shapes.channel(channel))

    async def guild(self, request: web.Request) -> web.Response:
        return answer(shapes.guild(self.world, self._guild(request)))

    async def guild_channels(self, request: web.Request) -> web.Response:
        return answer(shapes.guild(self.world, self._guild(request))["channels"])

    async def active_threads(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        threads = [
            shapes.channel(each)
            for each in self.world.channels.values()
            if each.guild == guild.id and each.parent is not None and not each.archived
        ]
        return answer({"threads": threads, "members": []})

    async def archived_threads(self, request: web.Request) -> web.Response:
        parent = self._channel(request)
        if not parent.allow & HISTORY:
            raise RefusedError(50013, "Missing Permissions")
        threads = [
            shapes.channel(each)
            for each in self.world.channels.values()
            if each.parent == parent.id and each.archived
        ]
        return answer({"threads": threads, "members": [], "has_more": False})

    async def get_channel(self, request: web.Request) -> web.Response:
        return answer(shapes.channel(self._channel(request)))

    async def patch_channel(self, request: web.Request) -> web.Response:
        channel, body = self._channel(request), await request.json()
        if channel.locked:
            raise RefusedError(50013, "Missing Permissions")
        channel.archived = bool(body.get("archived", channel.archived))
        self.world.note("channel", id=channel.id, archived=channel.archived)
        return answer(shapes.channel(channel))

    async def post(self, request: web.Request) -> web.Response:
        channel, body = self._channel(request), await request.json()
        self._check_may_post(channel, body)
        check_message(body)
        if body.get("enforce_nonce") and body.get("nonce"):
            known = self.world.known_nonce(str(body["nonce"]))
            if known is not None and known.deleted:
                raise RefusedError(10008, "Unknown Message")
            if known is not None:
                self.world.note("repeated", nonce=known.nonce, id=known.id)
                return answer(shapes.message(self.world, known))
        channel.archived = False
        body = self._with_reference(channel, body)
        return answer(shapes.message(self.world, self.world.store(channel, body)))

    def _with_reference(self, channel: Channel, body: Json) -> Json:
        """A reply to what is not there is refused, or posted as an ordinary message."""
        reference = body.get("message_reference")
        if reference is None:
            return body
        answered = self.world.messages.get(int(reference["message_id"]))
        if answered and not answered.deleted and answered.channel == channel.id:
            return body
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "Unknown message")
        return {key: value for key, value in body.items() if key != "message_reference"}

    def _check_may_post(self, channel: Channel, body: Json) -> None:
        if channel.refuse:
            raise RefusedError(channel.refuse)
        if channel.type == FORUM:
            raise RefusedError(40058, "Cannot message this channel until after it's created")
        if channel.locked:
            raise RefusedError(160005, "Thread is locked")
        needed = SEND_IN_THREADS if channel.parent is not None else SEND
        if not channel.allow & needed:
            raise RefusedError(50013, "Missing Permissions")
        only_embeds = body.get("embeds") and not body.get("content")
        if only_embeds and not channel.allow & EMBED:
            raise RefusedError(50013, "Missing Permissions")
        if body.get("message_reference") and not channel.allow & HISTORY:
            raise RefusedError(160002, "Cannot reply without permission to read message history")

    async def read(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        seen = self.world.visible(channel)
        limit = int(request.query.get("limit", 50))
        if "after" in request.query:
            seen = [m for m in seen if m.id > int(request.query["after"])][:limit]
        elif "before" in request.query:
            seen = [m for m in seen if m.id < int(request.query["before"])][-limit:]
        else:
            seen = seen[-limit:]
        return answer([shapes.message(self.world, each) for each in reversed(seen)])

    async def read_one(self, request: web.Request) -> web.Response:
        if not self._channel(request).allow & HISTORY:
            raise RefusedError(50013, "Missing Permissions")
        return answer(shapes.message(self.world, self._message(request)))

    async def edit(self, request: web.Request) -> web.Response:
        stored, body = self._message(request), await request.json()
        channel = self.world.channels[stored.channel]
        if channel.archived:
            raise RefusedError(50083, "Thread is archived")
        check_message(body, edit=True)
        stored.payload = stored.payload | body
        if not channel.allow & EMBED and channel.guild is not None:
            stored.payload.pop("embeds", None)
        stored.edits += 1
        self.world.note("edit", id=stored.id, channel=stored.channel, payload=body)
        return answer(shapes.message(self.world, stored))

    async def remove(self, request: web.Request) -> web.Response:
        self.world.delete(self._message(request))
        return answer(None, 204)

    async def crosspost(self, request: web.Request) -> web.Response:
        stored = self._message(request)
        channel = self.world.channels[stored.channel]
        if channel.type != ANNOUNCEMENT:
            raise RefusedError(50024, "Cannot execute action on this channel type")
        if not channel.allow & SEND:
            raise RefusedError(50013, "Missing Permissions")
        window = self.limits.crossposts[str(channel.id)]
        if wait := window.wait(self.clock()):
            return self._limited("shared", wait)
        if stored.crossposted:
            raise RefusedError(40033, "This message has already been crossposted")
        window.take(self.clock())
        stored.crossposted = True
        self.world.note("crosspost", id=stored.id, channel=stored.channel)
        return answer(shapes.message(self.world, stored))

    async def start_thread(self, request: web.Request) -> web.Response:
        forum, body = self._channel(request), await request.json()
        if forum.type != FORUM:
            raise RefusedError(50024, "Cannot execute action on this channel type")
        if not forum.allow & SEND:
            raise RefusedError(50013, "Missing Permissions")
        check_message(body.get("message") or {})
        thread = Channel(
            self.world.new_id(),
            guild=forum.guild,
            name=str(body["name"]),
            type=PUBLIC_THREAD,
            allow=forum.allow,
            parent=forum.id,
        )
        self.world.channels[thread.id] = thread
        self.world.note("thread", id=thread.id, parent=forum.id, name=thread.name)
        first = self.world.store(thread, body["message"], thread.id)
        return answer(shapes.channel(thread) | {"message": shapes.message(self.world, first)}, 201)

    async def put_commands(self, request: web.Request) -> web.Response:
        self.commands = [
            each | {"id": str(self.world.new_id()), "application_id": "2", "version": "1"}
            for each in await request.json()
        ]
        return answer(self.commands)

    async def get_commands(self, request: web.Request) -> web.Response:
        return answer(self.commands)

    async def callback(self, request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else {}
        token, sort = request.match_info["token"], body.get("type")
        self._answered(token, body)
        self.world.note("answered", token=token, type=sort, data=body.get("data"))
        if "with_response" not in request.query:
            return answer(None, 204)
        interaction = {"id": request.match_info["id"], "type": 2}
        if sort not in {4, 5}:
            return answer({"interaction": interaction, "resource": {"type": sort}})
        shown = shapes.message(self.world, self._reply(body.get("data") or {}))
        interaction |= {"response_message_id": shown["id"], "response_message_loading": sort == 5}
        interaction["response_message_ephemeral"] = bool(shown["flags"] & 64)
        return answer({"interaction": interaction, "resource": {"type": sort, "message": shown}})

    async def followup(self, request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else {}
        self.world.note("followup", token=request.match_info["token"], data=body)
        return answer(shapes.message(self.world, self._reply(body)))

    def _reply(self, data: Json) -> Message:
        """An answer to an interaction: shown to one person, kept by nobody."""
        return Message(self.world.new_id(), 1, "", data, self.world.now())

    def _answered(self, token: str, body: Json) -> None:
        waiting = self.callbacks.get(token)
        if waiting is not None and not waiting.done():
            waiting.set_result(body)

    def new_token(self) -> str:
        """A token of an interaction, and a future that is done when the bot answers it."""
        token = secrets.token_hex(16)
        self.callbacks[token] = asyncio.get_running_loop().create_future()
        return token

    def _guild(self, request: web.Request) -> Guild:
        guild = self.world.guilds.get(int(request.match_info["guild"]))
        if guild is None:
            raise RefusedError(10004, "Unknown Guild")
        return guild

    def _channel(self, request: web.Request) -> Channel:
        channel = self.world.channel(int(request.match_info["channel"]))
        if channel is None:
            raise RefusedError(10003, "Unknown Channel")
        if channel.guild is not None and not channel.allow & VIEW:
            raise RefusedError(50001, "Missing Access")
        return channel

    def _message(self, request: web.Request) -> Message:
        channel = self._channel(request)
        stored = self.world.messages.get(int(request.match_info["message"]))
        if stored is None or stored.deleted or stored.channel != channel.id:
            raise RefusedError(10008, "Unknown Message")
        return stored
