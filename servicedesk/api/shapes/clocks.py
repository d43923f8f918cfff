"""Shapes of promises and their time: budgets, clocks with segments and history, attainment."""

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
from workflow.clocks.attainment import Dimension


def seconds_shown(*, is_nullable: bool = False) -> serializers.IntegerField:
    """Return a field that shows a span in whole seconds."""
    return serializers.IntegerField(
        read_only=True, allow_null=is_nullable, help_text="In seconds of opening hours."
    )


class PromisedShape(Shown):
    """Until when customers were promised a solution; `case` is null where a day was told."""

    due_at = time_shown()
    case = number_shown(is_nullable=True)


class UsedShape(Shown):
    """How much of its own opening hours a department had a problem."""

    department = text_shown()
    used_seconds = seconds_shown()
    late_seconds = seconds_shown()


class WouldHaveShape(Shown):
    """What a department would have of the promise if it got the problem now."""

    department = text_shown()
    target_seconds = seconds_shown()
    left_seconds = seconds_shown()
    is_short = yes_shown()


class PlannedStayShape(Shown):
    """A stay that lies ahead by the drawing of the workflow, and when its time is used up."""

    stage = text_shown()
    department = text_shown()
    target_seconds = seconds_shown()
    begins_at = time_shown()
    ends_at = time_shown()
    is_late = yes_shown()


class TimeBudgetShape(Shown):
    """How the promise to customers is split over departments."""

    promised = PromisedShape(allow_null=True)
    used = UsedShape(many=True)
    departments = WouldHaveShape(many=True)
    planned = PlannedStayShape(many=True)


class SegmentShape(Shown):
    """A stretch of a clock's time; `kind` is counted, paused, closed or holiday."""

    kind = text_shown()
    began_at = time_shown()
    ended_at = time_shown()
    counted_so_far_seconds = serializers.FloatField(read_only=True)


class MarkShape(Shown):
    """What happened to a clock; `due_at` is the due time after it, null while it was paused."""

    kind = text_shown()
    at = time_shown()
    due_at = time_shown(is_nullable=True)
    reason = serializers.CharField(read_only=True, allow_null=True)


class ClockShape(Shown):
    """A promise: how it stands, by what it runs, how its due time adds up, what happened to it."""

    id = number_shown()
    metric = text_shown()
    state = text_shown()
    cycle = number_shown()
    department = serializers.CharField(read_only=True, allow_null=True)
    service_level = serializers.CharField(read_only=True, allow_null=True)
    version = number_shown(is_nullable=True)
    calendar = text_shown()
    calendar_revision = number_shown()
    ladder = serializers.CharField(read_only=True, allow_null=True)
    promised_words = text_shown()
    within_seconds = seconds_shown()
    within_days = number_shown(is_nullable=True)
    started_at = time_shown()
    attached_at = time_shown()
    original_due_at = time_shown()
    due_at = time_shown()
    breach_recorded_at = time_shown(is_nullable=True)
    acknowledged_at = time_shown(is_nullable=True)
    stopped_at = time_shown(is_nullable=True)
    segments = SegmentShape(many=True, read_only=True)
    marks = MarkShape(many=True, read_only=True)


class ReportFilters(Taken):
    """What a report is asked for; months are written as 2026-03, without them it is the last three."""

    of = choice("cases", "problems", default="cases")
    by = choice(*(str(one) for one in Dimension), default="metric", says="What rows are told by.")
    since = words(longest=7, says="The first month.")
    until = words(longest=7, says="The last month.")
    department = words(longest=16, says="The `key` of a row by department, or none.")
    policy = words(longest=16, says="The `key` of a row by policy, or none.")
    version = words(longest=16, says="The `key` of a row by version, or none.")
    metric = words(longest=16)
    priority = words(longest=2)
    month = words(longest=7)


class ClockFilters(ReportFilters):
    """Which clocks are listed."""

    verdict = words(longest=7, says="met, missed or running")
    after = words(longest=200, says="Where a page begins, as `next` names it.")


class PeriodFilters(Taken):
    """Which months a report counts, written as 2026-03."""

    since = words(longest=7)
    until = words(longest=7)
    split = words(longest=16, says="The id of the version before and after which is compared.")


class AttainedShape(Shown):
    """How the promises of one group were kept; uses are shares of the span, 1 is all of it."""

    key = serializers.CharField(read_only=True, allow_null=True)
    label = text_shown()  # type: ignore[assignment]
    met = number_shown()
    missed = number_shown()
    running = number_shown()
    percent = serializers.FloatField(read_only=True, allow_null=True)
    median_use = serializers.FloatField(read_only=True, allow_null=True)
    high_use = serializers.FloatField(read_only=True, allow_null=True)


class AttainmentShape(Shown):
    """How promises were kept, group by group."""

    since = time_shown()
    until = time_shown()
    by = text_shown()
    rows = AttainedShape(many=True, read_only=True)


class ClockBehindShape(Shown):
    """A clock behind a figure; the record is a case or a problem."""

    id = number_shown()
    record = number_shown()
    metric = text_shown()
    state = text_shown()
    started_at = time_shown()
    due_at = time_shown()
    stopped_at = time_shown(is_nullable=True)
    breach_recorded_at = time_shown(is_nullable=True)


class ShareShape(Shown):
    """What one department had of the problems' time, in seconds; `own` is what it answers for."""

    department = text_shown()
    problems = number_shown()
    stays = number_shown()
    late_stays = number_shown()
    working_seconds = serializers.FloatField(read_only=True)
    waiting_seconds = serializers.FloatField(read_only=True)
    paused_seconds = serializers.FloatField(read_only=True)
    closed_seconds = serializers.FloatField(read_only=True)
    total_seconds = serializers.FloatField(read_only=True)
    own_seconds = serializers.FloatField(read_only=True)
    late_seconds = serializers.FloatField(read_only=True)
    median_own_seconds = serializers.FloatField(read_only=True)


class DurationsShape(Shown):
    """Medians from discovery to root cause and to fix, in seconds, before and after a version."""

    department = text_shown()
    causes = number_shown()
    fixes = number_shown()
    cause_before_seconds = serializers.FloatField(read_only=True, allow_null=True)
    cause_after_seconds = serializers.FloatField(read_only=True, allow_null=True)
    fix_before_seconds = serializers.FloatField(read_only=True, allow_null=True)
    fix_after_seconds = serializers.FloatField(read_only=True, allow_null=True)


class TimeSpentShape(Shown):
    """Where the time of resolved problems went, every second once."""

    since = time_shown()
    until = time_shown()
    problems = number_shown()
    left_out = yes_shown()
    total_seconds = serializers.FloatField(read_only=True)
    departments = ShareShape(many=True, read_only=True)
    durations = DurationsShape(many=True, read_only=True)


class PromisesOfShape(Shown):
    """How the promises of one person went."""

    person = text_shown()
    kept = number_shown()
    broken = number_shown()
    running = number_shown()


class PromisesShape(Shown):
    """How people's promises to customers went."""

    since = time_shown()
    until = time_shown()
    people = PromisesOfShape(many=True, read_only=True)


class PromiseShape(Shown):
    """What somebody promised to a customer; `state` is that of its clock."""

    id = number_shown()
    text = text_shown()
    reason = text_shown()
    made_by = shown("made_by.email")
    made_at = time_shown()
    due_at = serializers.DateTimeField(source="clock.due_at", read_only=True)
    first_due_at = serializers.DateTimeField(source="clock.original_due_at", read_only=True)
    state = serializers.CharField(source="clock.state", read_only=True)
    ended_at = serializers.DateTimeField(source="clock.stopped_at", read_only=True)


def to_the_next_opening() -> serializers.BooleanField:
    """Return the field that moves a time outside the opening hours to their next beginning."""
    return serializers.BooleanField(
        default=False, help_text="Whether a time at which nobody is there becomes the next opening."
    )


class NewPromise(Taken):
    """What is promised, as the customer reads it, and by when."""

    text = words(longest=200, is_needed=True)
    by = serializers.DateTimeField()
    moves_to_opening = to_the_next_opening()


class ChangedPromise(Taken):
    """By when now, and why, as the customer reads it."""

    by = serializers.DateTimeField()
    moves_to_opening = to_the_next_opening()
    reason = words(longest=200, is_needed=True)


class WithdrawnPromise(Taken):
    """Why a promise is taken back."""

    reason = words(longest=200, is_needed=True)
