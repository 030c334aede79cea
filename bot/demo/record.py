"""What stands in the channels of the demo: as text for people, as JSON for programs."""

import json
from dataclasses import dataclass

import discord

from bot.delivery.telling import Telling
from bot.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of the bot's: where it stands, and what it tells, if it is a post."""

    channel: str
    message: discord.Message
    telling: Telling | None


async def standing(stage: Stage) -> tuple[Standing, ...]:
    """Every message that the bot posted, channel by channel, the oldest first."""
    found = [
        (name, message)
        for name, channel in stage.channels().items()
        for message in channel.history()
        if message.author.bot and not message.flags.ephemeral
    ]
    carried = await stage.greenlit.services.delivering.carried_by([m.id for _, m in found])
    return tuple(Standing(name, message, carried.get(message.id)) for name, message in found)


def as_json(row: Standing, telling: Telling) -> str:
    """A post as one JSON object: channel, content, embed, and the announcement that it tells."""
    embeds = row.message.embeds
    record = {
        "channel": row.channel,
        "content": row.message.content,
        "embed": embeds[0].to_dict() if embeds else {},
        "announcement": _announcement(telling),
    }
    return json.dumps(record, ensure_ascii=False, default=str)


def as_text(row: Standing) -> str:
    """A message as somebody without a picture would read it."""
    lines = [row.message.content]
    for embed in row.message.embeds:
        lines += [f"  {embed.title}" if embed.title else "", *_indented(embed.description)]
        lines += [f"  {field.name}: {_one_line(field.value)}" for field in embed.fields]
    labels = [
        f"[{button.label}]"
        for row_of in row.message.components
        for button in getattr(row_of, "children", ())
        if isinstance(button, discord.Button)
    ]
    lines.append(f"  {' '.join(labels)}" if labels else "")
    return "\n".join(line for line in lines if line)


def _announcement(telling: Telling) -> dict[str, object]:
    announcement = telling.announcement
    return {
        "show": telling.show.title,
        "season": announcement.key.season,
        "kind": announcement.kind,
        "event": announcement.key.event.label,
        "certainty": announcement.certainty,
        "sources": [outlet.link for outlet in telling.outlets if outlet.link],
    }


def _indented(text: str | None) -> list[str]:
    return [f"  {line}" for line in (text or "").splitlines()]


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
