"""The services that cogs call, in one frozen parcel made by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.services.cataloguing import Cataloguing
from bot.services.delivering import Delivering
from bot.services.guilds import Guilds
from bot.services.judging import Judging
from bot.services.library import Library
from bot.services.mending import Mending
from bot.services.newsreel import Newsreel
from bot.services.polling import Polling
from bot.services.searching import Searching
from bot.services.showing import Showing
from bot.services.sourcing import Sourcing
from bot.services.status import Reporting
from bot.services.subscribing import Subscribing
from bot.services.upcoming import Upcoming
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Services:
    """What a command may use. `clock` gives the time (UTC); no cog reads another clock."""

    clock: Callable[[], datetime]
    words: Words
    library: Library
    subscribing: Subscribing
    guilds: Guilds
    showing: Showing
    sourcing: Sourcing
    reporting: Reporting
    polling: Polling
    delivering: Delivering
    mending: Mending
    searching: Searching
    cataloguing: Cataloguing
    upcoming: Upcoming
    newsreel: Newsreel
    judging: Judging
