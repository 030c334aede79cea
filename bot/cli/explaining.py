"""A reading in words: what was seen in a headline, and why it is, or is not, news."""

from collections.abc import Iterator

from bot.news.model import Claim
from bot.news.reading import Reading, Verdict, Weight
from bot.words import Words


def explanation(reading: Reading, words: Words) -> str:
    """The explanation, one finding a line, the decision last."""
    return "\n".join(_lines(reading, words))


def _lines(reading: Reading, words: Words) -> Iterator[str]:
    if reading.names:
        for name in reading.names:
            show = name.mention.show.title
            signs = ", ".join(words(f"read.sign.{reason}") for reason in name.reasons)
            yield words("read.name", show=show, signs=signs)
    else:
        yield words("read.no_name")
    yield from (line for weight in reading.weights for line in _weight_lines(weight, words))
    yield from (_verdict_line(verdict, words) for verdict in reading.verdicts)
    if not reading.verdicts:
        yield words("read.no_event")
    yield from (_claim_line(claim, words) for claim in reading.claims)
    if not reading.claims:
        yield words("read.silence")


def _weight_lines(weight: Weight, words: Words) -> Iterator[str]:
    for scale, value in (("news", weight.news), ("series", weight.series)):
        if value:
            side = "for" if value > 0 else "against"
            yield words(
                f"read.{side}_{scale}",
                cue=words(f"read.cue.{weight.name}"),
                words=weight.words,
                weight=f"{value:+g}",
            )


def _verdict_line(verdict: Verdict, words: Words) -> str:
    return words(
        f"read.outcome.{verdict.outcome}",
        event=words(f"read.event.{verdict.sighting.event.label}"),
        words=verdict.sighting.words,
        news=f"{verdict.news:g}",
        series=f"{verdict.series:g}",
    )


def _claim_line(claim: Claim, words: Words) -> str:
    show = claim.show.title if claim.show else words("read.unnamed")
    parts = [
        show,
        words("read.season", number=claim.season) if claim.season else "",
        words(f"read.event.{claim.event.label}"),
        claim.subject if claim.subject != claim.event.label else "",
        claim.value,
        words(f"read.certainty.{claim.certainty}"),
    ]
    told = "read.told" if not claim.event.is_quiet else "read.quiet"
    return words(told, claim=", ".join(part for part in parts if part))
