"""Not right?: under every post. A member says what is wrong with it, an admin decides.

Words are seen by nobody but who says them; admins see how many there are.
"""

from collections.abc import Mapping, Sequence

import discord

from bot.delivery.escaping import plain
from bot.delivery.rendering import sentence
from bot.services.judging import Doubtable, Post, tally
from bot.storage.reports import Open, What
from bot.storage.strikes import How
from bot.words import Words
from cogs.answers import Answer
from cogs.controls import OPTION_LIMIT, Control, button, is_manager, require_manager_of
from cogs.host import Host, Interaction
from cogs.posts import MARK

NUMBER = r"(?P<number>\d{1,18})"
WHATS, HOWS = "|".join(What), "|".join(How)
LABEL_LIMIT = 100


class Wrong(Control, template=rf"gl:wrong:{MARK}"):
    """Not right?: asks what is wrong; under a list first of which news."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        services, mark = interaction.client.services, self.args["mark"]
        post = await services.judging.post(mark)
        if post is None:
            return Answer(services.words("wrong.forgotten"))
        if len(post.items) > 1:
            menu = WhichWrong.of(services.words, mark, post.items)
            return Answer(services.words("wrong.which"), controls=(menu,))
        return await _ask(interaction, mark, post, post.items[0])


class WhichWrong(Control, template=rf"gl:wrong-of:{MARK}"):
    """The menu of a post's news, of which one is not right."""

    @classmethod
    def of(cls, words: Words, mark: str, items: tuple[Doubtable, ...]) -> "WhichWrong":
        """The menu of what a list tells."""
        item: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"gl:wrong-of:{mark}",
            placeholder=words("wrong.which.placeholder"),
            options=[
                discord.SelectOption(label=_label(each, words), value=str(each.id))
                for each in items[:OPTION_LIMIT]
            ],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        services, mark = interaction.client.services, self.args["mark"]
        named = await _named(interaction, {"mark": mark, "number": self.values[0]})
        if named is None:
            return Answer(services.words("wrong.forgotten"))
        return await _ask(interaction, mark, *named)


class Say(Control, template=rf"gl:say:(?P<what>{WHATS}):{MARK}:{NUMBER}"):
    """What is wrong with it, in one of three words. An admin is asked what shall become of it."""

    async def press(self, interaction: Interaction) -> Answer:
        services, what = interaction.client.services, What(self.args["what"])
        named = await _named(interaction, self.args)
        if named is None:
            return Answer(services.words("wrong.forgotten"))
        post, item = named
        guild_id = _home(interaction, post)
        user_id, now = interaction.user.id, services.clock()
        await services.judging.say(item.id, guild_id, user_id, what, now)
        said = services.words(f"wrong.what.{what}")
        if _may_decide(interaction, post) and item.strike is None:
            controls = _decisions(services.words, what, self.args["mark"], item)
            return Answer(services.words("wrong.decide", what=said), controls=controls)
        key = "wrong.noted.server" if guild_id else "wrong.noted"
        return Answer(services.words(key, what=said))


class Decide(Control, template=rf"gl:decide:(?P<how>{HOWS}):(?P<what>{WHATS}):{MARK}:{NUMBER}"):
    """Strike the post through in this server, or delete it. It wants Manage Server."""

    for_managers = True

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        named = await _named(interaction, self.args)
        if named is None or not _may_decide(interaction, named[0]):
            return Answer(services.words("wrong.forgotten"))
        post, item = named
        what, how = What(self.args["what"]), How(self.args["how"])
        user_id, now = interaction.user.id, services.clock()
        await services.judging.strike(item.id, post.guild_id, what, how, user_id, now)
        undo = _undo(services.words, self.args["mark"], item)
        return Answer(_decided(services.words, what, how), controls=(undo,))


class Lift(Control, template=rf"gl:lift:{MARK}:{NUMBER}"):
    """Take a strike back."""

    for_managers = True

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        named = await _named(interaction, self.args)
        if named is None or not _may_decide(interaction, named[0]):
            return Answer(services.words("wrong.forgotten"))
        post, item = named
        await services.judging.lift(item.id, post.guild_id, services.clock())
        gone = item.strike is not None and item.strike.how is How.DELETE
        return Answer(services.words("wrong.lifted.deleted" if gone else "wrong.lifted"))


class Accept(Control, template=rf"gl:accept:{NUMBER}"):
    """Accept what members say: the post is struck through."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        doubted = await _open(interaction, int(self.args["number"]))
        if doubted is None:
            return Answer(services.words("mending.over"))
        what, by, now = doubted.mostly, interaction.user.id, services.clock()
        await services.judging.strike(
            doubted.announcement_id, doubted.guild_id, what, How.STRIKE, by, now
        )
        return Answer(_decided(services.words, what, How.STRIKE))


class Dismiss(Control, template=rf"gl:dismiss:{NUMBER}"):
    """Dismiss what members say: the post stands."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        doubted = await _open(interaction, int(self.args["number"]))
        if doubted is None:
            return Answer(services.words("mending.over"))
        await services.judging.dismiss(doubted)
        return Answer(services.words("wrong.dismissed"))


class Judge(Control, template=r"gl:judge"):
    """The menu in `/status` of what members say is not right."""

    fresh = True
    for_managers = True

    @classmethod
    def of(cls, words: Words, doubted: Sequence[tuple[Open, str]]) -> "Judge":
        """The menu of what is undecided, each with what it tells."""
        item: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id="gl:judge",
            placeholder=words("wrong.judge"),
            options=[
                discord.SelectOption(
                    label=_bare(said), value=str(each.id), description=tally(each, words)[:100]
                )
                for each, said in doubted[:OPTION_LIMIT]
            ],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        number = int(self.values[0])
        doubted = await _open(interaction, number)
        if doubted is None:
            return Answer(services.words("mending.over"))
        words = services.words
        text = words("wrong.members", words=tally(doubted, words))
        accept = Accept(button(words("notice.button.accept"), f"gl:accept:{number}"))
        dismiss = Dismiss(button(words("notice.button.dismiss"), f"gl:dismiss:{number}"))
        return Answer(text, controls=(accept, dismiss))


async def _ask(interaction: Interaction, mark: str, post: Post, item: Doubtable) -> Answer:
    """What is wrong with it? Whoever said so before is reminded, and may say otherwise."""
    services, words = interaction.client.services, interaction.client.services.words
    if item.strike is not None:
        undo = (_undo(words, mark, item),) if _may_decide(interaction, post) else ()
        return Answer(words("wrong.struck"), controls=undo)
    guild_id = _home(interaction, post)
    before = await services.judging.said(item.id, guild_id, interaction.user.id)
    lines = [words("wrong.ask", news=sentence(item.telling, words))]
    if before is not None:
        lines.append(words("wrong.said", what=words(f"wrong.what.{before}")))
    choices = tuple(
        Say(button(words(f"wrong.button.{what}"), f"gl:say:{what}:{mark}:{item.id}"))
        for what in What
    )
    return Answer("\n".join(lines), controls=choices)


async def _named(
    interaction: Interaction, args: Mapping[str, str]
) -> tuple[Post, Doubtable] | None:
    """The news that a control speaks of, with its post; None where the post carries it no more."""
    post = await interaction.client.services.judging.post(args["mark"])
    item = post.item(int(args["number"])) if post else None
    return (post, item) if post and item else None


async def _open(interaction: Interaction, report_id: int) -> Open | None:
    """What members say, for an admin of their server."""
    doubted = await interaction.client.services.judging.open(report_id)
    if doubted is not None:
        require_manager_of(interaction, doubted.guild_id)
    return doubted


def _home(interaction: Interaction, post: Post) -> int:
    """The server whose word it is: the post's own. A copy of it elsewhere speaks for none (0)."""
    return post.guild_id if interaction.guild_id == post.guild_id else 0


def _may_decide(interaction: Interaction, post: Post) -> bool:
    return is_manager(interaction) and interaction.guild_id == post.guild_id


def _decisions(words: Words, what: What, mark: str, item: Doubtable) -> tuple[Control, ...]:
    return tuple(
        Decide(button(words(f"wrong.button.{how}"), f"gl:decide:{how}:{what}:{mark}:{item.id}"))
        for how in How
    )


def _undo(words: Words, mark: str, item: Doubtable) -> Lift:
    return Lift(button(words("wrong.button.lift"), f"gl:lift:{mark}:{item.id}"))


def _decided(words: Words, what: What, how: How) -> str:
    """What becomes of the post now, and of what is told of it later."""
    later = "wrong.later.rumour" if what is What.RUMOUR else "wrong.later"
    return f"{words(f'wrong.done.{how}')} {words(later)}"


def _label(item: Doubtable, words: Words) -> str:
    return _bare(sentence(item.telling, words))


def _bare(said: str) -> str:
    """A sentence without markdown: a menu shows none."""
    return plain(said.replace("**", "").replace("~~", "").replace("\\", ""), LABEL_LIMIT) or "…"


async def setup(bot: Host) -> None:
    """Let the bot answer the button and all that follows."""
    bot.add_dynamic_items(Wrong, WhichWrong, Say, Decide, Lift, Accept, Dismiss, Judge)
