"""The harness: its arithmetic, its cases from a seed, its list of goals. Never a time: machines differ."""

import json
import random

import pytest
from django.db import connection

from bench import gen, report
from bench.cast import Cast
from bench.control import Control
from bench.goals import GOALS
from bench.loading import Loader
from bench.pairs import Pairs, exponent, in_turns, percentile
from core import clock
from workflow.verification import verify


def test_every_goal_of_the_portal_has_a_bar():
    assert list(GOALS) == ["P1", "P2", "P4", "P5", "P6", "P7", "P9", "P11", "P14", "P16", "DOSSIER"]
    assert all(goal.bars for goal in GOALS.values())


# --- Arithmetic -------------------------------------------------------------------------------------------------
def test_the_two_sides_are_measured_in_turns():
    order = []

    pairs = in_turns(lambda: order.append("ours") or 3.0, lambda: order.append("theirs") or 2.0, 2)

    assert (order, pairs) == (["ours", "theirs"] * 2, Pairs((3.0, 3.0), (2.0, 2.0)))


def test_the_median_of_the_ratios_counts_and_not_the_ratio_of_the_medians():
    # The machine became three times slower after the first pair, for both sides.
    assert Pairs((1.0, 6.0, 6.0), (2.0, 6.0, 6.0)).ratio == 1.0
    assert Pairs((1.0, 6.0, 9.0), (1.0, 3.0, 3.0)).ratios == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("share", "value"), [(0.5, 5), (0.95, 10), (0.9, 9), (1.0, 10), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share) == value


@pytest.mark.parametrize(("ratio", "growth", "power"), [(1, 1000, 0), (1000, 1000, 1), (10, 1000, 1 / 3)])
def test_growth_is_told_as_a_power_of_the_size(ratio, growth, power):
    assert exponent(ratio, growth) == pytest.approx(power)


# --- Verdicts ---------------------------------------------------------------------------------------------------
FREE, CROWDED = Control(1.9, {"sqlite": 900.0}), Control(1.2, {"sqlite": 90.0})


@pytest.mark.parametrize(
    ("goal", "bar", "measured", "control", "verdict"),
    [
        ("P2", "ratio", 1.5, FREE, "ok"),
        ("P2", "ratio", 1.51, CROWDED, "MISSED"),
        ("P6", "postgresql", 0.45, FREE, "ok"),
        ("P6", "postgresql", 0.44, FREE, "MISSED"),
        ("P6", "postgresql", 0.9, CROWDED, "capacity 1.20"),
    ],
)
def test_a_figure_is_judged_by_its_bar_unless_the_machine_could_not_show_it(
    goal, bar, measured, control, verdict
):
    assert report.Row.of(goal, bar, "postgresql", measured).under(control).verdict == verdict


def test_the_page_of_figures_is_written_from_the_last_run(tmp_path):
    pairs = Pairs((1.2, 1.4, 1.3), (1.0, 1.0, 1.0))
    row = report.Row.of("P2", "ratio", "sqlite", pairs.ratio, pairs, "13 ms / 10 ms").under(FREE)
    run = {"day": "2026-03-02", "command": "scripts/bench P2", "seed": 7, "minutes": 2.4, "processors": 2}
    report.write([row], run, FREE, to=tmp_path / "latest.json")
    told = json.loads((tmp_path / "latest.json").read_text())

    page = report.into_page(f"before\n{report.BEGIN}\nold\n{report.END}\nafter", report.as_markdown(told))

    assert set(told["rows"][0]) >= {
        "goal", "database", "measured", "bar", "ok", "pairs", "min", "max", "control",
    }  # fmt: skip
    assert (
        "| P2 | sqlite | page of 50 rows / bare view of 50 rows | 1.3 | <= 1.5 | ok | 3 | 1.2–1.4 |" in page
    )
    assert (page[:7], page[-5:], "old" in page) == ("before\n", "after", False)


# --- Cases from a seed ------------------------------------------------------------------------------------------
@pytest.fixture
def generated(db):
    now = clock.now().replace(microsecond=0)
    cast = Cast.appoint(now.date())

    def generate(seed: int, applications: int = 120) -> gen.World:
        world = gen.World(Loader(gen.TABLES), cast, seed=seed, shape="desk", now=now, sealed=True)
        for _ in range(applications):
            world.add_application()
        return world

    return generate


def rows_of(world: gen.World) -> dict:
    return {model.__name__: table.rows for model, table in world.loader.tables.items()}


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(generated):
    assert rows_of(generated(7)) == rows_of(generated(7)) != rows_of(generated(8))


def test_invented_cases_keep_every_constraint_and_their_ledger_verifies(generated):
    seed = random.randrange(1_000_000)  # never the published one alone
    world = generated(seed)

    world.loader.flush()

    connection.check_constraints()
    assert (seed, *verify()) == (seed, world.entries, [])


def test_one_office_has_two_fifths_of_the_cases(generated):
    world = generated(7, applications=1_000)

    held = [row for row in rows_of(world)["CaseParty"] if world.cast.busiest.pk in row]

    assert 0.35 < len(held) / world.cases < 0.45
