"""Shapes of drawn ways: where a problem stands, the steps that lead on, approvals."""

from typing import Any

from rest_framework import serializers

from problems.stages import definition_with
from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    Versioned,
    choice,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
)

STATES = ("open", "approved", "rejected", "taken", "withdrawn")


class OfferedShape(Shown):
    """A step from where a problem stands; `why_not` is empty if the caller may take it now.

    `asks` are the fields of the problem that have to come with it.
    """

    step = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    to_stage = serializers.CharField()
    to_state = serializers.CharField()
    may = serializers.BooleanField()
    why_not = serializers.CharField()
    asks = serializers.ListField(child=serializers.CharField())
    asks_reason = serializers.BooleanField()
    asks_department = serializers.BooleanField()
    needs_approval = serializers.BooleanField()


class VoteShape(Shown):
    """What one of those who were asked said; `vote` is empty while they say nothing."""

    name = shown("user.name")
    asked_round = number_shown()
    vote = text_shown()
    reason = text_shown()
    asked_at = time_shown()
    voted_at = time_shown(is_nullable=True)


class RequestShape(Shown):
    """A step that waits for an approval, or waited; `due_at` is until when they have to answer."""

    id = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    step = serializers.CharField(source="step_key", read_only=True)
    step_name = serializers.SerializerMethodField()
    stage = serializers.CharField(source="stage_key", read_only=True)
    department = shown("department.name")
    requested_by = shown("requested_by.name")
    state = text_shown()
    quorum = number_shown()
    asked_at = time_shown()
    due_at = time_shown(is_nullable=True)
    decided_at = time_shown(is_nullable=True)
    votes = VoteShape(many=True, source="votes.all", read_only=True)

    def get_step_name(self, request: Any) -> str:
        """Return what the drawing calls the step."""
        steps = definition_with(request.workflow_version_id).steps
        return next((one.name for one in steps if one.key == request.step_key), request.step_key)


class WayShape(Shown):
    """Where a problem stands in its workflow; all is null or empty on the standard way."""

    number = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    workflow = serializers.CharField(allow_null=True)
    workflow_version = serializers.IntegerField(allow_null=True)
    stage = serializers.CharField()
    stage_name = serializers.CharField()
    steps = OfferedShape(many=True)
    approvals = RequestShape(many=True)


class DrawnStep(Versioned):
    """A drawn step to take, by its key, with what it asks for.

    `confirm` says that it goes to the department although the promise to customers leaves less
    than its target.
    """

    step = words(longest=40, is_needed=True, says="Key of the step, as the way names it.")
    reason = words(longest=5000)
    department = words(longest=80, says="Short name of the department, where one is asked for.")
    root_cause = words()
    public_cause = words()
    fix = words()
    solution = words()
    evidence = words()
    confirm = serializers.BooleanField(default=False)


class DrawnStepShape(Shown):
    """What came of a step: the way after it; `waits` says that others have to approve it first."""

    waits = serializers.BooleanField()
    way = WayShape()


class RequestFilters(Listing):
    """Which approvals."""

    state = choice(*STATES, default="")
    problem = serializers.IntegerField(required=False, allow_null=True, min_value=1, default=None)


class VoteTaken(Taken):
    """What somebody says to a step; a no needs a reason."""

    vote = choice("yes", "no")
    reason = words(longest=4000)
