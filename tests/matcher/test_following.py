"""Rows get their ids before they are seen: none may be missed, and none is taken twice."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from problems.teaching import LessonKind, teach
from servicedesk.matcher.following import Follower, Position
from tests.make import AT, make_problem
from workflow.tenancy.models import Tenant

LESSON = """
SELECT set_config('app.tenant_id', %(tenant)s, true);
INSERT INTO problems_lesson (tenant_id, kind, problem_id, at)
VALUES (%(tenant)s, 'retitled', %(problem)s, now()) RETURNING id
"""


def test_a_row_is_taken_once():
    position = Position()

    first = position.take([1, 2], oldest_running=10, next_to_run=11)
    again = position.take([1, 2, 3], oldest_running=10, next_to_run=12)

    assert (first, again) == ([1, 2], [3])


def test_a_lower_id_that_appears_late_is_taken_as_long_as_its_writer_may_be_at_work():
    position = Position()
    position.take([5], oldest_running=10, next_to_run=11)

    # Whoever ran at the first look has not ended: the floor may not rise yet.
    late = position.take([4, 5], oldest_running=10, next_to_run=20)

    assert late == [4]
    assert position.floor == 0


def test_the_floor_rises_once_everybody_has_ended_who_could_write_below_it():
    position = Position()
    position.take([5], oldest_running=10, next_to_run=11)

    position.take([5], oldest_running=11, next_to_run=12)

    assert position.floor == 5
    assert position.seen == set()


def test_what_comes_after_the_highest_waits_for_its_own_time():
    position = Position()
    position.take([5], oldest_running=10, next_to_run=11)
    position.take([5, 6], oldest_running=11, next_to_run=13)

    assert position.floor == 5
    assert position.take([6, 7], oldest_running=12, next_to_run=14) == [7]
    assert position.floor == 5
    position.take([6, 7], oldest_running=13, next_to_run=15)
    assert position.floor == 6


def test_a_lesson_that_is_committed_after_a_later_one_is_not_missed(committed_tenant: Tenant):
    problem = make_problem()
    follower = Follower()
    follower.begin()
    follower.changes()
    settings = connection.settings_dict
    slow = psycopg2.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
    )
    with closing(slow), slow.cursor() as cursor:
        cursor.execute(LESSON, {"tenant": str(committed_tenant.pk), "problem": problem.pk})
        teach(LessonKind.ENDED, problem_id=problem.pk, at=AT)
        while_it_waits = follower.changes()
        follower.changes()
        slow.commit()

        after = follower.changes()

    assert [change.kind for change in while_it_waits] == [LessonKind.ENDED]
    assert [change.kind for change in after] == [LessonKind.RETITLED]


@pytest.mark.usefixtures("tenant")
def test_nothing_new_costs_one_query(django_assert_num_queries):
    follower = Follower()
    follower.begin()
    follower.changes()

    with django_assert_num_queries(1):
        assert follower.changes() == []
