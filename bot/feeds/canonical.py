"""The canonical form of a link: a key by which an article is known again, never a link to show."""

from yarl import URL

from bot.feeds.guard import SCHEME_PORTS

TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "vero_", "at_", "_hs", "mc_", "oly_")
# fmt: off
TRACKING_NAMES = frozenset({
    "__twitter_impression", "cid", "cmp", "cmpid", "dclid", "fbclid", "ftag", "gbraid", "gclid",
    "guccounter", "guce_referrer", "guce_referrer_sig", "icid", "igsh", "igshid", "mkt_tok",
    "msclkid", "ncid", "ocid", "ref_src", "ref_url", "rss", "s_cid", "scid", "smid", "smtyp",
    "soc_src", "soc_trk", "spm", "sref", "srsltid", "taid", "ttclid", "twclid", "wbraid", "wt_mc",
    "xtor", "yclid",
})
# fmt: on


def canonical_link(link: str) -> str:
    """The key of a link: https, lower-case host without `www.`, no fragment, no tracking.

    The query keeps its other parameters in sorted order (`?p=12`, `?v=…` name the article); a
    path loses its last slash. "" for what is no http(s) address.
    """
    try:
        url = URL(link.strip())
        host = (url.host or "").lower().rstrip(".").removeprefix("www.").removeprefix("m.")
        port = url.port
    except ValueError:
        return ""
    if url.scheme not in SCHEME_PORTS or not host:
        return ""
    explicit = "" if port is None or port == SCHEME_PORTS[url.scheme] else f":{port}"
    parameters = url.raw_query_string.split("&")
    query = "&".join(sorted(each for each in parameters if not _tracks(each.partition("=")[0])))
    # Encoded as yarl encodes: decoded, `%23` would end the link and `%20` be stripped from it.
    path = url.raw_path.rstrip("/")
    return f"https://{host}{explicit}{path}" + (f"?{query}" if query else "")


def _tracks(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKING_NAMES or lowered.startswith(TRACKING_PREFIXES)
