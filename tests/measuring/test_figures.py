"""Figures are what their names say: worked out by hand on a few rankings."""

import pytest

from servicedesk.measuring.figures import Matched, figures_of, means


def ranked(place: int | None, probability: float, *, some: float | None = None) -> Matched:
    return Matched(
        is_known=True, place=place, probability=probability, some=some or probability, ms=place or 9
    )


def unknown(probability: float) -> Matched:
    return Matched(is_known=False, place=None, probability=probability, some=probability)


def test_places_are_counted_among_texts_that_have_a_problem():
    figures = figures_of(
        [ranked(1, 0.9), ranked(2, 0.5), ranked(4, 0.4), ranked(None, 0.1), unknown(0.2)]
    )

    assert figures["top1"] == 1 / 4
    assert figures["top3"] == 2 / 4
    assert figures["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)


def test_the_area_is_how_often_a_known_text_is_surer():
    figures = figures_of([ranked(1, 0.9), ranked(1, 0.4), unknown(0.6), unknown(0.1)])

    assert figures["auroc"] == pytest.approx(3 / 4)


def test_the_same_certainty_is_half_a_success():
    figures = figures_of([ranked(1, 0.5), unknown(0.5)])

    assert figures["auroc"] == pytest.approx(0.5)


def test_without_unknown_texts_nothing_is_said_of_them():
    figures = figures_of([ranked(1, 0.9)])

    assert figures["auroc"] is None
    assert figures["f1_open"] is None


def test_links_from_one_half_on_are_judged_by_precision_and_recall():
    figures = figures_of([ranked(1, 0.9), ranked(2, 0.8), ranked(1, 0.3), unknown(0.7)])

    assert figures["f1_open"] == pytest.approx(2 * 1 / (3 + 3))


def test_precision_counts_the_surest_links_that_cover_so_many_known_texts():
    surest = [ranked(1, 0.9), ranked(1, 0.8), unknown(0.85), ranked(2, 0.6), ranked(1, 0.5)]

    figures = figures_of(surest)

    assert figures["precision_at_50"] == pytest.approx(2 / 3)
    assert figures["precision_at_70"] == pytest.approx(2 / 4)


def test_a_calibrated_answer_has_no_error_and_a_boastful_one_has():
    honest = [ranked(1, 0.75)] * 3 + [ranked(2, 0.75)]
    boastful = [ranked(2, 0.95)] * 4

    assert figures_of(honest)["calibration_error"] == pytest.approx(0)
    assert figures_of(boastful)["calibration_error"] == pytest.approx(0.95)


def test_the_mean_of_draws_is_the_mean_of_each_figure():
    draws = [figures_of([ranked(1, 0.9)]), figures_of([ranked(2, 0.9)])]

    assert means(draws)["top1"] == 0.5
    assert means(draws)["auroc"] is None
