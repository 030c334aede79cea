"""XML made sound before it is parsed.

A feed that is not well-formed falls to feedparser's parser for broken ones, which is slow and
swallows text around a bare `&`. Most such feeds fail by an HTML entity or an ampersand only, and
both can be mended. Entity declarations that build on others go before anything reads them.
"""

import re
from html.entities import html5
from xml.parsers import expat

PROLOG = 200_000
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'

_ENTITY_DECLARATION = re.compile(r"<!ENTITY\s[^>]{0,2000}>")
_PLAIN_ENTITY = re.compile(r"<!ENTITY\s+\w{1,40}\s+(\"[^\"&%]{0,100}\"|'[^'&%]{0,100}')\s*>")
# CDATA sections and comments are matched first, so that nothing inside them is touched.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(?:(#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{1,31});)?", re.DOTALL
)
_CHARACTER = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|(\d+));?")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def sound_xml(text: str) -> bytes:
    """The text as UTF-8 with a true declaration, well-formed if its faults are of the common sorts.

    The declaration stands on a line of its own: feedparser looks for it by a pattern that takes
    minutes on a long first line of another sort.
    """
    text = _without_bombs(text)
    body = DECLARATION + text.encode("utf-8")
    if _is_well_formed(body):
        return body
    text = _CHARACTER.sub(_possible, text)
    return DECLARATION + _REFERENCE.sub(_mended, text).encode("utf-8")


def _without_bombs(text: str) -> str:
    """The text without entity declarations that build on others, or name files."""
    prolog = text[:PROLOG]
    if "<!ENTITY" not in prolog:
        return text
    kept = _ENTITY_DECLARATION.sub(
        lambda found: found[0] if _PLAIN_ENTITY.fullmatch(found[0]) else "", prolog
    )
    return kept + text[PROLOG:]


def _is_well_formed(body: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(body, True)
    except expat.ExpatError:
        return False
    return True


def _possible(found: re.Match[str]) -> str:
    """A reference to a character, "" where there is no such character: feedparser would raise."""
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    digits = digits.lstrip("0")
    number = int(digits, base) if digits and len(digits) <= 7 else 0
    is_one = 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000 or number in {9, 10, 13}
    return found[0] if is_one else ""


def _mended(found: re.Match[str]) -> str:
    name = found[1]
    if not found[0].startswith("&") or (name and (name[0] == "#" or name in _XML_NAMES)):
        return found[0]
    characters = html5.get(f"{name};") if name else None
    if characters is None:
        return "&amp;" + found[0][1:]
    return "".join(f"&#{ord(character)};" for character in characters)
