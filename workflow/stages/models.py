"""Drawn workflows and their versions."""

from django.db import models

from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Workflow(TenantModel):
    """A way from discovery to resolution for one kind of problem; the way stands in its version.

    A new problem takes the first active workflow by `position` whose `applies_when`, a condition
    over the facts of a problem, fits; the default one takes what fits none. `version` is the
    published one, empty before the first. `is_key` marks what matters most to customers: its score
    stands in the reports.
    """

    name = models.CharField(max_length=80)
    position = models.IntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_key = models.BooleanField(default=False)
    applies_when = models.JSONField(default=dict, blank=True)
    version = models.ForeignKey(
        "workflow.WorkflowVersion",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )

    class Meta:
        db_table = "workflow_workflow"
        constraints = [
            tenant_key("workflow_workflow"),
            *same_tenant("workflow_workflow", "version"),
            models.UniqueConstraint(fields=["tenant", "name"], name="workflow_workflow_name"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default=True),
                name="workflow_workflow_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkflowState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class WorkflowVersion(TenantModel):
    """One drawing of a workflow: plain data as `workflow.stages.files.as_data` writes it.

    A draft may be changed (`edition` counts the changes); what was published never is, so every
    stay of a problem can be explained by the version it was in.
    """

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, db_constraint=False, related_name="versions"
    )
    number = models.IntegerField()
    state = models.CharField(max_length=9, choices=WorkflowState.choices, default="draft")
    definition = models.JSONField()
    edition = models.IntegerField(default=1)
    note = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        "workflow.User",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workflow_workflowversion"
        constraints = [
            tenant_key("workflow_workflowversion"),
            *same_tenant("workflow_workflowversion", "workflow", "created_by", "published_by"),
            models.UniqueConstraint(
                fields=["tenant", "workflow", "number"], name="workflow_workflowversion_number"
            ),
            models.UniqueConstraint(
                fields=["tenant", "workflow"],
                condition=models.Q(state="draft"),
                name="workflow_workflowversion_one_draft",
            ),
            models.UniqueConstraint(
                fields=["tenant", "workflow"],
                condition=models.Q(state="published"),
                name="workflow_workflowversion_one_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"
