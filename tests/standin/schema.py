"""Check request bodies against Discord's published OpenAPI description, where one is given.

It knows less than `payloads.py` (no total of an embed, no exclusive mentions) and some things
better: types, names of components, formats of ids.
"""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.standin.errors import invalid

_EVENTS = "/guilds/{guild_id}/scheduled-events"
_MESSAGES = "/channels/{channel_id}/messages"
BODIES = {
    ("POST", _MESSAGES),
    ("PATCH", f"{_MESSAGES}/{{message_id}}"),
    ("PATCH", "/channels/{channel_id}"),
    ("POST", "/channels/{channel_id}/threads"),
    ("POST", "/users/@me/channels"),
    ("POST", _EVENTS),
    ("PATCH", f"{_EVENTS}/{{guild_scheduled_event_id}}"),
    ("PUT", "/applications/{application_id}/commands"),
}


class Schema:
    """Validators of the bodies that the bot sends."""

    def __init__(self, file: Path) -> None:
        resource = DRAFT202012.create_resource(json.loads(file.read_text(encoding="utf-8")))
        registry = Registry().with_resource("discord", resource)
        self._validators = {
            (method, path): Draft202012Validator(
                {"$ref": _pointer(method, path)}, registry=registry
            )
            for method, path in BODIES
        }

    def check(self, method: str, path: str, body: object) -> None:
        """Raise RefusedError (50035) where the description does not allow the body."""
        validator = self._validators.get((method, path))
        if validator is None:
            return
        error = next(validator.iter_errors(_ids_as_text(body)), None)
        if error is not None:
            where = ".".join(str(part) for part in error.absolute_path) or "_"
            raise invalid(where, error.message[:200])


def _pointer(method: str, path: str) -> str:
    escaped = path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    body = "requestBody/content/application~1json/schema"
    return f"discord#/paths/{escaped}/{method.lower()}/{body}"


def _ids_as_text(body: object) -> object:
    """discord.py sends ids of mentions as numbers, which Discord takes and its description not."""
    if not isinstance(body, dict) or not isinstance(body.get("allowed_mentions"), dict):
        return body
    allowed = dict(body["allowed_mentions"])
    for key in ("users", "roles"):
        if key in allowed:
            allowed[key] = [str(each) for each in allowed[key]]
    return {**body, "allowed_mentions": allowed}
