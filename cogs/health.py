"""`/status`, `/test` and `/help`: how things stand, whether a post arrives, how it all works."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.outcomes import Failed, Held, Outcome, Sent, Stop, Uncertain, Wait
from bot.words import Words
from cogs.answers import ACCENT, Answer, reply
from cogs.controls import is_manager
from cogs.host import Host, Interaction
from cogs.permissions import is_forum, trouble
from cogs.silences import status_answer
from cogs.wishing import dm_trouble


class Health(commands.Cog):
    """How things stand."""

    @app_commands.command(description="When I last asked and posted, and why it is silent")
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        services, guild_id = interaction.client.services, interaction.guild_id or 0
        report = await services.reporting.status(guild_id, interaction.user.id, services.clock())
        settings = await services.guilds.settings(guild_id)
        own = await dm_trouble(interaction)
        doubted = await services.judging.open_in(guild_id) if is_manager(interaction) else ()
        answer = status_answer(services.words, interaction.guild, report, settings, own, doubted)
        await reply(interaction, answer)

    @app_commands.command(description="Post a sample in the news channel, or say what is missing")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.checks.cooldown(3, 60, key=lambda interaction: interaction.guild_id)
    @app_commands.guild_only()
    async def test(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await reply(interaction, await sample(interaction))

    @app_commands.command(description="What I do, and the commands to make me do it")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: Interaction) -> None:
        words = interaction.client.services.words
        embed = discord.Embed(
            title=words("help.title"), description=words("help.text"), colour=ACCENT
        )
        await interaction.response.send_message(embed=embed, ephemeral=True)


async def sample(interaction: Interaction) -> Answer:
    """Post a sample in the server's news channel, and say what came of it."""
    services, words = interaction.client.services, interaction.client.services.words
    settings = await services.guilds.settings(interaction.guild_id or 0)
    channel = settings.routes.news_channel
    if channel is None:
        return Answer(words("settings.no_news_channel"))
    place = interaction.guild and interaction.guild.get_channel_or_thread(channel)
    # An archived thread is not known here, and takes a post all the same: Discord is asked.
    if place and (lacking := trouble(words, interaction.guild, channel)):
        return Answer(lacking)
    if is_forum(interaction.guild, channel):
        await services.delivering.recheck(settings.guild_id, services.clock())
        return Answer(words("test.forum", channel=f"<#{channel}>"))
    outcome = await services.delivering.send_sample(channel)
    if isinstance(outcome, Sent):
        await services.delivering.recheck(settings.guild_id, services.clock())
    return Answer(explain_sample(words, outcome, interaction.guild_id or 0, channel))


def explain_sample(words: Words, outcome: Outcome, guild_id: int, channel: int) -> str:
    """What came of a sample, with its link or the remedy."""
    where = f"<#{channel}>"
    match outcome:
        case Sent(message_id=message):
            link = f"https://discord.com/channels/{guild_id}/{channel}/{message}"
            key = "test.without_card" if outcome.lost_embed else "test.sent"
            return words(key, channel=where, link=link)
        case Held(reason=reason):
            return words(f"notice.held.{reason}", channel=where)
        case Wait(seconds=seconds):
            return words.count("test.wait", max(1, round(seconds)))
        case Stop():
            return words("test.stopped")
        case Failed(code=code):
            return words("test.refused", channel=where, code=code)
        case Uncertain():
            return words("test.uncertain", channel=where)
        case _:
            return words("test.refused", channel=where, code=getattr(outcome, "code", 0))


async def setup(bot: Host) -> None:
    """Add the commands."""
    await bot.add_cog(Health())
