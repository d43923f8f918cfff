"""Shapes of rotas, of how departments give their work, and of what people carry."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    text_shown,
    words,
    yes_shown,
)
from workflow.people.models import AssignBy
from workflow.rota.models import MOST_WEEKS

WAYS = [way.value for way in AssignBy]


class ShiftWish(Taken):
    """A stretch of a week; one that ends no later than it begins ends on the day after."""

    colleague = serializers.EmailField(max_length=254)
    week = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS, default=1)
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="Monday is 0.")
    begins = serializers.TimeField(help_text="Time of day in the zone of the rota.")
    ends = serializers.TimeField()


class RotaWish(Taken):
    """A rota: the shifts given are all it has. Its department stays what it was."""

    name = words(longest=80, is_needed=True)
    department = words(longest=80, is_needed=True, says="Short name of the department.")
    team = number(is_needed=False, says="Id of a team of it.")
    timezone = words(longest=64, is_needed=True, says="Such as Europe/Oslo.")
    weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS, default=1)
    begins_on = serializers.DateField(help_text="A day of week 1.")
    shifts = ShiftWish(many=True)


class ShiftShape(Shown):
    """A stretch of a week."""

    colleague = text_shown()
    week = number_shown()
    weekday = number_shown()
    begins = serializers.TimeField(read_only=True, format="%H:%M")
    ends = serializers.TimeField(read_only=True, format="%H:%M")


class ExceptionShape(Shown):
    """Who is on call for a time, whatever the week says; nobody if `colleague` is null."""

    id = number_shown()
    colleague = serializers.CharField(read_only=True, allow_null=True)
    begins_at = serializers.DateTimeField(read_only=True)
    ends_at = serializers.DateTimeField(read_only=True)


class RotaShape(Shown):
    """A rota with who is on call by it now, and who comes next."""

    id = number_shown()
    name = text_shown()
    department = text_shown()
    team = serializers.IntegerField(read_only=True, allow_null=True)
    timezone = text_shown()
    weeks = number_shown()
    begins_on = serializers.DateField(read_only=True)
    is_active = yes_shown()
    shifts = ShiftShape(many=True, read_only=True)
    exceptions = ExceptionShape(many=True, read_only=True)
    on_call = serializers.ListField(child=serializers.CharField(), read_only=True)
    next = serializers.CharField(read_only=True, allow_null=True)
    next_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ExceptionWish(Taken):
    """Who is on call for a time; nobody without a colleague."""

    colleague = words(longest=254)
    begins_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class WayWish(Taken):
    """How a department gives what comes."""

    assign_by = choice(*WAYS)


class GivingShape(Shown):
    """How a department gives what comes."""

    department = text_shown()
    assign_by = text_shown()


class LoadOfPersonShape(Shown):
    """What somebody carries, and takes at most; null is no limit."""

    colleague = text_shown()
    problems = number_shown()
    problem_limit = serializers.IntegerField(read_only=True, allow_null=True)
    cases = number_shown()
    case_limit = serializers.IntegerField(read_only=True, allow_null=True)
    is_away = yes_shown()
    is_on_call = yes_shown()


class LimitWish(Taken):
    """How much a rule gives somebody at once; null is no limit."""

    colleague = serializers.EmailField(max_length=254)
    problem_limit = serializers.IntegerField(min_value=0, max_value=1000, allow_null=True)
    case_limit = serializers.IntegerField(min_value=0, max_value=1000, allow_null=True)
