"""Discord's gateway, as little of it as `bot.connect()` needs: HELLO, READY, guilds, heartbeats."""

import json

from aiohttp import WSMsgType, web

from tests.standin import shapes
from tests.standin.world import APPLICATION_ID, Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


class Gateway:
    """Every open session. Events go out to all of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.address = ""
        self.sessions: list[web.WebSocketResponse] = []
        self.identifies = self.resumes = 0
        self._sequence = 0

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await self._send(socket, HELLO, {"heartbeat_interval": 41_250})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(socket, json.loads(frame.data))
        finally:
            if socket in self.sessions:
                self.sessions.remove(socket)
        return socket

    async def _receive(self, socket: web.WebSocketResponse, frame: Json) -> None:
        match frame["op"]:
            case 1:
                await self._send(socket, ACK, None)
            case 2:
                self.identifies += 1
                await self._identify(socket, frame["d"])
            case 6:
                self.resumes += 1
                self.sessions.append(socket)
                await self._dispatch(socket, "RESUMED", {})

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        if data["token"] != self.world.token:
            await socket.close(code=4004)
            return
        shard, shards = data.get("shard") or (0, 1)
        mine = [each for each in self.world.guilds.values() if (each.id >> 22) % shards == shard]
        self.sessions.append(socket)
        ready = {
            "v": 10,
            "user": shapes.user(),
            "guilds": [{"id": str(each.id), "unavailable": True} for each in mine],
            "session_id": "session",
            "resume_gateway_url": self.address,
            "shard": [shard, shards],
            "application": {"id": str(APPLICATION_ID), "flags": 0},
        }
        await self._dispatch(socket, "READY", ready)
        for each in mine:
            await self._dispatch(socket, "GUILD_CREATE", shapes.guild(self.world, each))

    async def emit(self, name: str, data: Json) -> None:
        """Send an event to every session."""
        for socket in list(self.sessions):
            await self._dispatch(socket, name, data)

    async def close_all(self, code: int) -> None:
        for socket in list(self.sessions):
            await socket.close(code=code)

    async def invalidate(self, *, resumable: bool) -> None:
        for socket in list(self.sessions):
            await self._send(socket, INVALID, resumable)

    async def _dispatch(self, socket: web.WebSocketResponse, name: str, data: Json) -> None:
        self._sequence += 1
        frame = {"op": DISPATCH, "t": name, "s": self._sequence, "d": data}
        await socket.send_str(json.dumps(frame))

    async def _send(self, socket: web.WebSocketResponse, op: int, data: object) -> None:
        await socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None}))
