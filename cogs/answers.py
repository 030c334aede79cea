"""One answer to one interaction: its words, its card, its controls."""

from dataclasses import dataclass
from typing import Any

import discord

from cogs.host import Interaction


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. A `layout` stands alone: Discord mixes it with neither text nor embed."""

    text: str = ""
    embed: discord.Embed | None = None
    controls: tuple[discord.ui.Item[Any], ...] = ()
    layout: discord.ui.LayoutView | None = None

    def view(self) -> discord.ui.View | None:
        """The controls as a view; discord.py keeps none in memory that holds only dynamic items."""
        if not self.controls:
            return None
        view = discord.ui.View(timeout=None)
        for control in self.controls:
            view.add_item(control)
        return view


async def reply(interaction: Interaction, answer: Answer) -> None:
    """Put an answer into the message of an interaction that was deferred."""
    if answer.layout is not None:
        await interaction.edit_original_response(view=answer.layout)
        return
    await interaction.edit_original_response(
        content=answer.text or None,
        embeds=[answer.embed] if answer.embed else [],
        view=answer.view(),
        allowed_mentions=discord.AllowedMentions.none(),
    )
