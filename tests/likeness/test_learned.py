"""What is learned from all examples: how to compare, a classifier, and which links look wrong."""

from dataclasses import replace

import numpy as np

from problems.likeness.doubt import doubted
from problems.likeness.head import MOST_WORK, fit_head, lowest_point
from problems.likeness.memory import Memory
from problems.likeness.metric import Metric, learned_metric, plain_metric
from problems.likeness.ranking import Query, rank
from problems.likeness.vectors import SIZE
from tests.likeness.planted import directions, near, world


def test_the_lowest_point_of_a_bowl_is_its_middle():
    middle = np.array([3.0, -1.0, 0.5])
    steep = np.array([1.0, 20.0, 0.2])

    found = lowest_point(
        lambda at: (float(steep @ (at - middle) ** 2), 2 * steep * (at - middle)),
        np.zeros(3),
        tolerance=1e-6,
    )

    assert np.allclose(found, middle, atol=1e-4)


def test_a_head_tells_problems_apart_and_each_counts_the_same():
    about = directions(3)
    rows = np.vstack(
        [near(about[0], 60, seed=1), near(about[1], 4, seed=2), near(about[2], 4, seed=3)]
    )
    owners = np.repeat([0, 1, 2], [60, 4, 4])

    head = fit_head(rows, owners, keys=(7, 8, 9))

    assert head is not None
    told = [int(head.scores(near(row, 1, seed=40)[0]).argmax()) for row in about]
    assert told == [0, 1, 2]


def test_no_head_is_fitted_for_one_problem_or_for_too_much():
    rows = directions(4)

    assert fit_head(rows, np.zeros(4, np.int64), keys=(1,)) is None
    assert fit_head(rows, np.arange(4), keys=tuple(range(MOST_WORK // 4 + 1))) is None


def test_a_difference_that_all_problems_have_counts_less():
    about = directions(6)
    mood = directions(1, seed=99)[0]
    rows, owners = [], []
    for place, row in enumerate(about):
        for loud in (-1.2, 0.0, 1.2):
            rows.append(row + loud * mood)
            owners.append(place)
    learned = learned_metric(np.asarray(rows, np.float32), np.asarray(owners), count=len(about))

    def likeness(metric: Metric) -> float:
        asked, answer = about[0] + mood, about[0] - mood
        return float(metric.likeness(asked, answer[None], lengths=metric.lengths(answer[None]))[0])

    assert likeness(learned) > likeness(plain_metric()) + 0.2


def test_without_examples_the_plain_metric_holds():
    rows = directions(3)

    assert (learned_metric(rows, np.arange(3), count=3).weights == np.eye(SIZE)).all()


def test_wrong_links_are_doubted_and_right_ones_are_not():
    memory, about = world(problems=20, cases=6, spread=0.8)
    wrong = range(5000, 5004)
    for number, case_id in enumerate(wrong):
        memory.put_case(case_id, near(about[number], 1, seed=300 + number, spread=0.8)[0])
        memory.link(case_id, problem_id=number + 9)
    examples = memory.examples()

    doubts = doubted(examples.rows, examples.owners, metric=plain_metric(), count=20)

    assert {
        case for case, is_doubted in zip(examples.cases, doubts, strict=True) if is_doubted
    } == {*wrong}


def compared(memory: Memory, asked: Query) -> set[int]:
    """Return the cases that a text was found like, of all problems."""
    return {case for one in rank(memory, asked, at_most=20).problems for case in one.nearest}


def test_what_is_doubted_is_not_compared_with_until_it_is_linked_anew():
    memory, about = world(problems=20, cases=6, spread=0.8)
    memory.put_case(5000, near(about[0], 1, seed=300, spread=0.8)[0])
    memory.link(5000, problem_id=9)
    asked = Query(memory.cases.of([5000])[0])
    assert 5000 in compared(memory, asked)

    memory.adopt(replace(memory.examples().learned(), doubted=frozenset({5000})))

    assert 5000 not in compared(memory, asked)
    memory.link(5000, problem_id=1)
    assert memory.doubted == set()
    assert 5000 in compared(memory, asked)


def test_a_single_text_of_a_problem_with_few_is_not_doubted():
    memory, about = world(problems=20, cases=1, spread=0.8)
    memory.put_case(5000, about[0])
    memory.link(5000, problem_id=9)
    examples = memory.examples()

    doubts = doubted(examples.rows, examples.owners, metric=plain_metric(), count=20)

    assert not doubts.any()
