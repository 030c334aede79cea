"""The door for orders to a stand-in that runs in a process of its own."""

import asyncio
import time

from aiohttp import web

from tests.standin import shapes
from tests.standin.faults import Faults, fault_from
from tests.standin.gateway import Gateway
from tests.standin.limits import Limits
from tests.standin.rest import Rest
from tests.standin.world import APPLICATION_ID, Json, World


class Control:
    """JSON in, JSON out, under /control; no part of Discord."""

    def __init__(
        self, world: World, limits: Limits, faults: Faults, rest: Rest, gateway: Gateway
    ) -> None:
        self.world, self.limits, self.faults = world, limits, faults
        self.rest, self.gateway = rest, gateway

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/world", self.build),
            web.post("/control/faults", self.order),
            web.post("/control/channel/{channel}", self.change),
            web.post("/control/emit", self.emit),
            web.post("/control/gateway", self.disturb),
            web.post("/control/interaction", self.interact),
            web.get("/control/wait", self.wait),
            web.get("/control/times", self.times),
            web.get("/control/stats", self.stats),
            web.get("/control/messages", self.messages),
            web.get("/control/events", self.events),
        ]

    async def build(self, request: web.Request) -> web.Response:
        """{"nonce_seconds"?, "guilds": [{…, "channels": [{…}]}]}: add servers and channels."""
        for guild in self.world.build(await request.json()):
            await self.gateway.emit("GUILD_CREATE", shapes.guild(self.world, guild))
        return web.json_response({"channels": len(self.world.channels)})

    async def order(self, request: web.Request) -> web.Response:
        """{"forget"?: true, "share"?: 0.1, "faults"?: [{"act": …}]}"""
        body = await request.json()
        if body.get("forget"):
            self.faults.ordered.clear()
        self.faults.share = body.get("share", self.faults.share)
        self.faults.ordered.extend(fault_from(each) for each in body.get("faults", []))
        return web.json_response({"made": self.faults.made})

    async def change(self, request: web.Request) -> web.Response:
        """Set fields of a channel; the gateway tells of it. {"gone": true} deletes it."""
        body = await request.json()
        channel = self.world.channels[int(request.match_info["channel"])]
        shape = shapes.channel(channel)
        if body.pop("gone", False):
            del self.world.channels[channel.id]
            await self.gateway.emit("CHANNEL_DELETE", shape)
            return web.json_response({})
        for key, value in body.items():
            setattr(channel, key, value)
        await self.gateway.emit("CHANNEL_UPDATE", shapes.channel(channel))
        return web.json_response({})

    async def emit(self, request: web.Request) -> web.Response:
        body = await request.json()
        await self.gateway.emit(body["t"], body["d"])
        return web.json_response({})

    async def disturb(self, request: web.Request) -> web.Response:
        """{"close": 1006} or {"invalidate": false}"""
        body = await request.json()
        if "close" in body:
            await self.gateway.close_all(body["close"])
        else:
            await self.gateway.invalidate(resumable=bool(body["invalidate"]))
        return web.json_response({})

    async def interact(self, request: web.Request) -> web.Response:
        """Use a command; answers with the seconds until the bot's first response."""
        body = await request.json()
        token = self.rest.new_token()
        sent = time.perf_counter()
        await self.gateway.emit("INTERACTION_CREATE", self._interaction(token, body))
        try:
            async with asyncio.timeout(float(body.get("timeout", 3.0))):
                reply = await self.rest.callbacks[token]
        except TimeoutError:
            return web.json_response({"seconds": None, "token": token})
        finally:
            del self.rest.callbacks[token]
        seconds = time.perf_counter() - sent
        return web.json_response({"seconds": seconds, "reply": reply, "token": token})

    def _interaction(self, token: str, body: Json) -> Json:
        guild, channel = int(body["guild"]), int(body["channel"])
        person = shapes.user(int(body.get("user", 7)), "member", bot=False)
        permissions = str(body.get("permissions", 1 << 5))
        return {
            "id": str(self.world.new_id()),
            "application_id": str(APPLICATION_ID),
            "type": body.get("type", 2),
            "data": body["data"],
            "guild_id": str(guild),
            "channel_id": str(channel),
            "channel": shapes.channel(self.world.channels[channel]),
            "member": {
                "user": person,
                "roles": [],
                "joined_at": "2026-01-01T00:00:00+00:00",
                "deaf": False,
                "mute": False,
                "flags": 0,
                "permissions": permissions,
            },
            "token": token,
            "version": 1,
            "app_permissions": permissions,
            "locale": "en-US",
            "guild_locale": "en-US",
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": {"0": str(guild)},
            "context": 0,
            **body.get("extra", {}),
        }

    async def wait(self, request: web.Request) -> web.Response:
        """?event=message&count=2&containing=word: answer when that many have happened."""
        query = request.query
        count, word = int(query.get("count", 1)), query.get("containing", "")
        try:
            async with asyncio.timeout(float(query.get("timeout", 20))):
                await self.world.until(count, query.get("event", "message"), word)
        except TimeoutError:
            return web.json_response({"happened": False})
        return web.json_response({"happened": True})

    async def stats(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "requests": self.rest.requests,
                "refused": self.rest.refused,
                "busiest_second": self.limits.busiest,
                "messages": len(self.world.messages),
                "faults": self.faults.made,
                "identifies": self.gateway.identifies,
                "resumes": self.gateway.resumes,
                "sessions": len(self.gateway.sessions),
            }
        )

    async def times(self, request: web.Request) -> web.Response:
        """?containing=word: when each message with a word in its content was stored."""
        word = request.query.get("containing", "")
        stored = self.world.messages.values()
        return web.json_response([m.at for m in stored if word in str(m.payload.get("content"))])

    async def messages(self, request: web.Request) -> web.Response:
        """Every message, deleted ones too, in the order in which they were stored."""
        stored = [
            {"id": m.id, "channel": m.channel, "nonce": m.nonce, "deleted": m.deleted}
            | {"payload": m.payload, "edits": m.edits}
            for m in self.world.messages.values()
        ]
        return web.json_response(stored)

    async def events(self, request: web.Request) -> web.Response:
        """Every scheduled event, deleted ones too, in the order in which they were made."""
        made = [
            {"id": event.id, "guild": guild.id, "deleted": event.deleted, "body": event.body}
            for guild in self.world.guilds.values()
            for event in guild.events.values()
        ]
        return web.json_response(made)
