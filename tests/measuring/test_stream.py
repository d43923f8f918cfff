"""A stream of labelled cases is read, and its figures are what they say."""

import json

import pytest

from servicedesk.measuring.arrived import read_rows
from servicedesk.measuring.groupings import adjusted_rand, mutual_information
from servicedesk.measuring.labelled import BadTexts
from servicedesk.measuring.patterns import Alarm, Watched, delays_of, figures_of
from tests.patterns.planted import MINUTE, MONDAY, Planting


def line(place: int, *, label: str | None, new: bool) -> str:
    at = (MONDAY + place * MINUTE).isoformat()
    return json.dumps(
        {"at": at, "text": f"text {place}", "customer": f"c{place}", "label": label, "new": new}
    )


def stream(*labels: tuple[str, bool]) -> list[str]:
    return [line(place, label=label, new=new) for place, (label, new) in enumerate(labels)]


def test_rows_are_read_in_order_of_time():
    rows = read_rows(reversed(stream(("a", False), ("b", True))))

    assert [(row.label, row.is_new) for row in rows] == [("a", False), ("b", True)]
    assert rows[0].at == MONDAY


@pytest.mark.parametrize("text", ["{}", "no object", '{"at": "yesterday"}'])
def test_a_line_that_is_no_case_is_refused_with_its_number(text):
    with pytest.raises(BadTexts, match="line 2"):
        read_rows([line(0, label="a", new=True), text])


def test_an_alarm_is_right_if_six_of_ten_of_its_cases_have_the_same_new_label():
    rows = read_rows(stream(*[("known", False)] * 5, *[("new", True)] * 10))
    cases = [
        Planting().case(row.label or "", at=row.at, known=0.0 if row.is_new else 0.9)
        for row in rows
    ]
    watched = Watched(
        [
            type(case)(place, case.at, row.customer, case.vector, case.known)
            for place, (case, row) in enumerate(zip(cases, rows, strict=True))
        ],
        [None] * len(rows),
    )
    wrong, right = Alarm((2, 3, 4, 5, 6), at_row=6), Alarm((4, 5, 6, 7, 8), at_row=8)

    figures = figures_of(rows, watched=watched, alarms=[wrong, right], history=5)

    assert delays_of(rows, alarms=[wrong, right]) == {"new": 4}
    assert figures["recall"] == 1.0
    assert figures["delay_cases_p50"] == figures["delay_cases_p90"] == 4.0
    assert figures["false_alarms_per_10k"] == 1000.0


def test_groups_that_agree_are_one_and_those_by_chance_nothing():
    right = ["a"] * 4 + ["b"] * 4

    assert adjusted_rand(right, [1] * 4 + [2] * 4) == 1.0
    assert adjusted_rand(right, [1, 2] * 4) < 0.0
    assert mutual_information(right, [1] * 4 + [2] * 4) == pytest.approx(1.0)
    assert mutual_information(right, [1, 2] * 4) == pytest.approx(0.0)
    # Worked by hand: 13 pairs of the same label, 12 of the same group, 9 in both, of 28.
    assert adjusted_rand(["a"] * 5 + ["b"] * 3, [1] * 4 + [2] * 4) == pytest.approx(
        (9 - 13 * 12 / 28) / (12.5 - 13 * 12 / 28)
    )
