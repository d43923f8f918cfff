"""How the key workflows keep their promises: each step with its target and its score."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from problems.models import Leg
from workflow.stages.models import Workflow
from workflow.stages.published import definitions_of


@dataclass(frozen=True, slots=True)
class StepScore:
    """How many stays in a stage ended, and how many of them in time.

    `within` is the stage's own limit in opening hours, None where the department's target counts.
    """

    stage_key: str
    name: str
    within: timedelta | None
    stays: int
    in_time: int


@dataclass(frozen=True, slots=True)
class KeyScore:
    """A key workflow and its steps, in the order of its drawing."""

    workflow: Workflow
    steps: tuple[StepScore, ...]

    @property
    def stays(self) -> int:
        """How many stays ended."""
        return sum(step.stays for step in self.steps)

    @property
    def in_time(self) -> int:
        """How many of them in time."""
        return sum(step.in_time for step in self.steps)


def key_scores(*, since: datetime, until: datetime) -> list[KeyScore]:
    """Return the key workflows that count, in their order, with what ended in `[since, until)`.

    Stays of all versions count for the stage of the same key. Two queries, one without any.
    """
    workflows = list(
        Workflow.objects.filter(is_key=True, version__isnull=False).order_by("position", "id")
    )
    if not workflows:
        return []
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    ended = (
        Leg.objects.filter(
            workflow_version__workflow__in=workflows, left_at__gte=since, left_at__lt=until
        )
        .exclude(stage_key="")
        .order_by()
        .values_list("workflow_version__workflow_id", "stage_key")
        .annotate(stays=Count("id"), in_time=Count("id", filter=Q(left_at__lte=F("due_at"))))
    )
    for workflow_id, stage_key, stays, in_time in ended:
        found[workflow_id][stage_key] = (stays, in_time)
    drawings = definitions_of([one.version_id for one in workflows if one.version_id])
    return [
        KeyScore(
            workflow,
            tuple(
                StepScore(
                    stage.key, stage.name, stage.within, *found[workflow.pk].get(stage.key, (0, 0))
                )
                for stage in drawings[workflow.version_id or 0].stages
            ),
        )
        for workflow in workflows
    ]
