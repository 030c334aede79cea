"""The ledger: what is known of a show, from everything that outlets said of it.

    statements, in order of publication -> enter, one by one -> facts

`enter` takes one statement into the facts of its show; `replay` does so with all of them from
nothing. Both know no clock and no storage. As the order is that of publication, it does not matter
in which one the articles came: whoever learns of an older article late replays. What is worth
telling of a change is another question (`bot.news.newsworthy`). See docs/ledger.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.news import lifecycle, matching
from bot.news.lifecycle import WAVERING
from bot.news.matching import Calendar
from bot.news.model import (
    Certainty,
    Dispute,
    Event,
    Fact,
    FactKey,
    Statement,
    Trust,
    Turn,
    Voice,
    When,
)
from bot.news.values import Relation, fact_event, relation
from bot.news.voices import certainty_of, independent, joined, trust_of, voice_of

# A date that the catalogue has had for so long moves one that an outlet told.
STOOD = timedelta(hours=48)
MOST_DISPUTES, MOST_TURNS = 8, 6
NO_DAYS: Mapping[int, date] = {}


@dataclass(frozen=True, slots=True)
class Entered:
    """The facts of a show after a statement, and the place of the one that it entered."""

    facts: tuple[Fact, ...]
    place: int

    @property
    def fact(self) -> Fact:
        """The fact that the statement entered."""
        return self.facts[self.place]


@dataclass
class Replay:
    """The ledger of one show, entered anew: statements must come in their order."""

    show: str
    calendar: Calendar = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    places: list[int] = field(default_factory=list)  # of each statement, in the order entered

    def enter(self, statement: Statement) -> Entered:
        """Take in the next statement."""
        entered = enter(self.facts, statement, self.show, self.calendar)
        self.facts = entered.facts
        self.places.append(entered.place)
        return entered


def replay(
    statements: Iterable[Statement], show: str, calendar: Calendar = NO_DAYS
) -> tuple[Fact, ...]:
    """The facts that statements leave, whatever the order in which they are given."""
    book = Replay(show, calendar)
    for statement in sorted(statements, key=lambda each: each.order):
        book.enter(statement)
    return book.facts


def enter(
    facts: Sequence[Fact], statement: Statement, show: str, calendar: Calendar = NO_DAYS
) -> Entered:
    """Take a statement into the facts of its show, all of which were said before it.

    Facts keep their places; a new one comes last. `calendar` has the days on which seasons begin,
    as far as they are known: they tell which season an article means that names none.
    """
    known = tuple(facts)
    season = statement.season
    if season is None:
        day = statement.said.date()
        season = matching.next_season(statement.event, known, calendar, day)
    place = matching.find(known, statement, season)
    if place is None:
        place, known = len(known), (*known, _begun(statement, show, season))
    else:
        heard = _heard(known[place], statement)
        known = (*known[:place], heard, *known[place + 1 :])
    return Entered(lifecycle.settle(known, place, statement, calendar), place)


def agrees(statement: Statement, fact: Fact) -> bool:
    """Whether a statement says what the fact says now, if perhaps less exactly."""
    return relation(statement.event, statement.value, fact.value) not in {
        Relation.FINER,
        Relation.OTHER,
    }


def name_of(subject: str) -> str:
    """A person's name or a trailer's sort as the ledger keeps it: as printed, in one line."""
    return " ".join(subject.split())[:200]


def _begun(statement: Statement, show: str, season: int | None) -> Fact:
    event, said = fact_event(statement.event), statement.said
    voices = (voice_of(statement),)
    video = matching.video_of(statement)
    return Fact(
        FactKey(show, season, event, name_of(statement.subject)),
        _value_of(statement),
        certainty_of(voices),
        since=said,
        changed=said,
        trust=statement.trust,
        voices=voices,
        guessed=season is not None and statement.season is None,
        videos=((video, statement.publisher),) if video else (),
    )


def _value_of(statement: Statement) -> str:
    """The value of a fact by its first statement: of a date only what is one."""
    is_no_date = fact_event(statement.event) is Event.DATED and not When.parse(statement.value)
    return "" if is_no_date or matching.video_of(statement) else statement.value


def _heard(fact: Fact, statement: Statement) -> Fact:
    """A fact with one statement more."""
    fact = _named(fact, statement)
    match relation(statement.event, statement.value, fact.value):
        case Relation.SAME | Relation.NONE:
            return _borne_out(fact, statement)
        case Relation.COARSER:
            return fact  # who says "this year" confirms no day
        case Relation.FINER if not fact.value and _may_fill(fact, statement):
            return _borne_out(
                replace(fact, value=statement.value, changed=statement.said), statement
            )
        case Relation.FINER | Relation.OTHER as how:
            supporters = _supporters(fact, statement)
            if _prevails(fact, statement, supporters, more_exact=how is Relation.FINER):
                return _moved(fact, statement, supporters)
            return _disputed(fact, statement)


def _named(fact: Fact, statement: Statement) -> Fact:
    """The fact with what the statement adds to its key: the season, the name, the video.

    A fact without a season would swallow what is told of every other season, one without a name
    every other casting.
    """
    season, guessed = fact.key.season, fact.guessed
    if statement.season is not None and (season is None or guessed):
        season, guessed = statement.season, False
    subject = fact.key.subject or name_of(statement.subject)
    video = matching.video_of(statement)
    videos = fact.videos
    if video and all(video != other for other, _ in videos):
        videos = (*videos, (video, statement.publisher))[:MOST_DISPUTES]
    key = replace(fact.key, season=season, subject=subject)
    return replace(fact, key=key, guessed=guessed, videos=videos)


def _may_fill(fact: Fact, statement: Statement) -> bool:
    """Whether a value may be filled in where none was given: a rumour gives a fact no date."""
    return statement.certainty.rank >= min(fact.certainty.rank, Certainty.REPORTED.rank)


def _borne_out(fact: Fact, statement: Statement) -> Fact:
    """The fact with one more outlet behind it: as sure as they make it together."""
    voices = joined(fact.voices, voice_of(statement))
    wavers = fact.wavers
    if wavers is not None and statement.said - wavers > WAVERING:
        wavers = None  # it has stood since
    sure = _damped(certainty_of(voices), wavers)
    if fact.withdrawn is None and wavers is not None:
        sure = min(sure, fact.certainty, key=lambda each: each.rank)
    elif fact.withdrawn is None:
        sure = max(sure, fact.certainty, key=lambda each: each.rank)
    changed = fact.changed if sure is fact.certainty else statement.said
    trust = max(fact.trust, trust_of(voices), key=lambda each: each.rank)
    if fact.withdrawn is not None:
        trust = trust_of(voices)
    return replace(fact, voices=voices, certainty=sure, changed=changed, trust=trust, wavers=wavers)


def _damped(certainty: Certainty, wavers: object) -> Certainty:
    """What wavers is uncertain, however sure each outlet is."""
    if wavers is None:
        return certainty
    return min(certainty, Certainty.REPORTED, key=lambda each: each.rank)


def _supporters(fact: Fact, statement: Statement) -> tuple[Voice, ...]:
    """Who says this value: those whose word did not prevail before, and the one who speaks now."""
    voices: tuple[Voice, ...] = ()
    for dispute in fact.disputes:
        if dispute.value == statement.value:
            voices = joined(voices, dispute.voice)
    return joined(voices, voice_of(statement))


def _prevails(
    fact: Fact, statement: Statement, supporters: tuple[Voice, ...], *, more_exact: bool
) -> bool:
    """Whether a value takes the place of another.

    An article about something else moves nothing, nor does one that is less sure. Who is trusted
    less needs another outlet that says so too. A more exact value contradicts nobody.
    """
    if not statement.leads or certainty_of(supporters).rank < fact.certainty.rank:
        return False
    if statement.trust is Trust.CATALOGUE:
        return independent(supporters) > 1 or _stood(fact, statement)
    if more_exact or statement.trust.rank >= fact.trust.rank:
        return True
    return independent(supporters) > 1


def _stood(fact: Fact, statement: Statement) -> bool:
    """Whether the catalogue has had this value for two days."""
    return any(
        dispute.value == statement.value
        and dispute.voice.trust is Trust.CATALOGUE
        and statement.said - dispute.said >= STOOD
        for dispute in fact.disputes
    )


def _moved(fact: Fact, statement: Statement, supporters: tuple[Voice, ...]) -> Fact:
    value, said = statement.value, statement.said
    back = any(turn.value == value and said - turn.at <= WAVERING for turn in fact.turns)
    wavers = said if back else fact.wavers
    if wavers is not None and said - wavers > WAVERING:
        wavers = None
    return replace(
        fact,
        value=value,
        certainty=_damped(certainty_of(supporters), wavers),
        changed=said,
        trust=trust_of(supporters),
        voices=supporters,
        disputes=tuple(d for d in fact.disputes if d.value != value),
        turns=(*fact.turns, Turn(fact.value, said))[-MOST_TURNS:],
        wavers=wavers,
    )


def _disputed(fact: Fact, statement: Statement) -> Fact:
    said_before = [
        d
        for d in fact.disputes
        if d.value == statement.value and d.voice.publisher == statement.publisher
    ]
    if said_before:
        return fact  # the first time counts: from then on it has stood
    dispute = Dispute(statement.value, voice_of(statement), statement.said)
    return replace(fact, disputes=(*fact.disputes, dispute)[-MOST_DISPUTES:])
