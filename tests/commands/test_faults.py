"""A sample of `make faults`: variables in any combination, files damaged in any way."""

import faults
import pytest


@pytest.fixture(scope="module")
def ground(tmp_path_factory) -> faults.Ground:
    """A project with committed records."""
    return faults.Ground(tmp_path_factory.mktemp("ground"))


def test_no_combination_of_variables_changes_a_tracked_file(ground):
    assert faults.try_combinations(ground, 8, seed=1) == []


def test_after_any_damage_a_report_ends_well_or_names_the_file(ground):
    assert faults.try_damages(ground, 3, seed=1) == []
