"""The limits of a message, as Discord's documentation states them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.standin.errors import RefusedError, invalid
from tests.standin.world import Json

_SNOWFLAKE = re.compile(r"\d{1,20}")


def check_message(body: Json, *, edit: bool = False) -> None:
    """Raise RefusedError where Discord would refuse the body of a message."""
    if not isinstance(body, dict):
        raise invalid("_", "Only dictionaries may be used in a DictType")
    content = body.get("content") or ""
    if len(content) > 2000:
        raise invalid("content", "Must be 2000 or fewer in length.")
    embeds = body.get("embeds") or []
    if not edit and not content.strip() and not embeds and not body.get("sticker_ids"):
        raise RefusedError(50006, "Cannot send an empty message")
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid("nonce", "Must be 25 or fewer in length.")
    _check_embeds(embeds)
    _check_rows(body.get("components") or [])
    _check_mentions(body.get("allowed_mentions") or {})


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > 10:
        raise invalid("embeds", "Must be 10 or fewer in length.")
    total = 0
    for at, embed in enumerate(embeds):
        path = f"embeds.{at}"
        total += _length(embed.get("title"), 256, f"{path}.title")
        total += _length(embed.get("description"), 4096, f"{path}.description")
        total += _length((embed.get("footer") or {}).get("text"), 2048, f"{path}.footer")
        total += _length((embed.get("author") or {}).get("name"), 256, f"{path}.author")
        total += _check_fields(embed.get("fields") or [], path)
        for key, address in _addresses(embed):
            _check_address(address, 2048, f"{path}.{key}")
    if total > 6000:
        raise invalid("embeds", "Embed size exceeds maximum size of 6000")


def _check_fields(fields: list[Json], path: str) -> int:
    if len(fields) > 25:
        raise invalid(f"{path}.fields", "Must be 25 or fewer in length.")
    total = 0
    for field in fields:
        if not field.get("name", "").strip() or not field.get("value", "").strip():
            raise invalid(f"{path}.fields", "This field is required")
        total += _length(field["name"], 256, f"{path}.fields.name")
        total += _length(field["value"], 1024, f"{path}.fields.value")
    return total


def _addresses(embed: Json) -> Iterator[tuple[str, str]]:
    if embed.get("url"):
        yield "url", embed["url"]
    for key in ("image", "thumbnail", "author", "footer"):
        part = embed.get(key) or {}
        for name in ("url", "icon_url"):
            if part.get(name):
                yield key, part[name]


def _check_address(address: str, limit: int, path: str) -> None:
    _length(address, limit, path)
    parsed = urlsplit(address)
    if parsed.scheme not in {"http", "https", "attachment"} or not parsed.netloc:
        raise invalid(path, "Not a well formed URL.")


def _check_rows(rows: list[Json]) -> None:
    if len(rows) > 5:
        raise invalid("components", "Must be 5 or fewer in length.")
    seen: set[str] = set()
    for row in rows:
        children = row.get("components") or []
        if row.get("type") != 1 or not 1 <= len(children) <= 5:
            raise invalid("components", "An action row holds one to five components.")
        for child in children:
            _check_button(child, seen)


def _check_button(button: Json, seen: set[str]) -> None:
    _length(button.get("label"), 80, "components.label")
    if not button.get("label") and not button.get("emoji"):
        raise invalid("components.label", "A button needs a label or an emoji.")
    if button.get("style") == 5:
        if "custom_id" in button or not button.get("url"):
            raise invalid("components.url", "A link button has a url and no custom id.")
        _check_address(button["url"], 512, "components.url")
        return
    custom_id = button.get("custom_id")
    if not custom_id or len(custom_id) > 100 or "url" in button:
        raise invalid("components.custom_id", "A custom id of 1 to 100 characters is required")
    if custom_id in seen:
        raise invalid("components.custom_id", "Component custom id cannot be duplicated")
    seen.add(custom_id)


def _check_mentions(allowed: Json) -> None:
    parse = set(allowed.get("parse") or [])
    if not parse <= {"users", "roles", "everyone"}:
        raise invalid("allowed_mentions.parse", "Value must be one of users, roles, everyone.")
    for key in ("users", "roles"):
        ids = allowed.get(key) or []
        if ids and key in parse:
            raise invalid("allowed_mentions", f"parse:[{key}] and {key}: [ids...] are exclusive")
        if len(ids) > 100 or not all(_SNOWFLAKE.fullmatch(str(each)) for each in ids):
            raise invalid(f"allowed_mentions.{key}", "At most 100 snowflakes.")


def _length(text: str | None, limit: int, path: str) -> int:
    if text is None:
        return 0
    if len(text) > limit:
        raise invalid(path, f"Must be {limit} or fewer in length.")
    return len(text.strip())
