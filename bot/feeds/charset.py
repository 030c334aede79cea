"""From bytes to text that an XML parser takes: the charset found, the declaration made true.

Order: byte order mark, HTTP, XML declaration, UTF-8. Two repairs come from feeds seen in the wild:
a feed that says UTF-8 but holds windows-1252 (in whole or in one pasted paragraph), and a server
that adds `charset=iso-8859-1` to a feed which is UTF-8.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# `<?` without a mark, in the wide encodings.
_WIDE = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0\0\0", "utf-32-le"))
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}?>")
# What XML 1.0 forbids: one such byte would send a sound feed to the parser for broken ones.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "utf-8"}
_MULTIBYTE = re.compile(r"utf|gb|big5|euc|shift|sjis|iso2022|hz|johab|cp9[345]")


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("greenlit-windows-1252", _windows_1252)


def to_text(body: bytes, content_type: str = "") -> str:
    """The text of a feed, without byte order mark, declaration and forbidden characters.

    Never raises: a byte that fits no charset becomes U+FFFD.
    """
    text = _decode(body, content_type)
    return _FORBIDDEN.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)).lstrip()


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) * (encoding == "utf-8") :].decode(encoding, _handler(encoding))
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    encoding = _declared(body, content_type)
    if not _MULTIBYTE.match(encoding) and _is_utf8(body):
        encoding = "utf-8"
    return body.decode(encoding, _handler(encoding))


def _declared(body: bytes, content_type: str) -> str:
    """The first declared charset that exists, by Python's name; wide ones would show a mark."""
    http = _HTTP_CHARSET.search(content_type)
    xml = _XML_ENCODING.search(body[:1024])
    names = (http and http[1], xml and xml[1].decode("ascii", "ignore"))
    for name in filter(None, names):
        try:
            known = codecs.lookup(name).name
            "".encode(known)
        except LookupError:
            continue
        if not known.startswith(("utf-16", "utf-32")):
            return _SUPERSETS.get(known, known)
    return "utf-8"


def _handler(encoding: str) -> str:
    return "greenlit-windows-1252" if encoding == "utf-8" else "replace"


def _is_utf8(body: bytes) -> bool:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not text.isascii()
