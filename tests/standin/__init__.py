"""A stand-in for Discord's REST and gateway on 127.0.0.1, strict where Discord is.

It imports nothing of the bot: what it says about lost or doubled messages is its own. It runs in
the test's process (`StandIn`) or in one of its own (`python -m tests.standin`).
"""

from tests.standin.faults import Fault
from tests.standin.server import StandIn
from tests.standin.world import Channel, Guild, Message, World

__all__ = ["Channel", "Fault", "Guild", "Message", "StandIn", "World"]
