"""Whether something is done to a title, or told of it, as is of shows: "BBC axes Time"."""

from bot.news.standing import Standing
from bot.news.titles import ARTICLES

FATE_REACH = 4  # words within which a fate follows: "has now been renewed"
OBJECT_REACH = 4  # words between a network and the show that it does something with


def is_of_a_return(at: Standing) -> bool:
    """Whether its return is told of: "Harbor return date", "Harbor return confirmed"."""
    then = at.line.words[at.mention.last + 1 : at.mention.last + 2]
    is_told = any(at.lexicon.has("returning", word) for word in then)
    return is_told and at.after in at.lexicon.dates.nouns


def is_heralded(at: Standing) -> bool:
    """Whether "trailer for" stands before it; before a leading article also with a name
    between ("trailer for Ada Byron's The Harbor")."""
    line, first = at.line, at.mention.first
    reach = 5 if line.words[first] in ARTICLES else 2
    for index in range(first - 1, max(0, first - reach), -1):
        if line.words[index] in at.lexicon.words["links"]:
            herald = line.stems[index - 1]
            # "Marlow 2: Season of the Harbor" is no season of that name.
            is_title = herald in at.lexicon.seasons.nouns and _is_number(at, index - 2)
            return at.lexicon.has("heralds", herald) and not is_title
        if line.breaks[index + 1] or not at.is_a_name(index):
            return False
    return False


def _is_number(at: Standing, index: int) -> bool:
    return index >= 0 and at.line.words[index].isdecimal()


def is_acted_on(at: Standing) -> bool:
    """Whether a verb that is said of shows stands by it: some tell little by themselves, and
    count where the headline numbers a season or names a network."""
    first, lexicon = at.mention.first, at.lexicon
    if first and not at.line.breaks[first]:
        is_role = lexicon.has("parts", at.after)
        if lexicon.has("acts", at.line.words[first - 1]) and not is_role:
            return True
        if _is_networks_object(at):
            return True
    elif _has_a_fate(at):
        return True
    is_numbered = any(s.number for s in at.around.seasons)
    is_of_shows = is_numbered or (bool(at.around.networks) and not first)
    is_told = is_of_shows and lexicon.has("verbs", at.after)
    return is_told and (not first or not at.headline)


def _is_networks_object(at: Standing) -> bool:
    """Whether a sentence that begins with a network comes to it without another name: "ABC is
    bringing back Harbor"."""
    first = at.mention.first
    if at.headline or not at.around.networks:
        return False
    end = next((last for begin, last in at.around.networks if begin == 0), 0)
    between = range(end, first)
    return 0 < end < first <= end + OBJECT_REACH and not (
        at.line.is_possessive(end - 1)
        or any(at.line.is_capitalised(i) or at.line.breaks[i] for i in between)
    )


def _has_a_fate(at: Standing) -> bool:
    """Whether its fate follows: "Harbor cancelled", "Harbor has been renewed"."""
    line, last = at.line, at.mention.last
    for index in range(last, min(last + FATE_REACH, len(line))):
        if line.breaks[index]:
            return False
        if not at.lexicon.has("auxiliaries", line.words[index]):
            return at.lexicon.has("fates", line.stems[index])
    return False
