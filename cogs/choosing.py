"""Choosing a show: suggestions while typing, and a menu where a text fits several shows or none."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
from discord import app_commands

from bot.catalogue.search import label
from bot.delivery.escaping import escape, plain
from bot.news.bare import BARE_PREFIX, bare_show, is_bare
from bot.news.model import Show
from bot.services.library import Found, Unclear
from bot.words import Words
from cogs.answers import Answer
from cogs.controls import OPTION_LIMIT, Control
from cogs.host import Interaction

TEXT_LIMIT = 100  # what a choice's value may hold, so also what is asked for
_ECHO = 60


async def suggest_any(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Shows of the catalogue; before anything is typed, first those that the server follows."""
    services = interaction.client.services
    typed = current.strip()[:TEXT_LIMIT]
    found = await services.searching.suggest(interaction.user.id, typed, OPTION_LIMIT)
    if not typed and interaction.guild_id:
        found = (*await services.guilds.followed_shows(interaction.guild_id), *found)
    return choices(found)


async def suggest_followed(
    interaction: Interaction, current: str
) -> list[app_commands.Choice[str]]:
    """The shows that somebody here follows, or the asker."""
    services = interaction.client.services
    followed = await services.subscribing.list_for(interaction.guild_id or 0, interaction.user.id)
    typed = current.strip().casefold()
    return choices(f.show for f in followed if typed in label(f.show).casefold())


def choices(shows: Iterable[Show]) -> list[app_commands.Choice[str]]:
    """Shows as choices of an option: told apart by year and network, each once."""
    unique = {show.key: show for show in shows if len(show.key) <= TEXT_LIMIT}
    return [
        app_commands.Choice(name=label(show), value=show.key)
        for show in list(unique.values())[:OPTION_LIMIT]
    ]


async def with_show(
    interaction: Interaction,
    text: str,
    act: Callable[[Show], Awaitable[Answer]],
    menu: Callable[[tuple[Show, ...]], Control],
    *,
    or_bare: bool = False,
) -> Answer:
    """Act on the show that a text names. A text that fits no show alone is asked about.

    `menu` makes the control in which the asker chooses among shows that come near; with `or_bare`
    the text itself may be the title of one that nobody knows.
    """
    services = interaction.client.services
    if not text.strip():
        return Answer(services.words("show.unnamed"))
    match await services.searching.resolve(text.strip()[:TEXT_LIMIT]):
        case Found(show):
            return await act(show)
        case Unclear(near, is_name):
            bare = bare_show(text) if or_bare and not is_name else None
            return _ask(services.words, text, near, bare, menu)


def _ask(
    words: Words,
    text: str,
    near: tuple[Show, ...],
    bare: Show | None,
    menu: Callable[[tuple[Show, ...]], Control],
) -> Answer:
    typed = escape(text, _ECHO)
    near = tuple(show for show in near if len(show.key) <= TEXT_LIMIT)[: OPTION_LIMIT - 1]
    if bare is None:
        key = "show.which" if near else "show.unknown"
    else:
        key = "show.did_you_mean" if near else "show.bare_only"
    offered = near if bare is None else (*near, bare)
    return Answer(words(key, typed=typed), controls=(menu(offered),) if offered else ())


def show_menu(words: Words, custom_id: str, shows: tuple[Show, ...]) -> discord.ui.Select[Any]:
    """A plain menu of shows, to be wrapped into its control."""
    options = [_option(words, show) for show in shows]
    return discord.ui.Select(
        custom_id=custom_id, placeholder=words("show.which.placeholder"), options=options
    )


def _option(words: Words, show: Show) -> discord.SelectOption:
    if not is_bare(show):
        return discord.SelectOption(label=label(show), value=show.key)
    # The key has lost the title's capitals and marks; the title itself is read as well.
    text = words("show.bare", title=plain(show.title, _ECHO))
    return discord.SelectOption(label=text, value=BARE_PREFIX + show.title)
