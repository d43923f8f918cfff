"""Shapes of accountability: who had a problem when, statements, scorecards, fix times."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

FIX_TIME_PARTS = ("since", "until", "before", "after")


def seconds_shown(*, is_nullable: bool = False) -> serializers.FloatField:
    """Return a field that shows a span in seconds."""
    return serializers.FloatField(read_only=True, allow_null=is_nullable)


class Moment(Taken):
    """A moment, ISO 8601; without a zone it is the tenant's."""

    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class AccountableShape(Shown):
    """Who answered for a problem at a moment.

    `standing` is unknown (before the discovery), waiting, working, held_solved or resolved; `leg`
    is the place of the stay in the journey, from 0.
    """

    at = time_shown()
    standing = text_shown()
    department = serializers.CharField(read_only=True, allow_null=True)
    leg = number_shown(is_nullable=True)
    stage = serializers.CharField(read_only=True, allow_null=True)
    stage_name = text_shown()
    person = serializers.CharField(read_only=True, allow_null=True)
    lead = serializers.CharField(read_only=True, allow_null=True)
    since = time_shown(is_nullable=True)
    until = time_shown(is_nullable=True)
    due_at = time_shown(is_nullable=True)
    is_late = yes_shown()


class NewStatement(Taken):
    """The word of a department; `leg` is the place of the stay in the journey, from 0."""

    department = words(longest=80, is_needed=True)
    leg = serializers.IntegerField(min_value=0, max_value=100_000)
    about = choice("leg", "detour", default="leg")
    text = words(longest=2000, is_needed=True)


class ChangedStatement(Taken):
    """Another word."""

    text = words(longest=2000, is_needed=True)


class DecidedStatement(Taken):
    """What a lead decides, and why."""

    decision = choice("excused", "counts")
    because = words(longest=2000, is_needed=True)


class StatementShape(Shown):
    """What a department said beside a stay or a detour, and what was decided about it."""

    id = number_shown()
    leg = serializers.IntegerField(source="leg.position", read_only=True)
    about = text_shown()
    department = shown("department.slug")
    text = text_shown()
    author = shown("user.name")
    at = time_shown()
    edited_at = time_shown(is_nullable=True)
    decision = text_shown()
    decided_because = text_shown()
    decided_by = shown("decided_by.name")
    decided_at = time_shown(is_nullable=True)


class MonthFilters(Taken):
    """Which months a report counts, written as 2026-03."""

    since = words(longest=7)
    until = words(longest=7)


class FollowersShape(Shown):
    """Who hears of each stage of a problem; `is_mine`: whoever was given the token does."""

    followers = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_mine = yes_shown()


class ScorecardShape(Shown):
    """What a department answers for, in seconds of its own opening hours."""

    department = text_shown()
    problems = number_shown()
    stays = number_shown()
    own_seconds = seconds_shown()
    working_seconds = seconds_shown()
    waiting_seconds = seconds_shown()
    paused_seconds = seconds_shown()
    late_seconds = seconds_shown()
    late_stays = number_shown()
    excused_stays = number_shown()
    refused = number_shown()
    refused_rightly = number_shown()
    refused_wrongly = number_shown()
    handed_over = number_shown()
    handed_back = number_shown()
    tasks_done = number_shown()
    tasks_refused = number_shown()
    late_tasks = number_shown()
    task_seconds = seconds_shown()
    statements = number_shown()


class ScorecardsShape(Shown):
    """The scorecards of a period; `left_out`: there were more stays than are counted."""

    since = time_shown()
    until = time_shown()
    left_out = yes_shown()
    departments = ScorecardShape(many=True)


class FixTimeFilters(MonthFilters):
    """What is compared: two workflow versions by id (or `standard`), else the period before."""

    before = words(longest=16)
    after = words(longest=16)


class QuartilesShape(Shown):
    """How many problems, and their quartiles in seconds of plain time."""

    problems = number_shown()
    first_quartile_seconds = seconds_shown(is_nullable=True)
    median_seconds = seconds_shown(is_nullable=True)
    third_quartile_seconds = seconds_shown(is_nullable=True)


class ComparedFixTimesShape(Shown):
    """Both sides; `change` is a share of the median before, null where there are too few."""

    name = text_shown()
    before = QuartilesShape()
    after = QuartilesShape()
    is_too_few = yes_shown()
    change = serializers.FloatField(read_only=True, allow_null=True)


class StepScoreShape(Shown):
    """How a step of a key workflow kept its time."""

    stage_key = text_shown()
    name = text_shown()
    within_seconds = seconds_shown(is_nullable=True)
    stays = number_shown()
    in_time = number_shown()


class KeyWorkflowShape(Shown):
    """How a key workflow kept its times, step by step."""

    workflow = number_shown()
    name = text_shown()
    stays = number_shown()
    in_time = number_shown()
    steps = StepScoreShape(many=True)


class FixTimesShape(Shown):
    """Time to permanent fix; `fixers` are the departments that put the fixes in place."""

    since = time_shown()
    until = time_shown()
    begins_at = time_shown()
    before = serializers.CharField(read_only=True, allow_null=True)
    after = serializers.CharField(read_only=True, allow_null=True)
    whole = ComparedFixTimesShape()
    departments = ComparedFixTimesShape(many=True)
    fixers = ComparedFixTimesShape(many=True)
    stages = ComparedFixTimesShape(many=True)
    versions = ComparedFixTimesShape(many=True)
    key_workflows = KeyWorkflowShape(many=True)
