"""`/sources`: where a server's news comes from, and adding feeds of its own."""

from typing import Any, assert_never

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalogue.search import label
from bot.delivery.dates import stamp
from bot.delivery.escaping import escape
from bot.delivery.links import BUTTON_LIMIT, web_link
from bot.feeds.answers import FetchFailed
from bot.feeds.parse import ParseFailed
from bot.news.model import Article, Claim
from bot.services.sourcing import Added, AlreadyHeard, SeveralFeeds, TooMany, Trial
from bot.storage.sources import SourceRow
from bot.words import Words
from cogs.answers import ACCENT, Answer, reply
from cogs.controls import OPTION_LIMIT, Control
from cogs.host import Host, Interaction

ADDRESS_LIMIT = 500
NAME_LIMIT, HEADLINE_LIMIT = 60, 150
LIST_LIMIT = 3800  # characters of the list
VALUE_LIMIT = 100  # of a menu's option, by Discord


def explain_failure(words: Words, failure: FetchFailed | ParseFailed) -> str:
    """Why a feed could not be had, in words for the person who asked."""
    return words(failure.key, detail=escape(failure.detail, NAME_LIMIT))


def explain_row(words: Words, source: SourceRow) -> str:
    """Why a source brought nothing when it was last asked."""
    # A database may hold a reason that an older version wrote.
    key = source.failure if source.failure in words else "sources.failing.unknown"
    return words(key, detail=escape(source.failure_detail, NAME_LIMIT))


async def suggest_own(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """The sources that the server added."""
    services, typed = interaction.client.services, current.strip().casefold()
    heard = await services.sourcing.list_for(interaction.guild_id or 0)
    own = [s for s in heard if not s.shared and typed in f"{s.name} {s.url}".casefold()]
    return [app_commands.Choice(name=s.name[:100], value=str(s.id)) for s in own[:OPTION_LIMIT]]


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class Sources(
    commands.GroupCog, group_name="sources", group_description="Where the news comes from"
):
    """Where the news comes from."""

    @app_commands.command(description="The sources that this server hears, and how they fare")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def list(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        services = interaction.client.services
        heard = await services.sourcing.list_for(interaction.guild_id or 0)
        await reply(interaction, _listed(services.words, heard))

    @app_commands.command(
        description="Hear a further source: the address of a feed, or of a page that has one"
    )
    @app_commands.describe(address="For example example.com/tv")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.checks.cooldown(5, 60)
    async def add(
        self, interaction: Interaction, address: app_commands.Range[str, 1, ADDRESS_LIMIT]
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        await reply(interaction, await add(interaction, address))

    @app_commands.command(description="No longer hear a source that this server added")
    @app_commands.describe(source="The source; begin to type its name")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.autocomplete(source=suggest_own)
    async def remove(
        self, interaction: Interaction, source: app_commands.Range[str, 1, ADDRESS_LIMIT]
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        await reply(interaction, await remove(interaction, source))

    @app_commands.command(
        description="Read a feed once, and see what I make of its newest articles"
    )
    @app_commands.describe(address="The address of a feed, or of a page that has one")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.checks.cooldown(5, 60)
    async def test(
        self, interaction: Interaction, address: app_commands.Range[str, 1, ADDRESS_LIMIT]
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        services = interaction.client.services
        match await services.sourcing.trial(address):
            case Trial() as trial:
                await reply(interaction, _tried(services.words, trial))
            case failure:
                text = services.words(
                    "sources.unread", reason=explain_failure(services.words, failure)
                )
                await reply(interaction, Answer(text))


async def add(interaction: Interaction, address: str) -> Answer:
    """Add a source, and say what came of it."""
    services, words = interaction.client.services, interaction.client.services.words
    guild_id, user = interaction.guild_id or 0, interaction.user.id
    match await services.sourcing.add(guild_id, address, user, services.clock()):
        case Added(source):
            services.polling.wake()
            return Answer(words("sources.added", name=_name(source)))
        case AlreadyHeard(source):
            return Answer(words("sources.already", name=_name(source)))
        case SeveralFeeds(feeds):
            return _which(words, tuple((feed.title, feed.url) for feed in feeds))
        case TooMany(limit):
            return Answer(words("sources.too_many", limit=limit))
        case FetchFailed() | ParseFailed() as failure:
            return Answer(words("sources.unread", reason=explain_failure(words, failure)))
        case other:
            assert_never(other)


async def remove(interaction: Interaction, source: str) -> Answer:
    """Remove a source by its id or its name, and say what came of it."""
    services = interaction.client.services
    guild_id = interaction.guild_id or 0
    heard = await services.sourcing.list_for(guild_id)
    named = [s for s in heard if source in {str(s.id), s.name, s.url}]
    if not named:
        return Answer(services.words("sources.not_heard", typed=escape(source, NAME_LIMIT)))
    name = _name(named[0])
    if not await services.sourcing.remove(guild_id, named[0].id):
        return Answer(services.words("sources.shared_stays", name=name))
    return Answer(services.words("sources.removed", name=name))


class WhichFeed(Control, template=r"gl:feed"):
    """The menu of the feeds that a page offers."""

    for_managers = True

    async def press(self, interaction: Interaction) -> Answer:
        return await add(interaction, self.values[0])


def _which(words: Words, feeds: tuple[tuple[str, str], ...]) -> Answer:
    # An option holds no longer address; such a feed is named, to be added by its own address.
    short = [(title, url) for title, url in feeds if len(url) <= VALUE_LIMIT][:OPTION_LIMIT]
    lines = [words("sources.which")]
    lines += [f"• `{escape(url, 200)}`" for _, url in feeds if len(url) > VALUE_LIMIT][:5]
    if not short:
        return Answer("\n".join(lines))
    options = [
        discord.SelectOption(label=(title or url)[:100], value=url, description=url[:100])
        for title, url in short
    ]
    item: discord.ui.Select[Any] = discord.ui.Select(
        custom_id="gl:feed", placeholder=words("sources.which.placeholder"), options=options
    )
    return Answer("\n".join(lines), controls=(WhichFeed(item),))


def _listed(words: Words, heard: tuple[SourceRow, ...]) -> Answer:
    """The server's own sources, then those that fail, then the others: as many as fit."""
    own = [source for source in heard if not source.shared]
    failing = [source for source in heard if source.shared and source.failure]
    well = [source for source in heard if source.shared and not source.failure]
    lines = [_line(words, source) for source in (*own, *failing, *well)]
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > LIST_LIMIT:
            break
        kept.append(line)
    if len(kept) < len(lines):
        kept.append(words.count("sources.more", len(lines) - len(kept)))
    text = "\n".join(kept) or words("sources.none")
    title = words("sources.title", all=len(heard), own=len(own))
    return Answer(embed=discord.Embed(title=title, description=text, colour=ACCENT))


def _line(words: Words, source: SourceRow) -> str:
    whose = words("sources.own") if not source.shared else words(f"trust.{source.trust}")
    name = _name(source)
    if source.failure:
        return words("sources.failing", name=name, whose=whose, reason=explain_row(words, source))
    if source.succeeded is None:
        return words("sources.unasked", name=name, whose=whose)
    return words("sources.well", name=name, whose=whose, when=stamp(source.succeeded, "R"))


def _name(source: SourceRow) -> str:
    name, link = escape(source.name, NAME_LIMIT), web_link(source.url, BUTTON_LIMIT)
    return f"[{name}]({link})" if link and name else name


def _tried(words: Words, trial: Trial) -> Answer:
    lines = [_article(words, article, claims) for article, claims in trial.newest]
    embed = discord.Embed(
        title=escape(trial.title, 200) or words("sources.untitled"),
        description="\n".join((words.count("sources.entries", trial.entries), *lines))[:4000],
        colour=ACCENT,
    )
    return Answer(embed=embed)


def _article(words: Words, article: Article, claims: tuple[Claim, ...]) -> str:
    headline = escape(article.title, HEADLINE_LIMIT)
    for claim in claims:
        if claim.show is not None:
            show = escape(label(claim.show), NAME_LIMIT)
            what = words(f"event.{claim.event.label}")
            return words("sources.news", headline=headline, show=show, what=what)
    return words("sources.no_news", headline=headline)


async def setup(bot: Host) -> None:
    """Add the commands and their menu."""
    bot.add_dynamic_items(WhichFeed)
    await bot.add_cog(Sources())
