"""One answer to one interaction: its words, its card, its controls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from cogs.host import Interaction

ACCENT = 0x2E9E5B
NOBODY = discord.AllowedMentions.none()


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


def board(*parts: str | Sequence[discord.ui.Item[Any]]) -> Answer:
    """A framed list or panel: texts and rows of controls, from top to bottom, no empty ones."""
    frame: discord.ui.Container[Any] = discord.ui.Container(accent_colour=ACCENT)
    for part in parts:
        if part and isinstance(part, str):
            frame.add_item(discord.ui.TextDisplay(part))
        elif part:
            frame.add_item(discord.ui.ActionRow(*part))
    return Answer(layout=discord.ui.LayoutView(timeout=None).add_item(frame))


async def reply(interaction: Interaction, answer: Answer) -> None:
    """Put an answer into the message of an interaction that was deferred."""
    if answer.layout is not None:
        await interaction.edit_original_response(view=answer.layout, allowed_mentions=NOBODY)
        return
    await interaction.edit_original_response(
        content=answer.text or None,
        embeds=[answer.embed] if answer.embed else [],
        view=answer.view(),
        allowed_mentions=NOBODY,
    )
