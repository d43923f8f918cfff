"""Shapes of searches for causes."""

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
)
from servicedesk.api.shapes.fields import (
    words as text_of,
)

VERDICTS = ("open", "ruled_out", "confirmed")
KINDS = ("chain", "tree")


class MethodShape(Shown):
    """A method: the questions of a chain, the categories of a tree."""

    code = text_shown()
    name = text_shown()
    kind = text_shown()
    parts = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_ours = serializers.BooleanField(
        read_only=True, help_text="Whether every service desk has it, rather than just this one."
    )


class MethodWish(Taken):
    """A method of one's own; the code of one that is there changes it."""

    code = serializers.RegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    name = text_of(longest=80, is_needed=True)
    kind = choice(*KINDS)
    parts = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=1, max_length=20
    )
    is_active = serializers.BooleanField(default=True)


class CauseShape(Shown):
    """A supposed cause; `parent` is the number of what it would explain, null for the effect."""

    number = number_shown()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent.number", read_only=True, allow_null=True
    )
    category = text_shown()
    words = text_shown()
    verdict = text_shown()
    because = text_shown()
    evidence = serializers.SerializerMethodField()
    added_by = shown("added_by.name")
    added_at = time_shown()
    decided_by = shown("decided_by.name")
    decided_at = time_shown(is_nullable=True)

    def get_evidence(self, cause: Any) -> list[str]:
        """Return what shows it, or speaks against it."""
        return [link.evidence.text for link in cause.evidence.all()]


class AnalysisShape(Shown):
    """One search for the cause of a problem; its number counts within the problem."""

    number = number_shown()
    method = serializers.CharField(source="method_code", read_only=True)
    kind = text_shown()
    questions = serializers.ListField(child=serializers.CharField(), read_only=True)
    categories = serializers.ListField(child=serializers.CharField(), read_only=True)
    effect = text_shown()
    begun_by = shown("begun_by.name")
    begun_at = time_shown()


class WholeAnalysisShape(AnalysisShape):
    """One search with its causes; `offered_root_cause` is the text of the deepest confirmed ones."""

    causes = CauseShape(many=True, read_only=True)
    offered_root_cause = text_shown()


class NewAnalysis(Taken):
    """By which method the cause is looked for, and what is to be explained."""

    method = text_of(longest=40, is_needed=True, says="Code of a method.")
    effect = text_of(longest=400, is_needed=True)


class NewCause(Taken):
    """A supposed cause."""

    parent = number(  # type: ignore[assignment]
        is_needed=False, says="Number of what it would explain; the effect without."
    )
    category = text_of(longest=80, says="One of the method's; deeper causes take their parent's.")
    words = text_of(longest=400, is_needed=True)


class CauseVerdict(Taken):
    """What is known of a supposed cause, and why."""

    verdict = choice(*VERDICTS)
    because = text_of(longest=4_000, is_needed=True)


class CauseEvidence(Taken):
    """What shows a supposed cause, or speaks against it."""

    text = text_of(longest=20_000, is_needed=True)
