"""What went wrong, said to the person who asked: one sentence, with the remedy, seen by them alone.

Errors that are part of a day (a permission, a pause) are told as they are. Anything else is a bug
or a broken database: the person gets a short reference, and the log has the same one.
"""

import logging
import secrets

import discord
from discord import app_commands
from sqlalchemy.exc import DBAPIError

from bot.words import Words
from cogs.host import Host, Interaction

log = logging.getLogger(__name__)

OVER = frozenset({10062, 40060})  # Discord waits three seconds for an answer, and takes one


class Tree(app_commands.CommandTree[Host]):
    """A command tree in which every error is answered."""

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer an error of a command. Never raises."""
        await report(interaction, error)


async def report(interaction: Interaction, error: Exception) -> None:
    """Tell the person what went wrong and note it in the log. Never raises."""
    words = interaction.client.services.words
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in OVER:
        log.warning("interaction was over: %s", cause, extra=_about(interaction, ""))
        return
    text = explain(words, cause)
    if text is None:
        reference = secrets.token_hex(4)
        kind = "storage" if isinstance(cause, DBAPIError) else "unexpected"
        text = words(f"error.{kind}", reference=reference)
        log.error("command failed", exc_info=cause, extra=_about(interaction, reference))
    else:
        log.info("command refused: %s", cause, extra=_about(interaction, ""))
    await _tell(interaction, text)


def explain(words: Words, error: Exception) -> str | None:
    """The words for an error that is part of a day; None for one that is not."""
    match error:
        case app_commands.MissingPermissions(missing_permissions=missing):
            return words("error.missing_permissions", permissions=name_all(words, missing))
        case app_commands.CommandOnCooldown(retry_after=seconds):
            return words.count("error.cooldown", max(1, round(seconds)))
        case app_commands.NoPrivateMessage():
            return words("error.server_only")
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return words("error.command_changed")
        case app_commands.TransformerError():
            return words("error.option", value=str(error.value)[:80])
        case app_commands.CheckFailure():
            return words("error.refused")
        case _:
            return None


def name_all(words: Words, permissions: list[str] | tuple[str, ...]) -> str:
    """Permissions by the names that Discord's settings show, in bold."""
    return ", ".join(f"**{_name(words, permission)}**" for permission in permissions)


def _name(words: Words, permission: str) -> str:
    key = f"permission.{permission}"
    return words(key) if key in words else permission.replace("_", " ").title()


def _about(interaction: Interaction, reference: str) -> dict[str, object]:
    pressed = interaction.data.get("custom_id", "") if interaction.data else ""
    return {
        "reference": reference,
        "command": interaction.command.qualified_name if interaction.command else pressed,
        "guild": interaction.guild_id,
        "user": interaction.user.id,
    }


async def _tell(interaction: Interaction, text: str) -> None:
    quiet = discord.AllowedMentions.none()
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=quiet)
        else:
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=quiet)
    except discord.HTTPException as failure:
        # The interaction is over (10062) or Discord is in trouble: there is nobody to tell.
        log.warning("an error could not be told: %s", failure)
