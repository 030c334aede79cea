"""One budget for all: the pacer against a clock of its own."""

import asyncio
from collections.abc import Callable
from math import inf
from random import Random

import pytest

from bot.delivery.outcomes import StopCause
from bot.delivery.pacing import INVALID_LIMIT, Pacer, PausedError, Permit, Priority
from tests.delivery.conftest import Line


class Clock:
    """Seconds that pass only when somebody sleeps, a little longer than asked as in real life."""

    def __init__(self, late: float = 0.0) -> None:
        self.seconds = 1_000.0
        self.late = late
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)  # whoever was let go runs before time passes
        self.seconds += seconds + self.late
        for when, woken in self._waiting:
            if when <= self.seconds and not woken.done():
                woken.set_result(None)

    async def until(self, when: float) -> None:
        """Return once somebody slept past that time."""
        if when > self.seconds:
            woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((when, woken))
            await woken


async def departures(
    pacer: Pacer, clock: Clock, count: int, priority: Priority = Priority.POST
) -> list[float]:
    """When each of `count` requests that ask at once may leave."""
    left: list[float] = []

    async def one() -> None:
        permit = await pacer.acquire(priority)
        left.append(clock())
        pacer.note_answered(permit)

    await asyncio.gather(*(one() for _ in range(count)))
    return left


async def arrivals(
    pacer: Pacer, clock: Clock, count: int, stall: tuple[float, float]
) -> list[float]:
    """When each of `count` requests arrives, 40 at once; those of a stall arrive at its end."""
    begins, ends = (clock() + each for each in stall)
    arrived: list[float] = []
    at_once = asyncio.Semaphore(40)
    held: list[Permit] = []

    async def one() -> None:
        async with at_once:
            permit = await pacer.acquire()
            if begins <= permit.left < ends:
                held.append(permit)
                # When all wait, nobody else lets time pass.
                await (clock.sleep(ends - clock()) if len(held) == 40 else clock.until(ends))
            arrived.append(clock())
            pacer.note_answered(permit)

    await asyncio.gather(*(one() for _ in range(count)))
    return arrived


def busiest_second(left: list[float]) -> int:
    return max(sum(start <= each < start + 1 for each in left) for start in left)


@pytest.mark.parametrize("late", [0.0, 0.001, 0.02, 0.3])
async def test_no_second_sees_more_than_the_rate_however_late_the_loop_wakes(late: float) -> None:
    clock = Clock(late)
    left = await departures(Pacer(45, clock, clock.sleep), clock, 400)

    assert busiest_second(left) <= 45


async def test_requests_leave_evenly_and_not_in_one_burst_a_second() -> None:
    """Discord's window is not ours: two bursts close together would be 90 in one of its seconds."""
    clock = Clock()
    left = await departures(Pacer(45, clock, clock.sleep), clock, 45)

    assert sum(each < left[0] + 0.5 for each in left) <= 28


@pytest.mark.parametrize("late", [0.0, 0.001, 0.005])
async def test_the_budget_is_used_to_95_percent_at_least(late: float) -> None:
    clock = Clock(late)
    left = await departures(Pacer(45, clock, clock.sleep), clock, 4_500)

    assert 4_500 / (left[-1] - left[0]) >= 0.95 * 45


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.9, 2.0])
async def test_requests_that_a_stall_held_up_are_not_crowded_by_those_after_it(
    seconds: float,
) -> None:
    """Discord refuses the fiftieth that arrives in a second, whenever it was sent."""
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)

    arrived = await arrivals(pacer, clock, 1_000, (15.0, 15.0 + seconds))

    assert busiest_second(arrived) <= 48


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(lambda random: 0.05, id="quick"),
        pytest.param(lambda random: 0.8, id="slow"),
        pytest.param(lambda random: 2.5, id="very slow"),
        pytest.param(lambda random: random.uniform(0.1, 0.5), id="uneven"),
        pytest.param(lambda random: random.lognormvariate(-1.6, 0.5), id="with a tail"),
        pytest.param(lambda random: 0.04 if random.random() < 0.2 else 0.5, id="of two sorts"),
    ],
)
async def test_answers_that_always_take_their_time_hold_nobody_back(
    late: Callable[[Random], float],
) -> None:
    clock, random = Clock(), Random(1)
    pacer = Pacer(45, clock, clock.sleep)
    left: list[float] = []
    all_left = asyncio.Event()

    async def one() -> None:
        permit = await pacer.acquire()
        left.append(permit.left)
        if len(left) == 900:
            all_left.set()
        await clock.until(permit.left + late(random))
        pacer.note_answered(permit)

    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(one()) for _ in range(900)]
        await all_left.wait()
        for each in asked:
            each.cancel()

    assert 900 / (left[-1] - left[0]) >= 0.95 * 45


async def test_what_is_never_answered_holds_back_for_a_second_only() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    start = clock()

    for _ in range(450):
        await pacer.acquire()

    assert clock() - start <= 21


async def test_the_first_request_after_a_pause_leaves_at_once() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    await departures(pacer, clock, 100)
    clock.seconds += 60

    [left] = await departures(pacer, clock, 1)

    assert left == clock()


async def test_the_bots_own_requests_go_before_posts_and_posts_before_upkeep() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    order: list[Priority] = []

    async def one(priority: Priority) -> None:
        await pacer.acquire(priority)
        order.append(priority)

    waiting = [Priority.UPKEEP, Priority.POST, Priority.OWN]
    await asyncio.gather(*(one(priority) for priority in waiting))

    assert order == [Priority.OWN, Priority.POST, Priority.UPKEEP]


async def test_upkeep_gets_a_fifth_while_posts_wait_and_is_not_starved() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    order: list[Priority] = []

    async def one(priority: Priority) -> None:
        await pacer.acquire(priority)
        order.append(priority)

    await asyncio.gather(
        *(one(priority) for priority in [Priority.UPKEEP] * 100 + [Priority.POST] * 100)
    )

    while_posts_waited = order[:100]
    assert while_posts_waited.count(Priority.UPKEEP) == 20


async def test_whoever_gives_up_waiting_leaves_no_hole() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    gone = asyncio.create_task(pacer.acquire())
    await asyncio.sleep(0)
    gone.cancel()

    left = await departures(pacer, clock, 3)

    assert len(left) == 3
    assert pacer.health().waiting == 0


async def test_a_global_limit_is_waited_out_and_then_the_rate_is_lower() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    pacer.slow_down(2.0)
    start = clock()

    left = await departures(pacer, clock, 200)

    assert left[0] >= start + 2.0
    assert busiest_second(left) <= 41


async def test_requests_refused_together_slow_the_bot_down_once() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    for _ in range(30):
        pacer.slow_down(2.0)

    assert pacer.health().rate == pytest.approx(40.5)


async def test_ten_quiet_minutes_bring_the_rate_back() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    pacer.slow_down(2.0)
    clock.seconds += 601

    await departures(pacer, clock, 1)

    assert pacer.health().rate == 45


async def test_cloudflares_refusal_stops_everything_for_longer_each_time() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    pauses = []
    for _ in range(5):
        pauses.append(pacer.note_banned())
        with pytest.raises(PausedError):
            await pacer.acquire()
        clock.seconds += pauses[-1]

    assert pauses == pytest.approx([600, 1200, 2400, 3600, 3600])


async def test_the_bots_own_requests_wait_for_the_end_of_a_ban() -> None:
    """discord.py would end the bot on an exception that it does not know."""
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    pacer.note_banned()
    start = clock()

    await pacer.acquire_patiently()

    assert clock() >= start + 600


async def test_a_bad_token_is_worth_no_patience() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    pacer.note_bad_token()

    with pytest.raises(PausedError):
        await pacer.acquire_patiently()


async def test_thirty_pages_at_once_are_one_ban() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)

    assert [pacer.note_banned() for _ in range(30)] == [600.0] * 30


async def test_a_success_ends_the_growing_of_bans() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    clock.seconds += pacer.note_banned()
    pacer.note_success()

    assert pacer.note_banned() == 600.0


async def test_whoever_waits_when_the_stop_comes_is_told() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    waiting = [asyncio.create_task(pacer.acquire()) for _ in range(20)]
    await asyncio.sleep(0)
    pacer.note_bad_token()

    ends = await asyncio.gather(*waiting, return_exceptions=True)

    assert sum(isinstance(end, PausedError) for end in ends) >= 19
    assert pacer.health().cause is StopCause.TOKEN
    assert pacer.health().stopped_for == inf


async def test_five_thousand_invalid_requests_in_ten_minutes_stop_the_bot() -> None:
    clock = Clock()
    pacer = Pacer(45, clock, clock.sleep)
    for _ in range(INVALID_LIMIT - 1):
        pacer.note_invalid()
    await pacer.acquire()
    clock.seconds += 100
    pacer.note_invalid()

    with pytest.raises(PausedError):
        await pacer.acquire()
    assert pacer.health().cause is StopCause.INVALID_REQUESTS
    clock.seconds += 501
    await pacer.acquire()
    assert pacer.health().invalid == 1


@pytest.mark.parametrize("rate", [30])  # leaves room for a busy machine that hands them over late
async def test_a_burst_of_posts_passes_discord_without_one_refusal(line: Line) -> None:
    """Sent at once, 25 of these would be refused: Discord takes fifty a second."""

    await asyncio.gather(
        *(line.sender.post(1_000 + n, {"content": "news"}, f"n{n}", "") for n in range(75))
    )

    assert line.standin.rest.refused == {}
    assert line.standin.rest.requests >= 75
