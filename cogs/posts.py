"""The buttons under a post: Subscribe me, and Mute.

A post is plain JSON, so its buttons are known here by their custom_id alone. Its mark is looked up
in the database: they answer under posts of any age, after any restart.
"""

from collections.abc import Sequence

from bot.delivery.escaping import escape
from bot.news.model import Show
from bot.news.routing import Target
from bot.services import pressing
from bot.services.pressing import Ended, Muted
from bot.storage.subscriptions import Followed
from bot.words import Words
from cogs.answers import Answer
from cogs.choosing import show_menu
from cogs.controls import Control, button, is_manager
from cogs.following import following
from cogs.host import Host, Interaction
from cogs.wishing import TITLE_LIMIT, is_stranger, name_target

MARK = r"(?P<mark>[a-z0-9]{16})"
CHANNEL_BUTTONS = 5
FOLLOW, MUTE = "follow", "mute"


class Follow(Control, template=rf"gl:follow:{MARK}"):
    """Subscribe me: follows the post's show, or ends it."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        if is_stranger(interaction):  # a copy of the post, in a server that follows its channel
            return Answer(services.words("subscribe.not_a_member"))
        return await _of_post(interaction, self.args["mark"], FOLLOW)


class Mute(Control, template=rf"gl:mute:{MARK}"):
    """Mute: for the presser, if they follow; a manager is asked about the channel besides."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        return await _of_post(interaction, self.args["mark"], MUTE)


class WhichShow(Control, template=rf"gl:which-of:(?P<what>follow|mute):{MARK}"):
    """The menu under a button of a post that tells of several shows."""

    @classmethod
    def of(cls, words: Words, what: str, mark: str, shows: tuple[Show, ...]) -> "WhichShow":
        """The menu of a post's shows."""
        return cls(show_menu(words, f"gl:which-of:{what}:{mark}", shows))

    async def press(self, interaction: Interaction) -> Answer:
        return await _of_post(interaction, self.args["mark"], self.args["what"], self.values[0])


async def _of_post(interaction: Interaction, mark: str, what: str, key: str = "") -> Answer:
    """Follow or mute the show of a post; one of several is asked for, unless `key` names it."""
    services = interaction.client.services
    marked = await services.subscribing.marked(mark)
    shows = marked.shows if marked else ()
    chosen = [show for show in shows if key in {"", show.key}]
    match chosen:
        case []:
            return Answer(services.words("post.forgotten"))
        case [show]:
            return await (_follow if what == FOLLOW else _mute)(interaction, show)
        case _:
            menu = WhichShow.of(services.words, what, mark, tuple(chosen))
            return Answer(services.words(f"post.which.{what}"), controls=(menu,))


async def _follow(interaction: Interaction, show: Show) -> Answer:
    services = interaction.client.services
    guild_id, user_id = interaction.guild_id or 0, interaction.user.id
    came = await pressing.toggle(services.subscribing, show, guild_id, user_id, services.clock())
    if isinstance(came, Ended):
        title = escape(came.show.title, TITLE_LIMIT)
        return Answer(services.words("follow.ended", show=title))
    return following(interaction, came)


async def _mute(interaction: Interaction, show: Show) -> Answer:
    subscribing = interaction.client.services.subscribing
    guild_id, user_id = interaction.guild_id or 0, interaction.user.id
    return _muted(interaction, await pressing.mute(subscribing, show, guild_id, user_id))


class MuteChannel(Control, template=r"gl:mute-channel:(?P<id>\d+)"):
    """The confirmation: mute the show for everybody in a channel."""

    for_managers = True

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        chosen = await _chosen(interaction, self.args["id"])
        for followed in chosen:
            await services.subscribing.set_muted(followed.subscription.id, True)
        return _said(interaction, "mute.channel", chosen, (_hear(interaction, chosen),))


class Hear(Control, template=r"gl:hear:(?P<ids>\d+(?:-\d+)*)"):
    """Hear again what was muted."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        chosen = await _chosen(interaction, self.args["ids"])
        for followed in chosen:
            await services.subscribing.set_muted(followed.subscription.id, False)
        return _said(interaction, "mute.heard_again", chosen)


def _muted(interaction: Interaction, muted: Muted) -> Answer:
    words = interaction.client.services.words
    title = escape(muted.show.title, TITLE_LIMIT)
    lines = [words("mute.own" if muted.own else "mute.not_following", show=title)]
    controls: list[Control] = [_hear(interaction, muted.own)] if muted.own else []
    if is_manager(interaction) and muted.channels:
        lines.append(words("mute.ask_channel", show=title))
        for followed in muted.channels[:CHANNEL_BUTTONS]:
            text = words("button.mute_channel", channel=_channel_name(interaction, followed))
            controls.append(
                MuteChannel(button(text, f"gl:mute-channel:{followed.subscription.id}"))
            )
    return Answer("\n".join(lines), controls=tuple(controls))


def _hear(interaction: Interaction, muted: Sequence[Followed]) -> Hear:
    ids = "-".join(str(followed.subscription.id) for followed in muted)
    return Hear(button(interaction.client.services.words("button.hear"), f"gl:hear:{ids or 0}"))


def _said(
    interaction: Interaction,
    key: str,
    chosen: Sequence[Followed],
    controls: tuple[Control, ...] = (),
) -> Answer:
    words = interaction.client.services.words
    if not chosen:
        return Answer(words("subscription.gone"))
    whom = ", ".join(name_target(interaction, followed) for followed in chosen)
    show = escape(chosen[0].show.title, TITLE_LIMIT)
    return Answer(words(key, show=show, whom=whom), controls=controls)


async def _chosen(interaction: Interaction, ids: str) -> list[Followed]:
    """Those of these subscriptions that are still there and the presser's to change."""
    subscribing = interaction.client.services.subscribing
    found = [await subscribing.get(int(number)) for number in ids.split("-")]
    return [followed for followed in found if followed and _may(interaction, followed)]


def _channel_name(interaction: Interaction, followed: Followed) -> str:
    guild = interaction.guild
    place = guild.get_channel_or_thread(followed.subscription.target_id) if guild else None
    return f"#{place.name}" if place else f"#{followed.subscription.target_id}"


def _may(interaction: Interaction, followed: Followed) -> bool:
    subscription = followed.subscription
    if subscription.target is Target.CHANNEL:
        return is_manager(interaction) and subscription.guild_id == interaction.guild_id
    return subscription.target_id == interaction.user.id


async def setup(bot: Host) -> None:
    """Let the bot answer the buttons."""
    bot.add_dynamic_items(Follow, Mute, WhichShow, MuteChannel, Hear)
