"""Put a telling into the JSON body of a Discord message: pure, bounded, harmless.

The body is a plain dictionary, never a `discord.ui.View`: discord.py keeps every view with buttons
in memory for as long as it runs. The buttons are answered by the dynamic items of the cogs, which
know them by their custom_id.

One line of plain content comes first because that is what a push notification shows (a message of
Components V2 shows none there); the embed carries the rest for whoever opens the channel.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.delivery.dates import day_stamp, in_sentence, in_words, moment_stamp
from bot.delivery.escaping import escape, plain, size
from bot.delivery.links import BUTTON_LIMIT, EMBED_LIMIT, web_link
from bot.delivery.telling import NOBODY, Mentions, Outlet, Telling
from bot.news.model import (
    Announcement,
    Certainty,
    Change,
    Event,
    Kind,
    Precision,
    Standing,
    When,
)
from bot.news.particulars import STAGES
from bot.words import Words

Payload = dict[str, object]

COLOURS: Mapping[Kind, int] = {Kind.SEASON: 0x2E9E5B, Kind.TRAILER: 0xD64545, Kind.CAST: 0x7A5CC7}
_QUIET_COLOUR = 0x8A8F98

_SHOW_LIMIT = 120
_PERSON_LIMIT = 100
_OUTLET_LIMIT = 60
_HEADLINE_LIMIT = 300
_DETAIL_LIMIT = 200
_TITLE_LIMIT = 256
_FIELD_LIMIT = 1024

_LINK_BUTTON, _PRIMARY, _SECONDARY = 5, 1, 2
_WITH_DATE = frozenset({Event.DATED, Event.MOVED})
_ORDERS = frozenset({Event.ORDERED, Event.RENEWED})
_EPISODES = " episodes"
_ALSO = 3
"""Further outlets that are named in the first line."""


def render(
    telling: Telling,
    mentions: Mentions,
    mark: str,
    words: Words,
    reply_to: int | None = None,
) -> Payload:
    """The body of POST /channels/{id}/messages for a piece of news, without its nonce.

    `mark` is the post's random id of [a-z0-9]{16}. `reply_to` is the message that this one
    confirms, corrects or withdraws; where it is gone, Discord posts without it. A confirmation
    under the news that it confirms is short.
    """
    telling = telling.presentable
    payload = message(_line(telling, words), mentions, words)
    brief = reply_to is not None and telling.announcement.change is Change.CONFIRMED
    payload["embeds"] = _brief(telling, words) if brief else [_embed(telling, words)]
    payload["components"] = buttons(mark, words, _article(telling, BUTTON_LIMIT))
    if reply_to is not None:
        payload["message_reference"] = {"message_id": str(reply_to), "fail_if_not_exists": False}
    return payload


def render_further(telling: Telling, mentions: Mentions, mark: str, words: Words) -> Payload:
    """A further part of a post: it mentions those for whom the first had no room."""
    return further(_line(telling, words, also=False), mentions, mark, words)


def further(line: str, mentions: Mentions, mark: str, words: Words) -> Payload:
    """The body of a further part, whose first says `line`."""
    line = words("post.further", line=line, mentions=_pings(mentions))
    payload = message(line, NOBODY, words)
    payload["allowed_mentions"] = _allowed(mentions)
    payload["components"] = buttons(mark, words)
    return payload


def render_plain_fallback(telling: Telling, mentions: Mentions, mark: str, words: Words) -> Payload:
    """The same news in our own words alone: no headline, link or image that could be refused.

    For a payload that Discord, AutoMod or its link filter will not take. The mark stays, so that
    the message can still be found.
    """
    payload = message(_line(telling, words), mentions, words)
    payload["components"] = buttons(mark, words)
    return payload


def render_sample(words: Words) -> Payload:
    """The body of a test post. It says that it is one, mentions nobody and has no buttons."""
    payload = message(words("post.sample"), NOBODY, words)
    payload["embeds"] = [
        {
            "title": words("post.sample.show"),
            "description": words("post.sample.body"),
            "color": COLOURS[Kind.SEASON],
            "footer": {"text": words("post.sample.footer")},
        }
    ]
    return payload


def sentence(telling: Telling, words: Words) -> str:
    """What happened, as one sentence of markdown: certainty or correction first."""
    news, key = telling.announcement, telling.announcement.key
    name = f"post.{key.event.label}"
    if key.event is Event.PRODUCTION and key.subject in STAGES:
        name = f"{name}.{key.subject}"
    fields: dict[str, object] = {"show": f"**{escape(telling.show.title, _SHOW_LIMIT)}**"}
    if key.season is not None:
        name, fields["season"] = f"{name}.season", key.season
    when = _when(telling)
    if key.event in _WITH_DATE and when is not None:
        name, fields["when"] = f"{name}.when", in_sentence(when, words)
    if news.kind is Kind.CAST and key.subject:
        name, fields["who"] = f"{name}.who", escape(key.subject, _PERSON_LIMIT)
    said = words(name, **fields)
    lead = _lead(telling)
    said = words(f"post.lead.{lead}", sentence=said) if lead else said
    if telling.standing is Standing.STANDS:
        return said
    return words(f"post.standing.{telling.standing}", sentence=said)


def _lead(telling: Telling) -> str:
    news = telling.announcement
    match news.change:
        case Change.TOMORROW | Change.TODAY:
            return (
                news.change if news.certainty is Certainty.CONFIRMED else f"{news.change}.reported"
            )
        case Change.WITHDRAWN:
            return "saved" if news.key.event in _ORDERS else "reversed"
        case Change.CONFIRMED:
            return "confirmed"
        case _ if news.certainty is not Certainty.CONFIRMED:
            return news.certainty
        case Change.CHANGED if news.key.event is not Event.MOVED and news.before:
            return "exact" if _is_more_exact(news.value, news.before) else "changed"
        case _:
            return ""


def _is_more_exact(value: str, before: str) -> bool:
    """Whether a date lies within the window that was told."""
    new, old = When.parse(value), When.parse(before)
    return new is not None and old is not None and old.holds(new)


def _line(telling: Telling, words: Words, *, also: bool = True) -> str:
    said = sentence(telling, words)
    outlets = telling.presentable.outlets
    names = [name for each in outlets if (name := escape(each.name, _OUTLET_LIMIT))]
    if not names:
        return said
    line = words("post.line", sentence=said, outlet=names[0])
    if not also or len(names) == 1:
        return line
    named, more = names[1 : 1 + _ALSO], len(names) - 1 - _ALSO
    if more > 0:
        named.append(words.count("post.sources.more", more))
    return words("post.line.also", line=line, outlets=", ".join(named))


def message(line: str, mentions: Mentions, words: Words) -> Payload:
    """A body with one line of content that pings exactly `mentions`."""
    if mentions:
        line = words("post.line.mentions", line=line, mentions=_pings(mentions))
    return {"content": line, "allowed_mentions": _allowed(mentions)}


def _pings(mentions: Mentions) -> str:
    roles = [f"<@&{role}>" for role in mentions.roles]
    return " ".join(roles + [f"<@{user}>" for user in mentions.users])


def _allowed(mentions: Mentions) -> Payload:
    return {
        "parse": [],
        "users": [str(user) for user in mentions.users],
        "roles": [str(role) for role in mentions.roles],
        "replied_user": False,
    }


def _embed(telling: Telling, words: Words) -> Payload:
    news = telling.announcement
    withdrawn = telling.standing is not Standing.STANDS
    embed: Payload = {
        "title": _title(telling, words),
        "description": _description(telling, words),
        "color": _QUIET_COLOUR if withdrawn else COLOURS[news.kind],
        "fields": [] if telling.standing is Standing.STRUCK else _fields(telling, words),
        "footer": {"text": words(_footer(news))},
        "timestamp": _at(telling).isoformat(),
    }
    if (link := _article(telling)) is not None:
        embed["url"] = link
    if (image := web_link(telling.image)) is not None and not withdrawn:
        embed["image"] = {"url": image}
    return embed


def _brief(telling: Telling, words: Words) -> list[Payload]:
    """What a confirmation adds to the news above it: who says so. Nothing where nobody does."""
    name = words.count("post.sources", len(telling.outlets))
    sources = _field(name, _sources(telling.outlets, words), inline=False)
    colour = COLOURS[telling.announcement.kind]
    if telling.standing is not Standing.STANDS:
        colour = _QUIET_COLOUR
    return [{"color": colour, "fields": [sources]}] if sources["value"] else []


def _footer(news: Announcement) -> str:
    return "post.footer.reminder" if news.change.is_reminder else f"post.footer.{news.kind}"


def _at(telling: Telling) -> datetime:
    """When it was said; a reminder is said now, however old the article is that has the date."""
    news = telling.announcement
    return news.at if news.change.is_reminder else telling.published or news.at


def _title(telling: Telling, words: Words) -> str:
    title = escape(telling.show.title, _SHOW_LIMIT)
    season = telling.announcement.key.season
    if season is None:
        return title
    return words("post.title.season", show=title, season=season)[:_TITLE_LIMIT]


def _description(telling: Telling, words: Words) -> str:
    said = sentence(telling, words)
    if telling.announcement.change.is_reminder:
        return said  # the headline is of the day on which the date was news
    headline = escape(telling.headline, _HEADLINE_LIMIT)
    return f"{said}\n> {headline}" if headline else said


def _fields(telling: Telling, words: Words) -> list[Payload]:
    news = telling.announcement
    stands = telling.standing is Standing.STANDS
    sure = news.certainty.value if stands else "withdrawn"
    fields = [_field(words("post.certainty"), words(f"post.certainty.{sure}"))]
    when = _when(telling)
    if when is not None:
        fields.append(_field(words("post.when"), _when_field(when, telling.instant, words)))
    elif news.value:
        detail = escape(news.value, _DETAIL_LIMIT)
        sort = "episodes" if news.value.endswith(_EPISODES) else news.kind
        fields.append(_field(words(f"post.detail.{sort}"), detail))
    if news.before:
        fields.append(_field(words("post.before"), _before(news.before, words)))
    sources = _sources(telling.outlets, words)
    if sources:
        name = words.count("post.sources", len(telling.outlets))
        fields.append(_field(name, sources, inline=False))
    return [field for field in fields if field["value"]]


def _field(name: str, value: str, *, inline: bool = True) -> Payload:
    return {"name": name, "value": value, "inline": inline}


def _when(telling: Telling) -> When | None:
    return telling.when or When.parse(telling.announcement.value)


def _when_field(when: When, instant: datetime | None, words: Words) -> str:
    if instant is not None:
        return moment_stamp(instant)
    if when.precision is Precision.DAY:
        return day_stamp(when.start)
    return in_words(when, words)


def _before(text: str, words: Words) -> str:
    when = When.parse(text)
    return escape(text, _DETAIL_LIMIT) if when is None else in_words(when, words)


def _sources(outlets: tuple[Outlet, ...], words: Words) -> str:
    """The outlets with their links, as many as fit into a field, and how many more there are."""
    names = [shown for outlet in outlets if (shown := _source(outlet))]
    room = _FIELD_LIMIT - size(words.count("post.sources.more", len(names))) - 3
    kept: list[str] = []
    for name in names:
        room -= size(name) + 3
        if room < 0:
            break
        kept.append(name)
    if len(kept) < len(names):
        kept.append(words.count("post.sources.more", len(names) - len(kept)))
    return " · ".join(kept)


def _source(outlet: Outlet) -> str:
    name = escape(outlet.name, _OUTLET_LIMIT)
    link = web_link(outlet.link, BUTTON_LIMIT)
    return f"[{name}]({link})" if name and link else name


def _article(telling: Telling, limit: int = EMBED_LIMIT) -> str | None:
    return web_link(telling.outlets[0].link, limit) if telling.outlets else None


def buttons(
    mark: str, words: Words, article: str | None = None, *, is_news: bool = True
) -> list[Payload]:
    """The row under a post: open the article where there is a link, subscribe me, mute, not right?

    What is no news (the card of a forum's post) is never wrong news.
    """
    row = [_follow(mark, words), _mute(mark, words)]
    if is_news:
        row.append(_button(_SECONDARY, words("post.button.wrong"), f"gl:wrong:{mark}"))
    if article is not None:
        label = plain(words("post.button.open"), 80)
        row.insert(0, {"type": 2, "style": _LINK_BUTTON, "label": label, "url": article})
    return [{"type": 1, "components": row}]


def action_row(named: Iterable[tuple[str, str]]) -> list[Payload]:
    """A row of buttons by their labels and custom_ids; nothing where there is none."""
    row = [_button(_SECONDARY, label, custom_id) for label, custom_id in named]
    return [{"type": 1, "components": row}] if row else []


def _follow(mark: str, words: Words) -> Payload:
    return _button(_PRIMARY, words("post.button.follow"), f"gl:follow:{mark}")


def _mute(mark: str, words: Words) -> Payload:
    return _button(_SECONDARY, words("post.button.mute"), f"gl:mute:{mark}")


def _button(style: int, label: str, custom_id: str) -> Payload:
    return {"type": 2, "style": style, "label": plain(label, 80), "custom_id": custom_id}
