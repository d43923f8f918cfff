"""What a memory learns counts for the next question, and is forgotten as well."""

import random

import pytest

from problems.likeness.memory import Memory
from problems.likeness.ranking import Query, Ranking, cases_like, rank
from tests.likeness.planted import directions, near, world


def first(ranking: Ranking) -> int:
    return ranking.problems[0].problem_id


def scores(ranking: Ranking) -> dict[int, float]:
    """Return scores by problem."""
    return {one.problem_id: one.score for one in ranking.problems}


def test_a_text_is_ranked_by_the_problem_it_is_like():
    memory, about = world(problems=6, cases=5)

    found = [first(rank(memory, Query(near(row, 1, seed=70)[0]))) for row in about]

    assert found == [1, 2, 3, 4, 5, 6]


def test_nothing_is_found_where_nothing_is_known():
    assert rank(Memory(), Query(directions(1)[0])) == Ranking()


def test_a_new_link_counts_for_the_next_question():
    memory, _about = world(problems=4, cases=3)
    (text, asked) = near(directions(1, seed=50)[0], 2, seed=8, spread=0.4)
    before = rank(memory, Query(asked))
    memory.put_case(999, text)

    memory.link(999, problem_id=2)
    after = rank(memory, Query(asked))

    assert first(after) == 2
    assert after.problems[0].probability > before.problems[0].probability
    assert after.problems[0].nearest[0] == 999


def test_a_link_that_is_taken_back_counts_no_more():
    memory, _about = world(problems=4, cases=3)
    (text, asked) = near(directions(1, seed=50)[0], 2, seed=8, spread=0.4)
    before = rank(memory, Query(asked))
    memory.put_case(999, text)
    memory.link(999, problem_id=2)

    memory.unlink(999)

    assert scores(rank(memory, Query(asked))) == pytest.approx(scores(before), abs=1e-3)
    assert cases_like(memory, Query(asked), at_most=1)[0].id == 999


def test_a_rejection_speaks_against_the_problem_for_texts_like_it():
    memory, about = world(problems=4, cases=3)
    (text, asked) = near(about[1], 2, seed=31, spread=0.3)
    before = rank(memory, Query(asked)).problems[0]
    memory.put_case(999, text)

    memory.reject(999, problem_id=before.problem_id)
    after = rank(memory, Query(asked))

    assert after.problems[0].probability < before.probability - 0.05
    memory.take_back_rejection(999, problem_id=before.problem_id)
    assert rank(memory, Query(asked)).problems[0].score == pytest.approx(before.score, abs=1e-4)


def test_a_case_is_not_like_itself():
    memory, _about = world(problems=3, cases=3)
    own = memory.cases.of([101])[0]

    found = rank(memory, Query(own, case_id=101))

    assert all(101 not in one.nearest for one in found.problems)
    assert all(one.id != 101 for one in cases_like(memory, Query(own, case_id=101)))
    assert rank(memory, Query(own)).problems[0].nearest[0] == 101


def test_a_dropped_problem_is_found_no_more_and_its_cases_stay_known():
    memory, about = world(problems=3, cases=3)

    memory.drop_problem(2)

    found = rank(memory, Query(about[1]), at_most=9)
    assert {one.problem_id for one in found.problems} == {1, 3}
    assert 200 in memory.cases
    memory.link(200, problem_id=1)
    assert memory.problem_of[200] == 1


def test_the_order_in_which_cases_came_does_not_matter():
    one, about = world(problems=5, cases=4)
    other = Memory()
    for key, known in one.problems.items():
        other.put_problem(key, title=known.title)
    links = list(one.problem_of.items())
    random.Random(3).shuffle(links)  # noqa: S311 - the same order every time
    other.cases.put_many([case for case, _ in links], one.cases.of([case for case, _ in links]))
    other.link_many(links)
    other.learn()

    for row in about:
        asked = Query(near(row, 1, seed=77)[0])
        assert scores(rank(other, asked)) == pytest.approx(scores(rank(one, asked)), abs=1e-3)


def test_texts_without_a_word_are_like_nothing():
    memory, about = world(problems=3, cases=2)
    nothing = about[0] * 0
    memory.put_problem(9, title=nothing)
    memory.put_case(900, nothing)
    memory.link(900, problem_id=9)
    memory.learn()

    found = rank(memory, Query(about[0]), at_most=9)

    assert rank(memory, Query(nothing)) == Ranking()
    assert {one.problem_id for one in found.problems} == {1, 2, 3}


def test_many_problems_are_narrowed_down_without_losing_the_right_one():
    memory, about = world(problems=140, cases=2)

    right = sum(
        first(rank(memory, Query(near(row, 1, seed=9)[0]))) == place
        for place, row in enumerate(about, start=1)
    )

    assert right >= 138
