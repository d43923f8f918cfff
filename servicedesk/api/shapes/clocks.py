"""Shapes of promises and their time: budgets, clocks with segments and history, attainment."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    number_shown,
    text_shown,
    time_shown,
    yes_shown,
)


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


class TimeBudgetShape(Shown):
    """How the promise to customers is split over departments."""

    promised = PromisedShape(allow_null=True)
    used = UsedShape(many=True)
    departments = WouldHaveShape(many=True)
