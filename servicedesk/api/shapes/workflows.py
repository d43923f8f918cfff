"""Shapes of drawn workflows: versions, drafts, checks, moves, files."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)
from workflow.stages.files import LARGEST_FILE
from workflow.stages.starters import STARTERS

EDITION = "The edition that was read; the change is refused if the draft is at another now."


class WorkflowShape(Shown):
    """A workflow: which problems take it, and which version counts."""

    id = number_shown()
    name = text_shown()
    position = number_shown()
    applies_when = serializers.JSONField(read_only=True)
    takes_rest = serializers.BooleanField(source="is_default", read_only=True)
    is_active = yes_shown()
    is_key = yes_shown()
    version = serializers.SerializerMethodField()

    def get_version(self, workflow: Any) -> int | None:
        """Return the number of what counts; it is loaded."""
        return workflow.version.number if workflow.version else None


class WorkflowVersionShape(Shown):
    """A version of a workflow: draft, published or retired, with what it draws."""

    number = number_shown()
    state = text_shown()
    edition = number_shown()
    note = text_shown()
    created_at = time_shown()
    published_at = time_shown(is_nullable=True)
    retired_at = time_shown(is_nullable=True)
    definition = serializers.JSONField(read_only=True)


class WorkflowWish(Taken):
    """A new workflow, begun with a starter or a file."""

    name = words(longest=80, says="Empty: as the starter or the file is called.")
    starter = choice(*STARTERS, default="plain", says="What its first draft draws.")
    yaml = words(longest=LARGEST_FILE, says="A file; it goes before the starter.")


class WorkflowChange(Taken):
    """Which problems take a workflow; what is not sent stays."""

    applies_when = serializers.JSONField(
        required=False, help_text='Such as {"fact": "category", "is": "billing"}; {} for none.'
    )
    takes_rest = serializers.BooleanField(
        required=False, help_text="Whether it takes what fits no other."
    )
    is_active = serializers.BooleanField(
        required=False, help_text="Whether new problems may take it."
    )
    is_key = serializers.BooleanField(
        required=False, help_text="Whether it matters most to customers; reports score those."
    )

    def validate_applies_when(self, value: Any) -> Any:
        """Refuse what is no object."""
        if not isinstance(value, dict):
            raise serializers.ValidationError("Send an object.")
        return value


class DrawingWish(Taken):
    """What a draft draws: an object as `definition` shows it, or a file."""

    definition = serializers.JSONField(
        required=False, default=None, allow_null=True, help_text="As a version shows it."
    )
    yaml = words(longest=LARGEST_FILE, says="A file; it goes before the definition.")
    edition = number(is_needed=False, says=EDITION)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse neither of both, and a definition that is no object."""
        if not attrs["yaml"] and not isinstance(attrs["definition"], dict):
            raise serializers.ValidationError({"definition": ["Send an object, or yaml."]})
        return attrs


class PublishingWish(Taken):
    """Why a draft counts from now on."""

    note = words(longest=200, says="Why it changes.")
    edition = number(is_needed=False, says=EDITION)


class WorkflowFindingShape(Shown):
    """One thing that is wrong with a draft (a fault), or may be."""

    code = text_shown()
    sentence = text_shown()
    next_step = text_shown()
    is_fault = yes_shown()
    stages = serializers.ListField(child=serializers.CharField(), read_only=True)
    steps = serializers.ListField(child=serializers.CharField(), read_only=True)


class WorkflowCheckShape(Shown):
    """What the checks find, and what is other than what counts, in words."""

    may_be_published = yes_shown()
    findings = WorkflowFindingShape(many=True, read_only=True)
    changes = serializers.ListField(child=serializers.CharField(), read_only=True)


class FromVersion(Taken):
    """Which version problems are moved from."""

    version = number(
        is_needed=False,
        says="Number of the version that they are in, 0 for the standard way; needed.",
    )


class MoveWish(Taken):
    """Where the problems of each stage go."""

    version = number(says="Number of the version that they are in, 0 for the standard way.")
    stages = serializers.DictField(
        child=serializers.CharField(max_length=40), help_text="Old key to new key."
    )


class MoveStageShape(Shown):
    """One stage with problems, and where they would go."""

    stage = text_shown()
    problems = number_shown()
    suggested = text_shown()


class MoveOfProblemsShape(Shown):
    """What a move would do."""

    from_version = number_shown()
    to_version = number_shown()
    stages = MoveStageShape(many=True, read_only=True)


class MovedShape(Shown):
    """How many problems follow the version that counts now."""

    moved = number_shown()


class WorkflowFileFilters(Taken):
    """Which version; what counts without."""

    number = number(is_needed=False, says="Number of the version.")


class WorkflowFileShape(Shown):
    """A version as YAML."""

    yaml = text_shown()


class StarterShape(Shown):
    """A drawing to begin with."""

    code = text_shown()
    name = text_shown()
    says = text_shown()


class StarterListShape(Shown):
    """The drawings to begin with."""

    results = StarterShape(many=True, read_only=True)


class TryFilters(Taken):
    """Which problem is taken through the draft."""

    problem = number(is_needed=False, says="Number of the problem; needed.")


class TriedStayShape(Shown):
    """A stay as it was, and what the draft would have made of it."""

    state = text_shown()
    department = text_shown()
    entered_at = time_shown()
    left_at = time_shown(is_nullable=True)
    stage = serializers.CharField(read_only=True, allow_null=True)
    step = serializers.CharField(read_only=True, allow_null=True)
    department_then = text_shown()
    because = text_shown()
    limit_seconds = serializers.FloatField(read_only=True, allow_null=True)
    remark = text_shown()


class TriedProblemShape(Shown):
    """A problem under a draft."""

    problem = number_shown()
    stays = TriedStayShape(many=True, read_only=True)


class WorkflowVersions(Listing):
    """How versions are asked for."""
