"""What a message is to show after the ledger went on: pure, from the payload that was posted.

An edit keeps the shape of the post: a reply stays short, a post in our own words alone stays so.
It mentions exactly whom the post mentioned, so that no edit adds anybody.
"""

from collections.abc import Mapping, Sequence

from bot.delivery.rendering import Payload, render, render_further, render_plain_fallback
from bot.delivery.showing import showing
from bot.delivery.telling import Mentions, Telling
from bot.words import Words


def render_edit(
    telling: Telling,
    posted: Mapping[str, object],
    mark: str,
    words: Words,
    *,
    part: int = 0,
    plain: bool = False,
) -> Payload:
    """The body of the PATCH that shows what is known now, for a message posted as `posted`.

    `part` is 0 for the message that carries the news. With `plain` only our own words are used, as
    they are where the post itself had no embed.
    """
    mentions = mentioned_in(posted)
    if part:
        return render_further(telling, mentions, mark, words)
    if plain or not posted.get("embeds"):
        return render_plain_fallback(telling, mentions, mark, words)
    return render(telling, mentions, mark, words, replied_to(posted))


def is_shown(payload: Payload, shown: str) -> bool:
    """Whether a message that shows `shown` needs no edit to show this payload.

    One whose embed Discord dropped (Embed Links is missing) shows as much as it can.
    """
    return shown in {showing(payload), showing({**payload, "embeds": []})}


def mentioned_in(posted: Mapping[str, object]) -> Mentions:
    """Whom a payload pings."""
    allowed = posted.get("allowed_mentions")
    if not isinstance(allowed, Mapping):
        return Mentions()
    return Mentions(_ids(allowed.get("users")), _ids(allowed.get("roles")))


def replied_to(posted: Mapping[str, object]) -> int | None:
    """The message that a payload answers."""
    reference = posted.get("message_reference")
    return int(reference["message_id"]) if isinstance(reference, Mapping) else None


def _ids(listed: object) -> tuple[int, ...]:
    return tuple(int(each) for each in listed) if isinstance(listed, Sequence) else ()
