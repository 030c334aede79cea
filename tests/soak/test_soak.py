"""A short run of the kill test; `make soak` runs the long one."""

from pathlib import Path

from tests.soak.run import Plan, Run

SEED = 20261125


async def test_a_bot_that_is_killed_while_it_posts_loses_doubles_and_misorders_nothing(
    tmp_path: Path,
) -> None:
    plan = Plan(kills=3, faults=0.1, seed=SEED, channels=20, shows=3, brisk=True)

    result = await Run(plan, tmp_path).play()

    assert result.kills == plan.kills
    assert result.verdict.expected > 0
    assert result.is_well, (result.verdict, result.upkeep)
