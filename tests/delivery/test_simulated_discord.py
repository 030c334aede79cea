"""The sender without its trace, in a simulated Discord: the same outcomes from exceptions."""

from time import monotonic

import discord
import pytest
from discord.ext import commands
from simcord.env import Env

from bot.delivery.outcomes import Failed, Failure, Held, Hold, Sent, Uncertain, Wait
from bot.delivery.pacing import RATE, Pacer
from bot.delivery.rendering import render
from bot.delivery.sending import ClientRest, DmOpened, Sender
from bot.delivery.telling import Mentions
from bot.words import Words
from tests.delivery.test_rendering import MARK, telling

MESSAGES = "/channels/*/messages"


@pytest.fixture
def simcord_bot() -> commands.Bot:
    return commands.Bot(commands.when_mentioned, intents=discord.Intents(guilds=True))


@pytest.fixture
def simulated(simcord_bot: commands.Bot, simcord_env: Env) -> tuple[Env, Sender]:
    return simcord_env, Sender(ClientRest(simcord_bot), Pacer(RATE, monotonic))


async def test_a_post_arrives_with_its_words_embed_and_buttons(
    simulated: tuple[Env, Sender], words: Words
) -> None:
    env, sender = simulated
    guild = env.create_guild()
    channel = guild.create_text_channel("tv-news")
    member = guild.add_member(env.create_user("ada"))
    payload = render(telling(), Mentions((member.id,)), MARK, words)

    outcome = await sender.post(channel.id, payload, "n1", MARK)

    assert isinstance(outcome, Sent)
    message = channel.last_message
    assert message.id == outcome.message_id
    assert message.content == payload["content"]
    assert message.embeds[0].title == "Quiet Harbour · Season 4"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, 50001, Held(Hold.MISSING_ACCESS, 50001)),
        (404, 10003, Held(Hold.CHANNEL_GONE, 10003)),
        (400, 424242, Failed(Failure.UNKNOWN, 424242, "error")),
    ],
)
async def test_refusals_are_read_from_the_librarys_exceptions(
    simulated: tuple[Env, Sender], status: int, code: int, outcome: Held | Failed
) -> None:
    env, sender = simulated
    channel = env.create_guild().create_text_channel("tv-news")
    env.inject_error("POST", MESSAGES, status=status, code=code, message="error")

    assert await sender.post(channel.id, {"content": "news"}, "n1", "") == outcome


async def test_trouble_is_uncertain_there_too(simulated: tuple[Env, Sender]) -> None:
    env, sender = simulated
    channel = env.create_guild().create_text_channel("tv-news")
    env.inject_error("POST", MESSAGES, status=503, code=0)

    assert isinstance(await sender.post(channel.id, {"content": "news"}, "n1", ""), Uncertain)


async def test_a_direct_message_can_be_opened(simulated: tuple[Env, Sender]) -> None:
    env, sender = simulated
    guild = env.create_guild()
    member = guild.add_member(env.create_user("ada"))

    opened = await sender.open_dm(member.id)

    assert isinstance(opened, DmOpened)
    assert not isinstance(await sender.post(opened.channel_id, {"content": "hi"}, "n", ""), Wait)
