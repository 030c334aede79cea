"""The two names of a post: its mark, which its buttons carry, and its nonce, which Discord keeps.

The mark is the post's own random id. It survives in the message for as long as the message does,
so a post whose fate is unknown can be looked for. The nonce is what Discord compares for some
minutes to see that a second request is the first one again.
"""

import base64
import hashlib
import string
from random import Random

MARK_LENGTH = 16
NONCE_LENGTH = 25
_ALPHABET = string.ascii_lowercase + string.digits
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


def new_mark(random: Random) -> str:
    """Sixteen random characters of [a-z0-9]: 82 bits. Give a SystemRandom outside of tests."""
    # One draw for all: the system's source of randomness is asked ten thousand times in a burst.
    number = random.randrange(len(_ALPHABET) ** MARK_LENGTH)
    pairs = []
    for _ in range(MARK_LENGTH // 2):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(pairs)


def nonce_for(instance_id: str, mark: str) -> str:
    """The nonce of a post: the same at every attempt, different for every post of every database.

    `instance_id` is the random id of the database. Two databases may share one bot token, so no
    row number may enter here. At most 25 characters, as Discord demands.
    """
    digest = hashlib.blake2b(f"{instance_id}\0{mark}".encode(), digest_size=14).digest()
    return "gl" + base64.b32encode(digest).decode().rstrip("=").lower()
