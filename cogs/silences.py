"""Why it is silent: every reason for which a server's news may not come, with its remedy."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

import discord

from bot.delivery.dates import stamp
from bot.delivery.escaping import escape
from bot.delivery.rendering import sentence
from bot.delivery.telling import Telling
from bot.news.routing import Target
from bot.services.judging import tally
from bot.services.status import StatusReport
from bot.storage.guilds import GuildSettings
from bot.storage.history import Tally
from bot.storage.outbox import State
from bot.storage.reports import Open
from bot.words import Words
from cogs.answers import Answer, board
from cogs.judging import Judge
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
    doubted: Sequence[tuple[Open, Telling]] = (),
) -> Answer:
    """How things stand: the last poll, the last post, and each silence with its reason.

    `own` is what keeps direct messages from the asker, `doubted` what members say is not right, for
    an admin to decide.
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
    told = [(each, sentence(telling, words)) for each, telling in doubted]
    return board(
        words("status.title"),
        counts,
        "\n".join(kept),
        _doubts(words, told),
        [Judge.of(words, told)] if told else "",
    )


def _doubts(words: Words, told: Sequence[tuple[Open, str]]) -> str:
    """What members say is not right, as far as it is named."""
    if not told:
        return ""
    lines = [words("status.report", news=news, words=tally(each, words)) for each, news in told]
    return "\n".join((words("status.reports"), *lines[:NAMED]))


def _when(words: Words, moment: datetime | None) -> str:
    return stamp(moment, "R") if moment else words("status.never")


def _reasons(
    words: Words, guild: discord.Guild | None, report: StatusReport, settings: GuildSettings
) -> Iterator[str]:
    if not report.followed:
        yield words("subscriptions.none")
    if settings.routes.news_channel is None:
        yield words("settings.no_news_channel")
    troubled = dict(_channels(words, guild, report, settings))
    yield from troubled.values()
    # What is wrong with a channel is said once, as it is now.
    said = [f"<#{channel}>" for channel in troubled]
    yield from (n.text for n in report.notices if not any(channel in n.text for channel in said))
    yield from (_tally(words, t) for t in report.tallies if not _waits(t, troubled))
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
) -> Iterator[tuple[int, str]]:
    """Each channel in whose way something stands, with the remedy and how many posts wait."""
    held = {tally.channel_id: tally.reason for tally in report.tallies if tally.state is State.HELD}
    for channel in dict.fromkeys((*_destinations(report, settings), *held)):
        why = trouble(words, guild, channel)
        if not why and channel in held:
            key = f"notice.held.{held[channel]}"
            where = f"<#{channel}>"
            why = words(key if key in words else "status.held.unknown", channel=where)
        if why:
            waiting = sum(t.count for t in report.tallies if _waits(t, {channel}))
            yield channel, words.count("status.held", waiting, why=why) if waiting else why


def _destinations(report: StatusReport, settings: GuildSettings) -> Iterator[int]:
    """The channels to which news goes."""
    chosen = (settings.routes.news_channel, *settings.routes.kind_channels.values())
    yield from (channel for channel in chosen if channel is not None)
    for subscription in (followed.subscription for followed in report.followed):
        if subscription.target is Target.CHANNEL and not subscription.muted:
            yield subscription.target_id


def _waits(tally: Tally, channels: Container[int]) -> bool:
    """Whether posts wait for one of these channels to be mended."""
    waiting = tally.state in {State.HELD, State.PENDING, State.SENDING}
    return waiting and tally.channel_id in channels


def _tally(words: Words, tally: Tally) -> str:
    channel = f"<#{tally.channel_id}>"
    match tally.state:
        case State.FAILED:
            key = f"status.failed.{tally.reason}"
            why = words(key) if key in words else words("status.failed.other", reason=tally.reason)
            return words.count("status.failed", tally.count, channel=channel, why=why)
        case State.UNKNOWN:
            return words.count("status.unknown", tally.count, channel=channel)
        case _:
            return words.count("status.waiting", tally.count, channel=channel)


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
