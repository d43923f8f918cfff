"""Probabilities can be taken at their word, and follow how many cases are known."""

import numpy as np
import pytest

from problems.likeness.gate import (
    MOST_SHARE,
    USUAL_SHARE,
    ShareOfKnown,
    Top,
    known_evenly,
    right_if_known,
    with_share,
)
from problems.likeness.memory import ProblemFacts
from problems.likeness.ranking import Query, rank
from tests.likeness.planted import directions, near, world


def top(*, cosine: float = 0.7, lead: float = 3.0, doubt: float = 0.8, examples: int = 6) -> Top:
    return Top(
        vote=0.5,
        cosine=cosine,
        share=0.8,
        lead=lead,
        rise=6.0,
        agree=True,
        examples=examples,
        problems=40,
        doubt=doubt,
    )


def odds(probability: float) -> float:
    return probability / (1 - probability)


def test_the_nearer_the_likelier_that_the_problem_is_known():
    near_by, far = known_evenly(top(cosine=0.85)), known_evenly(top(cosine=0.45))

    assert near_by > 0.7
    assert far < 0.3


def test_a_classifier_that_believes_in_many_problems_makes_less_sure():
    sure, doubting = top(doubt=0.1), top(doubt=2.5)

    assert known_evenly(sure) > known_evenly(doubting)
    assert right_if_known(sure) > right_if_known(doubting)


def test_probabilities_of_all_problems_add_up_to_that_of_any():
    memory, about = world(problems=7, cases=4)

    found = rank(memory, Query(near(about[2], 1, seed=4)[0]), at_most=7)

    assert sum(one.probability for one in found.problems) == pytest.approx(found.some, abs=0.001)
    assert 0 < right_if_known(top()) < 1


def test_what_is_like_nothing_known_is_probably_unknown():
    memory, about = world(problems=7, cases=4)

    known = rank(memory, Query(near(about[2], 1, seed=4, spread=0.5)[0])).some
    unknown = rank(memory, Query(directions(1, seed=88)[0])).some

    assert known > 0.9
    assert unknown < 0.3


def test_another_product_is_less_likely_the_cause():
    memory, about = world(problems=4, cases=3)
    title = memory.problems[2].title
    memory.put_problem(2, title=title, facts=ProblemFacts(product_id=5, product_version="2"))
    text = near(about[1], 1, seed=6)[0]

    def sure(facts: ProblemFacts) -> float:
        return rank(memory, Query(text, facts=facts)).problems[0].probability

    same = sure(ProblemFacts(product_id=5, product_version="2"))
    assert same == sure(ProblemFacts())
    assert same > sure(ProblemFacts(product_id=5, product_version="1"))
    assert sure(ProblemFacts(product_id=5, product_version="1")) > sure(ProblemFacts(product_id=6))


def test_a_share_of_half_changes_nothing_and_a_higher_one_makes_surer():
    assert with_share(0.6, share=0.5) == pytest.approx(0.6)
    assert with_share(0.6, share=0.9) > 0.9


def test_the_share_of_known_cases_is_learned_from_those_that_come():
    chance = np.random.default_rng(2)
    all_known, half_known = ShareOfKnown(), ShareOfKnown()

    for case_id in range(400):
        sure = float(np.clip(chance.normal(0.9, 0.05), 0.01, 0.99))
        unsure = float(np.clip(chance.normal(0.1, 0.05), 0.01, 0.99))
        all_known.see(case_id, evenly=sure)
        half_known.see(case_id, evenly=sure if case_id % 2 else unsure)

    assert all_known.share == MOST_SHARE
    assert 0.5 <= half_known.share < 0.65


def test_cases_that_tell_little_leave_the_share_near_what_is_believed():
    chance = np.random.default_rng(3)
    untold, told = ShareOfKnown(), ShareOfKnown()

    for case_id in range(2_000):
        slanted = float(chance.normal(0.48, 0.1))
        untold.see(case_id, evenly=float(np.clip(slanted, 0.01, 0.99)))
        told.see(case_id, evenly=0.997 if case_id % 4 else 0.003)

    assert untold.share > 0.85
    assert told.share == pytest.approx(0.75, abs=0.01)


def test_likeness_tells_more_where_there_are_more_texts_to_be_like():
    def rises(examples: int) -> float:
        far, near_by = top(cosine=0.5, examples=examples), top(cosine=0.7, examples=examples)
        return odds(known_evenly(near_by)) / odds(known_evenly(far))

    assert rises(40) > 1.3 * rises(2)


def test_the_same_case_counts_once_however_often_its_page_is_opened():
    share = ShareOfKnown()

    for _time in range(100):
        share.see(7, evenly=0.01)

    assert len(share) == 1
    assert share.share == USUAL_SHARE
