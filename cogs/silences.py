"""Why it is silent: every reason for which a server's news may not come, with its remedy."""

from collections.abc import Iterator
from datetime import datetime

import discord

from bot.delivery.dates import stamp
from bot.delivery.escaping import escape
from bot.news.routing import Target
from bot.services.status import StatusReport
from bot.storage.guilds import GuildSettings
from bot.storage.history import Tally
from bot.storage.outbox import State
from bot.words import Words
from cogs.answers import Answer, board
from cogs.permissions import trouble
from cogs.sources import explain_row

NAMED = 5  # shows or sources named in one line
NAME_LIMIT = 60
TEXT_LIMIT = 3500  # bytes: Discord fails on panels of more than 10,170, and takes 4,000 characters


def status_answer(
    words: Words,
    guild: discord.Guild | None,
    report: StatusReport,
    settings: GuildSettings,
    own: str = "",
) -> Answer:
    """How things stand: the last poll, the last post, and each silence with its reason.

    `own` is what keeps direct messages from the asker.
    """
    read, post = _when(words, report.last_read), _when(words, report.last_post)
    failing = len(report.failing)
    counts = words("status.counts", read=read, post=post, all=report.sources, failing=failing)
    reasons = [own] if own else []
    reasons += _reasons(words, guild, report, settings)
    reasons = reasons or [words("status.nothing_new")]
    room, kept = TEXT_LIMIT, []
    for reason in dict.fromkeys(reasons):
        line = words("status.reason", reason=reason)
        room -= len(line.encode()) + 1
        if room >= 0:
            kept.append(line)
    return board(words("status.title"), counts, "\n".join(kept))


def _when(words: Words, moment: datetime | None) -> str:
    return stamp(moment, "R") if moment else words("status.never")


def _reasons(
    words: Words, guild: discord.Guild | None, report: StatusReport, settings: GuildSettings
) -> Iterator[str]:
    if not report.followed:
        yield words("subscriptions.none")
    if settings.routes.news_channel is None:
        yield words("settings.no_news_channel")
    yield from _channels(words, guild, report, settings)
    yield from (notice.text for notice in report.notices)
    yield from (_tally(words, tally) for tally in report.tallies)
    if report.muted:
        titles = [followed.show.title for followed in report.muted]
        yield words.count("status.muted", len(titles), shows=_names(words, titles))
    if report.below_certainty:
        yield words.count("status.below_certainty", report.below_certainty)
    if report.last_read is None:
        yield words("status.not_read_yet")
    yield from _failing(words, report)


def _channels(
    words: Words, guild: discord.Guild | None, report: StatusReport, settings: GuildSettings
) -> Iterator[str]:
    """What stands in the way in each channel to which news goes."""
    routes = settings.routes
    chosen = [routes.news_channel, *routes.kind_channels.values()]
    chosen += [
        f.subscription.target_id
        for f in report.followed
        if f.subscription.target is Target.CHANNEL and not f.subscription.muted
    ]
    for channel in dict.fromkeys(chosen):
        if channel is not None and (lacking := trouble(words, guild, channel)):
            yield lacking


def _tally(words: Words, tally: Tally) -> str:
    channel = f"<#{tally.channel_id}>"
    match tally.state:
        case State.HELD:
            held = f"notice.held.{tally.reason}"
            why = words(held, channel=channel) if held in words else tally.reason
            return words.count("status.held", tally.count, channel=channel, why=why)
        case State.PENDING | State.SENDING:
            return words.count("status.waiting", tally.count, channel=channel)
        case State.UNKNOWN:
            return words.count("status.unknown", tally.count, channel=channel)
        case _:
            key = f"status.failed.{tally.reason}"
            why = words(key) if key in words else words("status.failed.other", reason=tally.reason)
            return words.count("status.failed", tally.count, channel=channel, why=why)


def _failing(words: Words, report: StatusReport) -> Iterator[str]:
    for source in report.failing[:NAMED]:
        name = escape(source.name, NAME_LIMIT)
        yield words("status.failing", name=name, reason=explain_row(words, source))
    if len(report.failing) > NAMED:
        yield words.count("sources.more_failing", len(report.failing) - NAMED)


def _names(words: Words, titles: list[str]) -> str:
    shown = ", ".join(f"**{escape(title, NAME_LIMIT)}**" for title in titles[:NAMED])
    more = len(titles) - NAMED
    return words.count("status.more", more, shown=shown) if more > 0 else shown
