"""The two names of a post."""

import re
from random import Random

from bot.delivery.marks import new_mark, nonce_for


def test_a_mark_fits_into_a_buttons_id() -> None:
    assert all(re.fullmatch("[a-z0-9]{16}", new_mark(Random(seed))) for seed in range(100))


def test_a_nonce_is_the_same_at_every_attempt_and_within_discords_limit() -> None:
    assert nonce_for("db", "a" * 16) == nonce_for("db", "a" * 16)
    assert len(nonce_for("db", "a" * 16)) <= 25


def test_two_databases_and_two_posts_never_share_a_nonce() -> None:
    nonces = {nonce_for(db, mark) for db in ("one", "two") for mark in ("a" * 16, "b" * 16)}

    assert len(nonces) == 4
