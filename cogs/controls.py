"""Buttons and menus that carry their state in their custom_id.

They answer after a restart, in any process, under messages of any age, and leave nothing behind in
memory. Whoever presses one is checked at that moment: a custom_id is a claim, not a right.
"""

from collections.abc import Iterable, Mapping, Sequence
from re import Match
from typing import Any, ClassVar, Self

import discord
from discord import app_commands

from bot.news.model import ALL_KINDS, Kind
from bot.words import Words
from cogs.answers import Answer, reply
from cogs.errors import report
from cogs.host import Interaction

KIND_LETTERS: Mapping[Kind, str] = {Kind.SEASON: "s", Kind.TRAILER: "t", Kind.CAST: "c"}
OPTION_LIMIT = 25  # of one menu, by Discord


class Control(discord.ui.DynamicItem[discord.ui.Item[Any]], template=r"(?!)"):
    """A button or a menu. A subclass gives its template and says what a press comes to."""

    fresh: ClassVar[bool] = False  # answers with a message of its own, not in place
    for_managers: ClassVar[bool] = False

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: Match[str], /
    ) -> Self:
        """The control that was pressed, as discord.py asks for it."""
        return cls(item)

    @property
    def args(self) -> Mapping[str, str]:
        """The named parts of the custom_id."""
        found = self.template.fullmatch(self.custom_id)
        return found.groupdict() if found else {}

    @property
    def values(self) -> Sequence[Any]:
        """What was chosen in a menu."""
        return list(getattr(self.item, "values", ()))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a press. discord.py would swallow an error here: it is told instead."""
        try:
            if self.for_managers:
                require_manager(interaction)
            if self.fresh:
                await interaction.response.defer(ephemeral=True, thinking=True)
            else:
                await interaction.response.defer()
            await reply(interaction, await self.press(interaction))
        except Exception as error:
            await report(interaction, error)

    async def press(self, interaction: Interaction) -> Answer:
        """What the press comes to."""
        raise NotImplementedError


def is_manager(interaction: Interaction) -> bool:
    """Whether a member may change what the server follows and where it comes."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def require_manager(interaction: Interaction) -> None:
    """Raises MissingPermissions for a member without Manage Server."""
    if not is_manager(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])


def require_manager_of(interaction: Interaction, guild_id: int) -> None:
    """Raises MissingPermissions for somebody who may not manage that server.

    By direct message only its owner was told, and only the owner is believed.
    """
    if interaction.guild_id == guild_id and is_manager(interaction):
        return
    guild = interaction.client.get_guild(guild_id)
    if interaction.guild_id is None and guild and guild.owner_id == interaction.user.id:
        return
    raise app_commands.MissingPermissions(["manage_guild"])


def kind_letters(kinds: Iterable[Kind]) -> str:
    """Kinds as letters that fit into a custom_id: "stc" are all of them."""
    chosen = set(kinds)
    return "".join(letter for kind, letter in KIND_LETTERS.items() if kind in chosen)


def kinds_of(letters: str) -> frozenset[Kind]:
    """Kinds from their letters; all where there is none."""
    return frozenset(k for k, letter in KIND_LETTERS.items() if letter in letters) or ALL_KINDS


def name_kinds(words: Words, kinds: frozenset[Kind]) -> str:
    """Kinds in words: "all news", "trailers and casting"."""
    return words(f"kinds.{kind_letters(kinds)}")


def button(
    text: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> discord.ui.Button[Any]:
    """A plain button, to be wrapped into its control."""
    return discord.ui.Button(label=text[:80], custom_id=custom_id, style=style)


def turns(words: Words, stem: str, number: int, last: int) -> list[discord.ui.Button[Any]]:
    """Plain buttons to the pages before and after one, as far as there are any."""
    pages = (("button.previous", number - 1), ("button.next", number + 1))
    return [button(words(name), f"{stem}:{to}") for name, to in pages if 0 <= to <= last]
