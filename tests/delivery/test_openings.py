"""Direct messages are opened a few at a time."""

import pytest

from bot.delivery.openings import Openings


class Clock:
    seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


def test_ten_members_are_opened_at_once_and_then_one_in_three_seconds() -> None:
    clock = Clock()
    openings = Openings(clock)
    asked = [openings.take() for _ in range(11)]
    clock.seconds += 3

    assert asked == [0.0] * 10 + [3.0]
    assert openings.take() == 0.0
    assert openings.take() == pytest.approx(3.0)


def test_being_refused_costs_nothing() -> None:
    clock = Clock()
    openings = Openings(clock, burst=1, seconds_each=3)
    openings.take()
    for _ in range(100):
        openings.take()
    clock.seconds += 3

    assert openings.take() == 0.0


def test_after_a_refusal_of_discords_nothing_is_opened_for_as_long_as_it_says() -> None:
    clock = Clock()
    openings = Openings(clock)
    openings.pause(600)

    assert openings.take() == pytest.approx(600)
    clock.seconds += 600
    assert [openings.take() for _ in range(2)] == [0.0, pytest.approx(3.0)]
