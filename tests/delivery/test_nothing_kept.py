"""Messages with buttons leave nothing behind: the cause of what bench_views measures."""

import gc
import secrets
from random import Random

import discord
import pytest

from bot.delivery.marks import new_mark
from bot.delivery.outcomes import Sent
from bot.delivery.rendering import render
from bot.delivery.telling import NOBODY
from bot.delivery.wire import Call
from bot.words import Words
from tests.delivery.conftest import NEWS, Line
from tests.delivery.test_rendering import telling

MESSAGES = 40


@pytest.fixture
def rate() -> float:
    return 10_000.0


def alive(*kinds: type) -> int:
    gc.collect()
    return sum(isinstance(each, kinds) for each in gc.get_objects())


async def test_discord_py_keeps_no_view_of_our_posts_and_we_keep_no_call(
    line: Line, words: Words
) -> None:
    line.standin.limits.bucket_limit = 10_000
    line.standin.limits.global_window.limit = 10_000
    before = alive(discord.ui.View, discord.ui.Item, discord.Message, Call)
    for number in range(MESSAGES):
        mark = new_mark(Random(number))
        payload = render(telling(season=number), NOBODY, mark, words)
        assert isinstance(await line.sender.post(NEWS, payload, secrets.token_hex(8), mark), Sent)

    kept = line.client._connection._view_store
    assert not kept._views
    assert not kept._synced_message_views
    assert line.sender.resting <= 1  # the last one, as far as discord.py still reads it
    # A call is let go once its task has ended, which may be the turn after it was answered.
    assert alive(discord.ui.View, discord.ui.Item, discord.Message, Call) <= before + 1
