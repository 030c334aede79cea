"""What a message shows of what its server's admins struck.

A strike is a server's own: the same announcement stands in every other one.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.delivery.editing import mentioned_in, render_edit
from bot.delivery.listing import Heading, render_list, render_list_further, render_plain_list
from bot.delivery.rendering import Payload
from bot.delivery.telling import Telling
from bot.news.model import Standing
from bot.services.composing import Composing
from bot.storage import catchups, strikes
from bot.storage.database import Database
from bot.storage.edits import Edit
from bot.storage.strikes import How, Strike
from bot.words import Words


async def struck_payload(
    database: Database, composing: Composing, words: Words, due: Edit, *, plain: bool = False
) -> Payload | None:
    """What a message shows of its news as its server wants it; None where it is to be deleted.

    What was struck is struck through, without link, headline or picture; of a list what was
    deleted is left out. With `plain` only our own words are used.
    """
    async with database.read() as connection:
        owed = await catchups.carried(connection, due.first_id)
        ids = [each.announcement_id for each in owed]
        struck = await strikes.strikes_in(connection, due.guild_id, ids)
    tellings = await composing.tellings(ids)
    left = [
        _as_decided(tellings[each], struck.get(each)) for each in ids if not _is_gone(each, struck)
    ]
    if not left:
        return None
    if due.heading:
        return _list(left, due, words, plain=plain)
    return render_edit(left[0], due.payload, due.mark, words, part=due.part, plain=plain)


def _list(left: Sequence[Telling], due: Edit, words: Words, *, plain: bool) -> Payload:
    mentions, heading = mentioned_in(due.payload), Heading(due.heading)
    if due.part:
        return render_list_further(left, heading, mentions, due.mark, words)
    shape = render_plain_list if plain else render_list
    return shape(left, heading, mentions, due.mark, words)


def _is_gone(announcement_id: int, struck: dict[int, Strike]) -> bool:
    strike = struck.get(announcement_id)
    return strike is not None and strike.how is How.DELETE


def _as_decided(telling: Telling, strike: Strike | None) -> Telling:
    return telling if strike is None else replace(telling, standing=Standing.STRUCK)
