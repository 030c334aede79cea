"""The buttons under notices of trouble: test a channel again, settle what became of a post.

A notice stands in the admins' channel, or with the owner by direct message: whoever presses is
checked for the server that it speaks of.
"""

from discord.ext import commands

from bot.delivery.outcomes import Sent
from bot.services.mending import Mending
from bot.storage.doubts import Doubtful
from cogs.answers import Answer
from cogs.controls import Control, button, require_manager_of
from cogs.health import explain_sample
from cogs.host import Host, Interaction
from cogs.permissions import is_forum, trouble
from cogs.wishing import DM_TROUBLE, dm_trouble

NUMBER = r"(?P<number>\d{1,18})"


class Told(commands.Cog):
    """Tells members whose direct messages are refused, whichever command they use next."""

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: Interaction, _command: object) -> None:
        if DM_TROUBLE not in interaction.extras and (said := await dm_trouble(interaction)):
            await interaction.followup.send(said, ephemeral=True)


class Test(Control, template=rf"gl:test:{NUMBER}"):
    """Test again: posts a sample where news is held; where it arrives, the news follows."""

    async def press(self, interaction: Interaction) -> Answer:
        services, words = interaction.client.services, interaction.client.services.words
        place = await services.mending.channel(int(self.args["number"]))
        if place is None:
            return Answer(words("mending.over"))
        require_manager_of(interaction, place.guild_id)
        guild = interaction.client.get_guild(place.guild_id)
        lacking = trouble(words, guild, place.target_id)
        if lacking:
            return Answer(lacking, controls=(self._again(interaction),))
        if is_forum(guild, place.target_id):
            await services.delivering.recheck_destination(place.id, services.clock())
            return Answer(words("test.forum", channel=f"<#{place.target_id}>"))
        outcome = await services.mending.test(place, services.clock())
        said = explain_sample(words, outcome, place.guild_id, place.target_id)
        if isinstance(outcome, Sent):
            return Answer(words("mending.tested", said=said))
        return Answer(said, controls=(self._again(interaction),))

    def _again(self, interaction: Interaction) -> "Test":
        return Test(button(interaction.client.services.words("notice.button.test"), self.custom_id))


class Again(Control, template=rf"gl:again:{NUMBER}"):
    """Send again: the post was not there."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        post = await _doubtful(interaction, services.mending, int(self.args["number"]))
        sent = post and await services.mending.send_again(post.id, services.clock())
        if not sent:
            return Answer(services.words("mending.over"))
        key = "mending.overtaken" if sent.overtaken else "mending.again"
        return Answer(services.words(key, channel=f"<#{sent.channel_id}>"))


class There(Control, template=rf"gl:there:{NUMBER}"):
    """It is there: the post had arrived."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        post = await _doubtful(interaction, services.mending, int(self.args["number"]))
        seen = post and await services.mending.it_is_there(post.id, services.clock())
        if not seen:
            return Answer(services.words("mending.over"))
        return Answer(services.words("mending.there", channel=f"<#{seen.channel_id}>"))


async def _doubtful(interaction: Interaction, mending: Mending, post_id: int) -> Doubtful | None:
    post = await mending.doubtful(post_id)
    if post is not None:
        require_manager_of(interaction, post.guild_id)
    return post


async def setup(bot: Host) -> None:
    """Let the bot answer the buttons, and tell members of their own trouble."""
    bot.add_dynamic_items(Test, Again, There)
    await bot.add_cog(Told())
