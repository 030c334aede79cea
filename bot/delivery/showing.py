"""What a message shows, as a short fingerprint that can be compared.

Discord does not give back what it was given: it trims texts and adds proxies and types. The
fingerprint is taken over the words, links and buttons alone, so that a payload and Discord's answer
to it agree, and an edit is due exactly where they do not.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

_MARK = re.compile(r"gl:[a-z]+:([a-z0-9]{16})")


def showing(message: Mapping[str, object]) -> str:
    """The fingerprint of a payload or of a message that Discord gave: 16 hex digits."""
    embeds = [list(_embed(embed)) for embed in _list(message, "embeds")]
    buttons = [list(_button(button)) for button in _buttons(message)]
    visible = (_text(message, "content"), embeds, buttons)
    text = json.dumps(visible, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shown_by(message: Mapping[str, object], payload: Mapping[str, object]) -> str:
    """The fingerprint of what Discord shows, from its answer to a request with this payload.

    The payload's own, less the embed where Discord dropped it; what Discord made of an address is
    no difference to a reader and must not ask for an edit for ever. A message that was edited since
    (the same nonce, sent late) shows what the answer says.
    """
    if message.get("edited_timestamp"):
        return showing(message)
    lost = payload.get("embeds") and not message.get("embeds")
    return showing({**payload, "embeds": []}) if lost else showing(payload)


def marks(message: Mapping[str, object]) -> frozenset[str]:
    """The marks in a message's buttons: one for a post of ours, none for anybody else's."""
    ids = (_text(button, "custom_id") for button in _buttons(message))
    return frozenset(found[1] for name in ids if (found := _MARK.fullmatch(name)))


def _embed(embed: Mapping[str, object]) -> Iterator[str]:
    yield from (_text(embed, key) for key in ("title", "description", "url"))
    yield _text(_mapping(embed, "footer"), "text")
    yield _text(_mapping(embed, "image"), "url")
    for field in _list(embed, "fields"):
        yield from (_text(field, key) for key in ("name", "value"))


def _button(button: Mapping[str, object]) -> Iterator[str]:
    yield from (_text(button, key) for key in ("label", "url", "custom_id"))


def _buttons(message: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for row in _list(message, "components"):
        yield from _list(row, "components")


def _text(source: Mapping[str, object], key: str) -> str:
    return str(source.get(key) or "").strip()


def _mapping(source: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = source.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(source: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = source.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
