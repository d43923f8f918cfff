"""Groups of unmatched cases, and what names them."""

from datetime import timedelta

import pytest

from problems.patterns.arriving import centre_of
from problems.patterns.grouping import group_cases
from problems.patterns.naming import cause_of
from tests.patterns.planted import MINUTE, MONDAY, Planting


def test_cases_of_a_topic_are_one_group_and_of_two_topics_two():
    planting = Planting()
    cases = [
        planting.case(f"topic {place % 6}", at=MONDAY + place * MINUTE) for place in range(120)
    ]

    groups = group_cases(cases)

    assert [len(group.case_ids) for group in groups] == [20] * 6
    assert all(len({case_id % 6 for case_id in group.case_ids}) == 1 for group in groups)


def test_the_same_cases_are_grouped_the_same_again():
    cases = Planting(seed=5).usual(150, topics=12)

    first, second = group_cases(cases), group_cases(cases)

    assert [group.case_ids for group in first] == [group.case_ids for group in second]


def test_a_group_is_as_large_as_its_customers_and_small_ones_are_left_out():
    planting = Planting()
    by_one = [
        planting.case("by one", at=MONDAY + place * MINUTE, customer="one") for place in range(30)
    ]
    by_many = [planting.case("by many", at=MONDAY + place * MINUTE) for place in range(8)]

    groups = group_cases([*by_one, *by_many], least_customers=5)

    assert [group.customers for group in groups] == [8]


def test_few_cases_and_none_are_grouped_too():
    planting = Planting()
    one, other = planting.case("a", at=MONDAY), planting.case("b", at=MONDAY + timedelta(hours=1))

    assert group_cases([]) == []
    assert [group.case_ids for group in group_cases([one])] == [(one.case_id,)]
    assert len(group_cases([one, other])) == 2


def test_a_hundred_equal_texts_are_grouped():
    planting = Planting()
    text = planting.vector("template")
    cases = [planting.case("", at=MONDAY + place * MINUTE, vector=text) for place in range(100)]

    groups = group_cases(cases)

    assert sum(len(group.case_ids) for group in groups) == 100


def test_the_centre_of_a_group_lies_between_its_cases():
    planting = Planting()
    cases = [planting.case("topic", at=MONDAY + place * MINUTE) for place in range(10)]

    (group,) = group_cases(cases)

    assert float(group.centre @ planting.topics["topic"]) > 0.9
    assert abs(float(centre_of(group.centre[None]) @ group.centre) - 1) < 1e-5


ELSEWHERE = [
    "My invoice shows the wrong address",
    "How do I change my password?",
    "Please cancel my order",
    "The delivery is late again",
    "I need a copy of my contract",
] * 20


def test_a_cause_is_named_by_what_these_cases_say_and_others_do_not():
    texts = [
        "Since the tariff change my invoice is too high",
        "The tariff change doubled what I pay, error E-4012",
        "Why did the tariff change raise my bill? E-4012",
        "My invoice is wrong after the tariff change",
    ]

    cause = cause_of(
        texts,
        background=ELSEWHERE,
        facts=[{"product": "Fiber 500", "region": ""}] * 4,
        background_facts=[{"product": f"Fiber {100 * (place % 5 + 1)}"} for place in range(100)],
    )

    assert cause.title == "E-4012, tariff change"
    assert cause.phrases[0].share == 1.0
    assert [code.value for code in cause.codes] == ["e-4012"]
    assert [(fact.kind, fact.value) for fact in cause.facts] == [("product", "Fiber 500")]
    assert 4 < cause.facts[0].times < 6


def test_the_line_of_a_customer_that_says_most_of_it_names_a_pattern():
    subjects = [
        "Invoice",
        "wrong invoice since the tariff change.",
        "Tariff change",
        "Please help me!",
    ]
    texts = [f"{subject}\nThe invoice is wrong, E-4012, day {place}"
             for place, subject in enumerate(subjects)]  # fmt: skip

    cause = cause_of(texts, background=ELSEWHERE, subjects=subjects)

    assert cause.title == "Wrong invoice since the tariff change: e-4012"


def test_a_sentence_that_names_nobody_stands_in_for_empty_subjects():
    texts = [
        "Hello, the tariff change doubled it.\nContract 4711. My name is Ada and the tariff change is bad",
        "Since the tariff change my bill doubled. Please call +49 30 901820",
        "It is tariff change number 2 that doubled my bill",
    ]

    named = cause_of(
        texts, background=ELSEWHERE, subjects=["Please help me soon", "A question", ""]
    )
    without = cause_of(
        [f"the tariff change doubled {place}" for place in range(3)],
        background=ELSEWHERE,
        subjects=["A question"],
    )

    assert named.title == "Since the tariff change my bill doubled"
    assert without.title == "Change doubled"


def test_a_code_beside_a_name_and_a_number_of_a_customer_lets_neither_into_a_title():
    cause = cause_of(
        [
            "Olga 90011234: payments fail with E-4012",
            "Abroad all payments fail with E-4012",
        ],
        background=ELSEWHERE,
        subjects=["A question"],
    )

    assert cause.title == "Abroad all payments fail with E-4012"


@pytest.mark.parametrize(
    "personal",
    [
        "Tariff change doubled it, says Ragnhild",
        "Tariff change doubled contract 90011234",
        "Dear team, the tariff change doubled it",
    ],
)
def test_what_belongs_to_one_customer_is_no_title_where_it_is_said_best(personal):
    others = ["It doubled with your tariff change", "After your tariff change it doubled"]

    cause = cause_of([personal, *others], background=ELSEWHERE, subjects=[personal, *others[:1]])
    control = cause_of([personal, *others], background=ELSEWHERE, subjects=others[:1])

    assert cause.title == control.title == others[0]


def test_what_everybody_says_names_nothing():
    cause = cause_of(ELSEWHERE[:5], background=ELSEWHERE)

    assert not cause.is_nameable
    assert cause.title == ""


def test_one_text_sent_again_and_again_names_nothing():
    cause = cause_of(["Buy our wonderful watches"] * 50, background=ELSEWHERE)

    assert not cause.is_nameable
