"""Answers as Discord gives them."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.Response]]


def answer(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON as Discord gives it: no charset (discord.py compares the type exactly), and Via."""
    sent = {"Via": "1.1 google"} | (headers or {})
    if data is None:
        return web.Response(status=status, headers=sent)
    sent["Content-Type"] = "application/json"
    return web.Response(body=json.dumps(data).encode(), status=status, headers=sent)
