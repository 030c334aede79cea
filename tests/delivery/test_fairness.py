"""Who goes first when there is more to send than the budget takes."""

from random import Random

from bot.delivery.fairness import Urgency, Waiting, fair_order


def heads(server: int, count: int, start: int, urgency: Urgency = Urgency.POST) -> list[Waiting]:
    return [Waiting(start + n, server, urgency) for n in range(count)]


def test_a_burst_of_one_server_delays_nobody_elses_first_message() -> None:
    burst, quiet = heads(1, 1_000, 0), heads(2, 1, 5_000)

    order = fair_order(burst + quiet)

    assert order.index(quiet[0]) == 1


def test_a_burst_that_pings_delays_nobody_elses_first_message_either() -> None:
    burst, quiet = heads(1, 1_000, 0, Urgency.MENTION), heads(2, 1, 5_000, Urgency.DIGEST)

    assert fair_order(burst + quiet).index(quiet[0]) == 1


def test_in_the_same_turn_mentions_go_before_posts_and_posts_before_digests() -> None:
    waiting = [
        Waiting(1, 1, Urgency.DIGEST),
        Waiting(2, 2, Urgency.POST),
        Waiting(3, 3, Urgency.MENTION),
    ]

    assert [each.id for each in fair_order(waiting)] == [3, 2, 1]


def test_where_nothing_else_decides_the_older_goes_first() -> None:
    waiting = heads(1, 1, 9) + heads(2, 1, 4)

    assert [each.id for each in fair_order(waiting)] == [4, 9]


def test_upkeep_gets_every_fifth_place_while_posts_wait_and_all_of_them_after() -> None:
    order = fair_order(heads(1, 8, 0) + heads(1, 4, 100, Urgency.UPKEEP))

    places = [n for n, each in enumerate(order) if each.urgency is Urgency.UPKEEP]
    assert places == [4, 9, 10, 11]


def test_nothing_is_lost_or_doubled_in_the_queue() -> None:
    random = Random(3)
    waiting = [Waiting(n, random.randrange(9), random.choice(list(Urgency))) for n in range(500)]

    assert sorted(each.id for each in fair_order(waiting)) == list(range(500))
