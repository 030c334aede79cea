"""Choosing a show: suggestions while typing, and a menu where a text fits several shows or none."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
from discord import app_commands

from bot.catalogue.search import label
from bot.delivery.escaping import escape
from bot.news.model import Show
from bot.services.library import Found
from bot.words import Words
from cogs.answers import Answer
from cogs.controls import OPTION_LIMIT, Control
from cogs.host import Interaction

TEXT_LIMIT = 100  # what a choice's value may hold, so also what is asked for
_ECHO = 60


async def suggest_any(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Shows of the catalogue; before anything is typed, first those that the server follows."""
    services = interaction.client.services
    typed = current.strip()
    found = services.library.suggest(typed, OPTION_LIMIT)
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
) -> Answer:
    """Act on the show that a text names. A text that fits no show alone is asked about.

    `menu` makes the control in which the asker chooses among shows that come near.
    """
    services = interaction.client.services
    match services.library.resolve(text.strip()[:TEXT_LIMIT]):
        case Found(show):
            return await act(show)
        case unclear:
            return _ask(services.words, text, unclear.near, menu)


def _ask(
    words: Words,
    text: str,
    near: tuple[Show, ...],
    menu: Callable[[tuple[Show, ...]], Control],
) -> Answer:
    typed = escape(text, _ECHO)
    near = tuple(show for show in near if len(show.key) <= TEXT_LIMIT)[:OPTION_LIMIT]
    if not near:
        return Answer(words("show.unknown", typed=typed))
    return Answer(words("show.which", typed=typed), controls=(menu(near),))


def show_menu(words: Words, custom_id: str, shows: tuple[Show, ...]) -> discord.ui.Select[Any]:
    """A plain menu of shows, to be wrapped into its control."""
    options = [discord.SelectOption(label=label(show), value=show.key) for show in shows]
    return discord.ui.Select(
        custom_id=custom_id, placeholder=words("show.which.placeholder"), options=options
    )
