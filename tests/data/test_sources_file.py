"""The shipped list of sources keeps its promises."""

from collections import Counter
from pathlib import Path

import pytest
from yarl import URL

from bot.feeds.registry import SourceSpec, load_sources
from bot.news.model import OUTLET_TRUSTS, Trust

SOURCES = load_sources(Path(__file__).parents[2] / "data" / "sources.toml")
VIDEOS = [s for s in SOURCES if URL(s.url).path == "/feeds/videos.xml"]


def test_at_least_25_sources_are_shipped() -> None:
    assert len(SOURCES) >= 25


def test_every_trust_has_several_voices() -> None:
    count = Counter(source.trust for source in SOURCES)
    assert all(count[trust] >= 4 for trust in OUTLET_TRUSTS), count


def test_every_source_is_asked_over_https() -> None:
    assert [s.name for s in SOURCES if not s.url.startswith("https://")] == []


@pytest.mark.parametrize("host", ["reddit.com", "news.google.com", "feedburner.com"])
def test_no_source_is_somebody_elses_index(host: str) -> None:
    assert [s.name for s in SOURCES if (URL(s.url).host or "").endswith(host)] == []


def test_the_networks_video_channels_are_official() -> None:
    assert len(VIDEOS) >= 6
    assert sum(s.trust is Trust.OFFICIAL for s in VIDEOS) >= 6


@pytest.mark.parametrize("source", VIDEOS, ids=lambda s: s.name)
def test_a_video_channel_is_named_by_a_whole_channel_id(source: SourceSpec) -> None:
    channel = URL(source.url).query["channel_id"]
    assert len(channel) == 24
    assert channel.startswith("UC")
