"""Shapes of the backlog: figures, what waits longest, departments, load, days, feelings."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    number_shown,
    shown,
    text_shown,
    time_shown,
    yes_shown,
)


class FiguresShape(Shown):
    """How much there is of what; 1001 says: more than 1000."""

    wait_for_agent = number_shown()
    wait_for_customer = number_shown()
    wait_for_department = number_shown()
    wait_for_problem = number_shown()
    without_owner = number_shown()
    promises_missed = number_shown()
    promises_due_within_a_day = number_shown()
    hand_overs_not_accepted = number_shown()
    look_like_a_problem = number_shown()
    suspected_problems = number_shown()
    open_problems = number_shown()


class WaitingShape(Shown):
    """An open case, and whom it waits for."""

    case = serializers.IntegerField(source="number", read_only=True)
    subject = text_shown()
    contact_name = shown("contact.name")
    owner = shown("owner.email")
    opened_at = time_shown()
    waits_for = serializers.SerializerMethodField()

    def get_waits_for(self, case: Any) -> str:
        """Return department, problem, customer, agent, or nobody while no one has it."""
        for code in ("department", "problem", "customer"):
            if getattr(case, f"waits_{code}"):
                return code
        return "agent" if case.owner_id else "nobody"


class AtDepartmentShape(Shown):
    """What a department has now."""

    department = shown("slug")
    problems = number_shown()
    oldest_at = time_shown()
    late = number_shown()
    longest_late_since = time_shown(is_nullable=True)
    not_accepted = number_shown()


class HandOverShape(Shown):
    """A problem that waits for a department's yes."""

    problem = serializers.IntegerField(source="problem.number", read_only=True)
    title = shown("problem.title")
    department = shown("department.slug")
    because = shown("entered_because")
    entered_at = time_shown()
    due_at = time_shown()
    is_late = yes_shown()


class LoadShape(Shown):
    """How many open cases a colleague has, and how many of them ask for attention."""

    person = serializers.IntegerField(source="owner_id", read_only=True)
    name = text_shown()
    open = number_shown()
    asking = number_shown()


class DayShape(Shown):
    """What happened on a day of the desk."""

    day = serializers.DateField(read_only=True)
    opened = number_shown()
    resolved = number_shown()


class FeelingShape(Shown):
    """How many open cases have a feeling that was noted, from 1 (angry) to 5."""

    feeling = number_shown()
    cases = number_shown()


class OverviewShape(Shown):
    """The backlog of the service and of the departments."""

    at = time_shown()
    figures = FiguresShape(read_only=True)
    longest_waiting = WaitingShape(many=True, read_only=True)
    departments = AtDepartmentShape(many=True, read_only=True)
    hand_overs = HandOverShape(many=True, read_only=True)
    loads = LoadShape(many=True, read_only=True)
    days = DayShape(many=True, read_only=True)
    feelings = FeelingShape(many=True, read_only=True)
