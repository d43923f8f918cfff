"""How right the matching was, from what people decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems.matching_quality import (
    ENOUGH_DECISIONS,
    Decision,
    calibration,
    calibration_error,
    proven_threshold,
    surely,
)


def decided(score: int, *, right: int, wrong: int = 0) -> list[Decision]:
    return [Decision(score, True)] * right + [Decision(score, False)] * wrong


def test_few_decisions_prove_nothing_however_right_they_are():
    few = decided(990, right=ENOUGH_DECISIONS - 1)

    assert proven_threshold(few, wanted_precision=80) is None
    assert proven_threshold([*few, Decision(990, True)], wanted_precision=80) is not None


def test_ninety_seven_of_a_hundred_take_fifty_four_without_a_mistake():
    assert proven_threshold(decided(990, right=53), wanted_precision=97) is None

    proven = proven_threshold(decided(990, right=54), wanted_precision=97)

    assert proven is not None
    assert (proven.score, proven.decided, proven.right) == (990, 54, 54)


def test_the_threshold_is_the_lowest_at_which_links_are_still_right_often_enough():
    decisions = [
        *decided(950, right=200),
        *decided(800, right=60, wrong=2),
        *decided(500, right=30, wrong=30),
    ]

    proven = proven_threshold(decisions, wanted_precision=97)

    assert proven is not None
    assert proven.score == 800
    assert (proven.decided, proven.right) == (262, 260)


def test_one_mistake_more_raises_the_threshold():
    before = [*decided(950, right=200), *decided(800, right=60, wrong=2)]

    after = proven_threshold([*before, *decided(800, right=0, wrong=6)], wanted_precision=97)

    assert after is not None
    assert after.score == 950


def test_suggestions_of_the_same_certainty_stand_or_fall_together():
    # In whatever order they come, a few right ones at the top of a group prove nothing.
    group = decided(900, right=60, wrong=20)

    assert proven_threshold(group, wanted_precision=95) is None
    assert proven_threshold(group[::-1], wanted_precision=95) is None


@given(
    st.lists(st.builds(Decision, score=st.integers(0, 1000), is_right=st.booleans()), max_size=300),
    st.integers(80, 99),
)
def test_what_is_proven_holds_among_the_decisions_themselves(decisions, wanted):
    proven = proven_threshold(decisions, wanted_precision=wanted)

    if proven is not None:
        above = [one.is_right for one in decisions if one.score >= proven.score]
        assert (len(above), sum(above)) == (proven.decided, proven.right)
        assert sum(above) / len(above) * 100 >= wanted
        assert len(above) >= ENOUGH_DECISIONS


@pytest.mark.parametrize(("right", "of"), [(0, 0), (0, 5), (5, 5), (97, 100), (970, 1000)])
def test_what_is_sure_is_less_than_what_was_seen(right, of):
    sure = surely(right, of=of)

    assert 0 <= sure <= (right / of if of else 0) + 1e-9


def test_more_decisions_make_it_surer():
    assert surely(9, of=10) < surely(90, of=100) < surely(900, of=1000) < 0.9


def test_the_picture_shows_what_was_said_beside_what_was_true():
    bins = calibration([*decided(850, right=17, wrong=3), *decided(420, right=4, wrong=6)])

    assert len(bins) == 10
    assert (bins[8].decided, bins[8].said, bins[8].was) == (20, 0.85, 0.85)
    assert (bins[4].begins, bins[4].was) == (400, 0.4)
    assert bins[0].was is None
    assert bins[0].said is None


def test_the_mean_distance_weighs_bars_by_their_decisions():
    bins = calibration([*decided(850, right=17, wrong=3), *decided(500, right=0, wrong=20)])

    assert calibration_error(bins) == pytest.approx(0.25)
    assert calibration_error(calibration([])) is None


def test_full_certainty_has_its_place_in_the_last_bar():
    assert calibration(decided(1000, right=1))[9].decided == 1
