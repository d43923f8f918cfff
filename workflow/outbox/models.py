"""The outbox: news for ourselves, effects on the world, and what became of each."""

from django.db import models

from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class OutboxEvent(TenantModel):
    """One piece of news, written beside the change it tells of."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    payload = models.JSONField()
    entry = models.ForeignKey(
        "workflow.Entry",
        on_delete=models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="news",
    )
    subscribers = models.SmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_outboxevent"
        constraints = [
            tenant_key("workflow_outboxevent"),
            *same_tenant("workflow_outboxevent", "entry"),
        ]
        indexes = [models.Index(fields=["tenant", "entry"], name="outboxevent_entry")]

    def __str__(self) -> str:
        return self.kind


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    GIVEN_UP = "given_up"


class Delivery(TenantModel):
    """One event for one subscriber."""

    event = models.ForeignKey(
        OutboxEvent, on_delete=models.PROTECT, db_constraint=False, related_name="deliveries"
    )
    subscriber = models.CharField(max_length=80)
    position = models.SmallIntegerField()
    subject = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default="pending")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "workflow_delivery"
        constraints = [
            tenant_key("workflow_delivery"),
            *same_tenant("workflow_delivery", "event"),
            models.UniqueConstraint(
                fields=["tenant", "event", "subscriber"], name="workflow_delivery_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="pending"),
                name="delivery_due",
            ),
            models.Index(
                fields=["tenant", "subject", "event", "position"],
                condition=models.Q(state="pending"),
                name="delivery_of_subject",
            ),
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(state="dead"),
                name="delivery_dead",
            ),
        ]

    def __str__(self) -> str:
        return self.subscriber


class EffectState(models.TextChoices):
    """What became of an effect."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"
    GIVEN_UP = "given_up"


class Effect(TenantModel):
    """Something to do in the world outside: a mail, a call of another program.

    `key` makes it happen once; `payload` holds ids only. It is leased by a worker, done outside
    every transaction, and marked on a connection of its own. One that is held waits until whoever
    holds it lets it go on.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    queue = models.CharField(max_length=10, default="mail")
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=EffectState.choices, default="pending")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=60, default="", blank=True)
    last_error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "workflow_effect"
        constraints = [
            tenant_key("workflow_effect"),
            models.UniqueConstraint(fields=["tenant", "key"], name="workflow_effect_key"),
        ]
        indexes = [
            models.Index(
                fields=["queue", "due_at"],
                condition=models.Q(state__in=["pending", "sending"]),
                name="effect_due",
            ),
            models.Index(
                fields=["tenant", "id"], condition=models.Q(state="dead"), name="effect_dead"
            ),
        ]

    def __str__(self) -> str:
        return self.key
