"""The judge of the kill test must itself be beyond doubt."""

import json
from pathlib import Path
from typing import Any

from tests.standin.judging import Verdict, article_of, judge, read_log, read_upkeep
from tests.standin.world import Json

PUBLISHED = {1: ["a", "b", "c"], 2: ["a"]}
CLEAN = [(1, "a"), (2, "a"), (1, "b"), (1, "c")]


def test_everything_once_and_in_order_is_clean() -> None:
    verdict = judge(CLEAN, PUBLISHED)

    assert verdict == Verdict(expected=4, delivered=4, lost=0, doubled=0, misordered=0)
    assert verdict.is_clean


def test_what_is_missing_is_lost() -> None:
    assert judge(CLEAN[:-1], PUBLISHED).lost == 1


def test_what_stands_there_twice_or_three_times_is_doubled_once_or_twice() -> None:
    assert judge([*CLEAN, (1, "b")], PUBLISHED).doubled == 1
    assert judge([*CLEAN, (1, "b"), (1, "b")], PUBLISHED).doubled == 2


def test_the_same_news_in_another_channel_is_no_double() -> None:
    assert judge(CLEAN, PUBLISHED).doubled == 0


def test_what_comes_after_a_later_one_is_misordered() -> None:
    assert judge([(1, "b"), (1, "a"), (1, "c"), (2, "a")], PUBLISHED).misordered == 1
    assert judge([(1, "c"), (1, "b"), (1, "a"), (2, "a")], PUBLISHED).misordered == 2


def test_a_late_double_is_no_wrong_order() -> None:
    assert judge([*CLEAN, (1, "a")], PUBLISHED).misordered == 0


def test_what_nobody_published_is_strange() -> None:
    verdict = judge([*CLEAN, (3, "a"), (1, "z")], PUBLISHED)

    assert verdict.strange == 2
    assert not verdict.is_clean


def test_a_deleted_message_was_told_and_a_greeting_is_no_news(tmp_path: Path) -> None:
    post = {"embeds": [{"url": "https://ledger.example/1"}]}
    plain = {"components": [{"components": [{"url": "https://ledger.example/2"}]}]}
    events = [
        {"event": "message", "channel": 1, "payload": {"content": "Hello!"}},
        {"event": "message", "channel": 1, "payload": post},
        {"event": "delete", "channel": 1, "id": 5},
        {"event": "message", "channel": 1, "payload": plain},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in events))

    assert read_log(log, article_of) == [
        (1, "https://ledger.example/1"),
        (1, "https://ledger.example/2"),
    ]


def logged(tmp_path: Path, *events: Json) -> Path:
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(each) + "\n" for each in events))
    return log


def message(number: int, channel: int = 1, **payload: Any) -> Json:
    return {"event": "message", "id": number, "channel": channel, "payload": payload}


def edit(number: int, **payload: Any) -> Json:
    return {"event": "edit", "id": number, "channel": 1, "payload": payload}


def button(name: str) -> list[Json]:
    return [{"components": [{"custom_id": name}, {"url": "https://x.example"}]}]


def test_an_edit_that_mentions_no_more_than_its_message_is_clean(tmp_path: Path) -> None:
    first: Json = {
        "content": "news <@7> <@&9>",
        "allowed_mentions": {"users": ["7"], "roles": ["9"]},
    }
    log = logged(tmp_path, message(5, **first), edit(5, **first | {"content": "more <@7>"}))

    assert read_upkeep(log).is_clean
    assert read_upkeep(log).edits == 1


def test_an_edit_that_mentions_anybody_else_is_seen(tmp_path: Path) -> None:
    bodies = (
        {"content": "news <@8>"},
        {"content": "news <@&7>"},
        {"content": "news @everyone"},
        {"content": "news", "allowed_mentions": {"users": ["8"]}},
        {"content": "news", "allowed_mentions": {"parse": ["everyone"]}},
    )
    first = message(5, content="news <@7>", allowed_mentions={"users": ["7"]})
    log = logged(tmp_path, first, *(edit(5, **body) for body in bodies))

    assert read_upkeep(log).mentions_added == len(bodies)


def test_an_edit_that_takes_a_button_of_ours_away_is_seen(tmp_path: Path) -> None:
    first = message(5, content="news", components=button("gl:follow:x"))
    log = logged(tmp_path, first, edit(5, content="news", components=[]))

    assert read_upkeep(log).marks_lost == 1


def test_news_in_a_forums_post_counts_as_the_forums_and_a_second_post_as_doubled(
    tmp_path: Path,
) -> None:
    threads = [{"event": "thread", "id": n, "parent": 1, "name": "Hightown"} for n in (8, 9)]
    log = logged(tmp_path, *threads, message(10, 8, content="a"))

    assert read_log(log, lambda payload: payload["content"]) == [(1, "a")]
    assert read_upkeep(log).doubled_threads == 1
