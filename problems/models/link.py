"""Which case belongs to which problem, how sure, and who said so."""

from django.db import models

from cases.models import Case
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class LinkKind(models.TextChoices):
    """What a link says. A suggestion is not a link until a person confirms it."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SIMILAR = "similar"


class LinkReason(models.TextChoices):
    """Why a problem is not the cause of a case, as a person says."""

    NOT_SAID = "", "Not said"
    OTHER_PROBLEM = "other_problem", "Another problem is behind it"
    OTHER_PRODUCT = "other_product", "Another product or version"
    NO_FAULT = "no_fault", "A question or a wish, nothing is broken"
    BEFORE_OR_AFTER = "other_time", "Before it began, or after its fix"
    ONLY_WORDS = "only_words", "Only words in common"
    OTHER = "other", "Something else"


class CaseLink(TenantModel):
    """One case and one problem; `score` is per mille, `evidence` the shared words and weights.

    Of a suggestion, `place` says where it stood when it was made (1 is the likeliest) and `source`
    what it rests on (`problems.asking.Source`). `reason` and `note` say why a person rejected it.
    `is_automatic` marks a link that the matching made by itself; a person who looked at it is
    `decided_by`.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="links"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, related_name="links"
    )
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    score = models.SmallIntegerField(null=True)
    evidence = models.JSONField(default=dict)
    place = models.SmallIntegerField(null=True)
    source = models.CharField(max_length=5, default="", blank=True)
    reason = models.CharField(
        max_length=13, choices=LinkReason.choices, default=LinkReason.NOT_SAID, blank=True
    )
    note = models.CharField(max_length=200, default="", blank=True)
    is_automatic = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "problems_caselink"
        constraints = [
            tenant_key("problems_caselink"),
            *same_tenant("problems_caselink", "problem", "case", "decided_by"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "case"], name="problems_caselink_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "case"],
                condition=models.Q(kind="confirmed"),
                name="problems_caselink_one_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "kind"], name="caselink_case"),
            models.Index(fields=["tenant", "problem", "kind", "id"], name="caselink_problem"),
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(kind="suggested"),
                name="caselink_waiting",
            ),
            models.Index(
                fields=["tenant", "decided_at"],
                condition=models.Q(decided_at__isnull=False),
                name="caselink_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def is_unseen(self) -> bool:
        """Whether the matching made this link by itself and nobody has looked at it."""
        return (
            self.is_automatic
            and self.kind == LinkKind.CONFIRMED
            and self.decided_at == self.created_at
        )
