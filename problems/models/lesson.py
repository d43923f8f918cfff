"""What the matching has to know of: one row for each change that teaches it something."""

from django.db import models

from cases.models import Case
from problems.models.problem import Problem
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class LessonKind(models.TextChoices):
    """What happened; each but the last names a problem or a case, or both."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    REJECTED = "rejected"
    SIMILAR = "similar"
    OPENED = "opened"
    RETITLED = "retitled"
    ENDED = "ended"
    ARTICLES = "articles"


class Lesson(TenantModel):
    """Something changed for the matching; whoever follows reads the named records again.

    Only ids: what is true now stands in the records themselves, so a lesson may be read twice.
    """

    kind = models.CharField(max_length=8, choices=LessonKind.choices)
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_lesson"
        constraints = [
            tenant_key("problems_lesson"),
            *same_tenant("problems_lesson", "problem", "case"),
        ]
        indexes = [models.Index(fields=["tenant", "at", "kind"], name="lesson_at")]

    def __str__(self) -> str:
        return self.kind
