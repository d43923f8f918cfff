"""Shapes of changes: what carries fixes."""

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
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

STATES = ("planned", "approved", "in_progress", "done", "backed_out", "cancelled")
KINDS = ("standard", "normal", "emergency")
RISKS = ("low", "medium", "high")
ROLES = ("fixes", "caused")
STEPS = ("approve", "begin", "done", "back_out", "cancel", "link", "unlink")


class ChangeOfProblemShape(Shown):
    """What a change is to a problem; `carried_at` is when its fix was said to be in place by it."""

    problem = serializers.IntegerField(source="problem.number", read_only=True)
    change = serializers.IntegerField(source="change.number", read_only=True)
    title = shown("change.title")
    state = shown("change.state")
    role = text_shown()
    carried_at = time_shown(is_nullable=True)


class ChangeShape(Shown):
    """A change in its window; `collides` says that another one of its product or department overlaps."""

    number = number_shown()
    title = text_shown()
    kind = text_shown()
    risk = text_shown()
    department = shown("department.slug")
    product = shown("product.slug")
    plan = text_shown()
    back_out_plan = text_shown()
    reference = text_shown()
    starts_at = time_shown()
    ends_at = time_shown()
    state = text_shown()
    collides = yes_shown()
    outcome = text_shown()
    asked_by = shown("asked_by.name")
    approved_by = shown("approved_by.name")
    approved_at = time_shown(is_nullable=True)
    began_at = time_shown(is_nullable=True)
    ended_at = time_shown(is_nullable=True)


class ChangeFilters(Listing):
    """Which changes."""

    department = words(longest=80, says="Short name of the department.")
    product = words(longest=80, says="Short name of the product.")
    state = choice(*STATES, "", default="")
    since = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Windows that end then or later."
    )
    until = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Windows that begin before."
    )


class ChangePlan(Taken):
    """What is planned; a standard change needs neither plan nor way back."""

    title = words(longest=200, is_needed=True)
    kind = choice(*KINDS, default="normal")
    risk = choice(*RISKS, default="medium")
    department = words(longest=80, is_needed=True, says="Name or short name of the department.")
    product = words(longest=80, says="Name or short name of the product.")
    plan = words(longest=20_000)
    back_out_plan = words(longest=20_000)
    reference = words(longest=200, says="Its name in the system in which the work is done.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class NewChange(ChangePlan):
    """A change, perhaps for a problem."""

    problem = number(is_needed=False, says="Number of the problem that it fixes or caused.")
    role = choice(*ROLES, default="fixes")


class ChangeStep(Taken):
    """What is done with a change, and the words that it needs."""

    step = choice(*STEPS)
    outcome = words(longest=20_000, says="What came of it; for `done`.")
    reason = words(longest=4_000, says="Why; for `back_out` and `cancel`.")
    problem = number(is_needed=False, says="For `link` and `unlink`.")
    role = choice(*ROLES, default="fixes", says="For `link`.")
