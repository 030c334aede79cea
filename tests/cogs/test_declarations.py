"""What Discord is told of the commands: limits, contexts, permissions, and only when it changed."""

from collections.abc import Iterator
from typing import Any

from bot.client import GreenlitBot
from bot.services.syncing import SyncedCommands
from tests.discord_env import World

ADMINS = {"settings", "role", "sources", "test"}
IN_DIRECT_MESSAGES = {
    "subscribe",
    "unsubscribe",
    "subscriptions",
    "show",
    "news",
    "upcoming",
    "help",
}
MANAGE_GUILD = 32


def declared(world: World) -> dict[str, dict[str, Any]]:
    bot = world.env.bot
    assert isinstance(bot, GreenlitBot)
    tree = bot.tree
    return {command.name: command.to_dict(tree) for command in tree.get_commands()}


def texts(node: dict[str, Any]) -> Iterator[str]:
    yield node["name"]
    yield node["description"]
    for choice in node.get("choices") or ():
        yield choice["name"]
        yield str(choice["value"])
    for option in node.get("options") or ():
        yield from texts(option)


def leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for option in node.get("options") or ():
        yield from leaves(option)


async def test_the_commands_of_the_bot(world: World) -> None:
    assert set(declared(world)) == ADMINS | IN_DIRECT_MESSAGES | {"status"}


async def test_admin_commands_want_manage_server_in_their_declaration(world: World) -> None:
    for name, command in declared(world).items():
        wanted = MANAGE_GUILD if name in ADMINS else None
        assert command["default_member_permissions"] == wanted, name


async def test_contexts_and_installs(world: World) -> None:
    for name, command in declared(world).items():
        assert command["contexts"] == ([0, 1] if name in IN_DIRECT_MESSAGES else [0]), name
        assert command["integration_types"] == [0], name


async def test_declarations_keep_discords_limits(world: World) -> None:
    for command in declared(world).values():
        assert sum(len(text) for text in texts(command)) <= 8000
        for node in leaves(command):
            assert 1 <= len(node["name"]) <= 32
            assert 1 <= len(node["description"]) <= 100
            assert len(node.get("choices") or ()) <= 25
            assert all(len(choice["name"]) <= 100 for choice in node.get("choices") or ())


async def test_every_option_says_what_it_is(world: World) -> None:
    for command in declared(world).values():
        for node in leaves(command):
            assert node["description"] != "…", node["name"]


async def test_a_restart_does_not_sync_what_discord_has(world: World) -> None:
    synced = [r for r in world.env.http_requests if r.method == "PUT" and "commands" in r.path]
    assert len(synced) == 1

    await world.restart()

    again = [r for r in world.env.http_requests if r.method == "PUT" and "commands" in r.path]
    assert len(again) == 1


async def test_commands_that_changed_are_synced_again(world: World) -> None:
    await SyncedCommands(world.database).remember("an older digest")

    await world.restart()

    synced = [r for r in world.env.http_requests if r.method == "PUT" and "commands" in r.path]
    assert len(synced) == 2


async def test_a_sync_that_fails_is_tried_at_the_next_start(world: World) -> None:
    memory = SyncedCommands(world.database)
    await memory.remember("an older digest")
    world.env.inject_error("PUT", "/applications/*/commands", status=500)

    await world.restart()
    assert await memory.recall() == "an older digest"
    result = await world.member.slash(world.general, "help")
    assert result.acknowledged, "the commands of last time still work"

    await world.restart()
    assert await memory.recall() != "an older digest"


async def test_a_dev_guild_gets_the_commands_for_itself(world: World) -> None:
    memory = SyncedCommands(world.database)
    bot = GreenlitBot(world.services, memory, dev_guild=world.guild.id, shard_count=1)

    await world.env.restart_bot(bot)

    last = [r for r in world.env.http_requests if r.method == "PUT" and "commands" in r.path][-1]
    assert f"/guilds/{world.guild.id}/commands" in last.path
    result = await world.member.slash(world.general, "help")
    assert result.acknowledged


async def test_only_the_guilds_intent_is_asked_for(world: World) -> None:
    assert world.env.bot.intents.value == 1
