"""Shapes of ladders, absences and clocks that somebody has in hand."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)
from workflow.clocks.ladder_changes import FURTHEST_MINUTES, LARGEST_SHARE, MOST_STEPS
from workflow.clocks.models import StepAction

ACTIONS = [action.value for action in StepAction]


class StepTaken(Taken):
    """A step: at a share of the target in percent, or opening minutes from the due time."""

    percent = serializers.IntegerField(
        min_value=1, max_value=LARGEST_SHARE, required=False, allow_null=True, default=None
    )
    minutes = serializers.IntegerField(
        min_value=-FURTHEST_MINUTES,
        max_value=FURTHEST_MINUTES,
        required=False,
        allow_null=True,
        default=None,
        help_text="Opening minutes from the due time; less than nothing is before it.",
    )
    action = choice(*ACTIONS)
    department = words(longest=80, says="Short name of where it is sent, for `reassign`.")


class LadderWish(Taken):
    """A ladder: the steps and departments given are all it has."""

    name = words(longest=80, is_needed=True)
    steps = serializers.ListField(child=StepTaken(), min_length=1, max_length=MOST_STEPS)
    is_default = serializers.BooleanField(default=False)
    departments = serializers.ListField(
        child=serializers.CharField(max_length=80),
        max_length=200,
        default=list,
        help_text="Short names of departments whose own targets climb it.",
    )


class StepShape(Shown):
    """A step of a ladder."""

    position = number_shown()
    percent = number_shown(is_nullable=True)
    minutes = number_shown(is_nullable=True)
    action = text_shown()
    department = serializers.SerializerMethodField()

    def get_department(self, step: Any) -> str | None:
        """Return the short name of where it is sent; it is loaded."""
        return step.department.slug if step.department else None


class LadderShape(Shown):
    """Who is woken when."""

    id = number_shown()
    name = text_shown()
    is_default = yes_shown()
    steps = StepShape(many=True, read_only=True)


class AbsenceWish(Taken):
    """That a colleague is away from a moment to another, and who steps in, if anybody does."""

    person = serializers.EmailField(max_length=254)
    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    substitute = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, default=""
    )


class AbsenceShape(Shown):
    """That somebody is away, and who steps in."""

    id = number_shown()
    person = shown("user.email")
    begins_at = time_shown()
    ends_at = time_shown()
    substitute = serializers.SerializerMethodField()

    def get_substitute(self, absence: Any) -> str | None:
        """Return the e-mail address of who steps in; it is loaded."""
        return absence.substitute.email if absence.substitute else None


class InHandShape(Shown):
    """A clock that somebody has in hand."""

    id = number_shown()
    metric = text_shown()
    state = text_shown()
    due_at = time_shown()
    acknowledged_at = time_shown(is_nullable=True)


class PreviewWish(Taken):
    """A clock that would start now, in these opening hours, for this department."""

    calendar = number(says="Id of opening hours.")
    department = words(longest=80, is_needed=True, says="Short name of the department.")
    minutes = serializers.IntegerField(min_value=1, max_value=365 * 24 * 60)


class LookShape(Shown):
    """A moment of a ladder: the due time itself has no action."""

    at = time_shown()
    action = serializers.CharField(read_only=True, allow_null=True)
    people = serializers.ListField(child=serializers.EmailField(), read_only=True)
