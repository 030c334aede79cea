"""Errors reach the person who asked, in one sentence, and the log with the same reference."""

import logging
import re

import pytest
from discord import app_commands
from sqlalchemy.exc import OperationalError

from cogs.errors import explain
from tests.discord_env import HARBOR, WORDS, World


async def broken(*_: object, **__: object) -> None:
    raise RuntimeError("a bug with a secret in it")


async def unusable(*_: object, **__: object) -> None:
    raise OperationalError("UPDATE", {}, Exception("attempt to write a readonly database"))


@pytest.mark.parametrize(
    ("failing", "words"),
    [(broken, "Something went wrong on my side"), (unusable, "My database cannot be used")],
)
async def test_an_unexpected_error_has_a_reference_that_the_log_has_too(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failing: object,
    words: str,
) -> None:
    monkeypatch.setattr(type(world.services.subscribing), "subscribe", failing)

    with caplog.at_level(logging.ERROR, "cogs.errors"):
        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

    text = result.response.content
    assert words in text
    assert "secret" not in text
    [reference] = re.findall(r"`([0-9a-f]{8})`", text)
    assert caplog.records[-1].__dict__["reference"] == reference
    assert world.env.errors


async def test_an_error_behind_a_button_is_told_too(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.tell(HARBOR)
    monkeypatch.setattr(type(world.services.subscribing), "marked", broken)

    result = await world.member.click(world.news.history()[-1], label="Subscribe me")

    assert "Something went wrong on my side" in result.response.content
    assert caplog.records[-1].__dict__["command"].startswith("gl:follow:")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (app_commands.NoPrivateMessage(), "only in a server"),
        (app_commands.CommandNotFound("old", []), "reload Discord"),
        (app_commands.CheckFailure(), "not allowed here"),
        (
            app_commands.CommandOnCooldown(app_commands.Cooldown(1, 60), 12.3),
            "try again in 12 seconds",
        ),
        (app_commands.MissingPermissions(["manage_webhooks"]), "**Manage Webhooks**"),
    ],
)
def test_everyday_errors_have_their_own_words(error: Exception, words: str) -> None:
    assert words in (explain(WORDS, error) or "")


@pytest.mark.parametrize(
    ("status", "code", "logged"),
    [(404, 10062, "interaction was over"), (500, 0, "could not be told")],
)
async def test_an_answer_that_cannot_be_given_is_only_logged(
    world: World, caplog: pytest.LogCaptureFixture, status: int, code: int, logged: str
) -> None:
    world.env.inject_error("POST", "/interactions/*", status=status, code=code, times=None)

    result = await world.member.slash(world.general, "help")

    assert not result.acknowledged
    assert logged in caplog.text
    assert world.env.errors
