"""The bot as the composition root puts it together, with a public address for hubs and without."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import Greenlit, build
from bot.feeds.fetch import FetchLimits
from bot.feeds.guard import parse_allowed
from bot.feeds.receiver import PortUnusableError
from bot.news.routing import Target
from bot.services.subscribing import Wish
from bot.settings import Settings, SettingsError
from bot.storage import sources
from bot.storage.schema import deliveries
from tests.services.hub import Hub, rss

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 11:59:00 GMT"


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub().open() as hub:
        hub.feed = rss(hub=hub.url(), topic=hub.url("/topic"))
        yield hub


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path, hub: Hub, port: int) -> Settings:
    listed = tmp_path / "sources.toml"
    listed.write_text(
        f'[[source]]\nname = "Desk"\nurl = "{hub.url("/feed")}"\ntrust = "trade"\nlanguage = "en"\n'
    )
    return Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}",
        sources_file=listed,
        feed_allow_networks=parse_allowed(f"127.0.0.1/32:{hub.port}"),
        websub_url=f"http://127.0.0.1:{port}",
        websub_port=port,
        catalogue_url="",
    )


async def turn(greenlit: Greenlit, name: str) -> None:
    """Run a loop's body once."""
    (loop,) = [loop for loop in greenlit.loops if loop.name == name]
    await loop.turn(lambda: NOW)
    assert not loop.failures


async def desk(greenlit: Greenlit) -> sources.SourceRow:
    async with greenlit.database.read() as connection:
        found = await sources.get_source(connection, 1)
    assert found is not None
    return found


async def test_what_a_hub_pushes_is_owed_to_who_follows_the_show(
    settings: Settings, hub: Hub
) -> None:
    async with build(settings, clock=lambda: NOW, limits=FetchLimits(spacing=0)) as greenlit:
        services = greenlit.services
        await services.polling.poll(await desk(greenlit), NOW)
        show = services.library.suggest("Hightown")[0]
        await services.subscribing.subscribe(Wish(show, 1, Target.CHANNEL, 2), 3, NOW)
        await turn(greenlit, "leases")
        await hub.asked_back()

        assert await hub.push(rss((f"{show.title} renewed for season 4", DATE))) == 202
        await turn(greenlit, "pushes")

        async with greenlit.database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(deliveries)) == 1
        assert (await desk(greenlit)).pushed_until == NOW + timedelta(days=10)


async def test_what_was_answered_is_taken_in_before_the_bot_ends(
    settings: Settings, hub: Hub
) -> None:
    async with build(settings, clock=lambda: NOW, limits=FetchLimits(spacing=0)) as greenlit:
        await greenlit.services.polling.poll(await desk(greenlit), NOW)
        await turn(greenlit, "leases")
        await hub.asked_back()
        await hub.push(rss(("Anything at all", DATE)))

    async with build(settings, clock=lambda: NOW) as greenlit:
        assert (await desk(greenlit)).pushed_until is not None


async def test_without_a_public_address_nothing_listens_and_nothing_is_relied_upon(
    settings: Settings, hub: Hub, port: int
) -> None:
    async with build(settings, clock=lambda: NOW, limits=FetchLimits(spacing=0)) as greenlit:
        await greenlit.services.polling.poll(await desk(greenlit), NOW)
        await turn(greenlit, "leases")
        await hub.asked_back()
        await hub.push(rss(("Anything at all", DATE)))

    async with build(replace(settings, websub_url=""), clock=lambda: NOW) as greenlit:
        assert {loop.name for loop in greenlit.loops}.isdisjoint({"pushes", "leases"})
        with socket.socket() as caller:
            assert caller.connect_ex(("127.0.0.1", port))
        source = await desk(greenlit)

    assert (source.pushed_until, source.next_poll) == (None, NOW)


async def test_a_port_that_is_taken_keeps_the_bot_from_starting(
    settings: Settings, hub: Hub
) -> None:
    with pytest.raises(PortUnusableError, match=f"port {hub.port}"):
        async with build(replace(settings, websub_port=hub.port)):
            pass


def test_the_settings_take_a_public_https_address() -> None:
    settings = Settings.from_env({"WEBSUB_URL": "https://bot.example/websub/"})

    assert (settings.websub_url, settings.websub_port) == ("https://bot.example/websub", 8484)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBSUB_URL", "http://bot.example/"),
        ("WEBSUB_URL", "bot.example"),
        ("WEBSUB_URL", "https://bot.example/?a=b"),
        ("WEBSUB_URL", "https://me:word@bot.example/"),
        ("WEBSUB_PORT", "0"),
        ("WEBSUB_PORT", "65536"),
        ("WEBSUB_PORT", "http"),
    ],
)
def test_an_address_or_a_port_that_cannot_serve_is_told(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})
