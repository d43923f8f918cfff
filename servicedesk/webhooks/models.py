"""Who outside hears our news, and every call that was made."""

from datetime import datetime

from django.db import models

from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class SwitchedOff(models.TextChoices):
    """Why a webhook is not called."""

    BY_PERSON = "person"
    FAILING = "failing"
    GONE = "gone"


class WebhookSubscription(TenantModel):
    """An address outside that hears some of our news.

    Secrets are sealed; the one before stays valid until `previous_until`. `failures` counts the
    failed calls since the last one that arrived, `failing_since` says when they began, and until
    `resting_until` nobody is called: a receiver that is down is not hammered.
    """

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2048)
    kinds = models.TextField()
    sealed_secret = models.TextField()
    sealed_previous = models.TextField(default="", blank=True)
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    switched_off_because = models.CharField(
        max_length=8, choices=SwitchedOff.choices, default="", blank=True
    )
    switched_off_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "servicedesk_webhooksubscription"
        constraints = [
            tenant_key("servicedesk_webhooksubscription"),
            *same_tenant("servicedesk_webhooksubscription", "created_by"),
            models.UniqueConstraint(
                fields=["tenant", "name"], name="servicedesk_webhooksubscription_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_set(self) -> frozenset[str]:
        """The kinds of news that it hears."""
        return frozenset(self.kinds.split())

    def rests_at(self, at: datetime) -> bool:
        """Whether it is given time to recover at this moment."""
        return self.resting_until is not None and at < self.resting_until


class CallState(models.TextChoices):
    """What became of a call."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


# As the index and its query both name them.
NOT_DELIVERED = (CallState.PENDING.value, CallState.FAILED.value, CallState.DROPPED.value)


class WebhookCall(TenantModel):
    """One piece of news for one address: what is sent, each try, and what was answered last.

    `body` is sent as it stands, at each try and at a replay; it holds codes and numbers, never
    text, names or addresses. `answer` is the first kilobyte of what the receiver said.
    """

    subscription = models.ForeignKey(
        WebhookSubscription,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="calls",
    )
    message_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20, default="", blank=True)
    subject_id = models.BigIntegerField(null=True)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=CallState.choices, default="pending")
    attempts = models.SmallIntegerField(default=0)
    replays = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    first_try_at = models.DateTimeField(null=True)
    last_try_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    answer = models.CharField(max_length=1024, default="", blank=True)
    error = models.CharField(max_length=300, default="", blank=True)
    took_ms = models.IntegerField(null=True)

    class Meta:
        db_table = "servicedesk_webhookcall"
        constraints = [
            tenant_key("servicedesk_webhookcall"),
            *same_tenant("servicedesk_webhookcall", "subscription"),
            models.UniqueConstraint(
                fields=["tenant", "message_key"], name="servicedesk_webhookcall_message"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "subscription", "-id"], name="webhookcall_log"),
            models.Index(
                fields=["tenant", "subscription", "state", "id"],
                condition=models.Q(state__in=NOT_DELIVERED),
                name="webhookcall_not_delivered",
            ),
            models.Index(fields=["tenant", "created_at"], name="webhookcall_age"),
        ]

    def __str__(self) -> str:
        return self.message_key

    @property
    def effect_key(self) -> str:
        """The key of the effect that carries this call out; a replay is another effect."""
        return f"webhook:{self.pk}:{self.replays}"
