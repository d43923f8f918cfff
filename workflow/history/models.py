"""The history: one line for each change, which nobody can alter."""

from django.db import models

from workflow.people.actors import ActorKind, Source
from workflow.tenancy.models import TenantModel, tenant_key

# Kinds that change all day: their entries are most of all, so that no index of kinds is needed.
BUSY_KINDS = ("case", "problem", "contact")


class Entry(TenantModel):
    """What happened to a subject, by whom, through which door, when.

    `changes` holds ids, codes and short values, never message text, names or addresses: somebody
    who must be forgotten is not to be found here. A change of state also says the new state and
    the subject's count of changes, so that PostgreSQL can refuse a change without its entry.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    actor_kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_id = models.BigIntegerField()
    actor_label = models.CharField(max_length=40, default="", blank=True)
    source = models.CharField(max_length=8, choices=[(door.value, door.value) for door in Source])
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    to_state = models.CharField(max_length=20, null=True)  # noqa: DJ001 - no change of state
    state_version = models.IntegerField(null=True)
    is_news = models.BooleanField(default=False)

    class Meta:
        db_table = "workflow_entry"
        constraints = [
            tenant_key("workflow_entry"),
            models.UniqueConstraint(
                fields=["tenant", "subject_kind", "subject_id", "state_version"],
                condition=models.Q(state_version__isnull=False),
                name="workflow_entry_one_per_change",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "subject_kind", "subject_id", "id"], name="entry_of_subject"
            ),
            # The page of all history: by time, by person, and by a kind that changes rarely.
            models.Index(fields=["tenant", "-at", "-id"], name="entry_by_time"),
            models.Index(
                fields=["tenant", "actor_id", "-at", "-id"],
                condition=models.Q(actor_kind="user"),
                name="entry_of_person",
            ),
            models.Index(
                fields=["tenant", "subject_kind", "-at", "-id"],
                condition=~models.Q(subject_kind__in=BUSY_KINDS),
                name="entry_of_setting",
            ),
        ]

    def __str__(self) -> str:
        return self.action
