"""What somebody is to be told: one row for each person and occasion."""

from django.db import models

from cases.models import Case, CaseClock, Message
from customers.models import Contact
from knowledge.models import Article
from problems.models import Broadcast, Problem, ProblemClock, TaskClock
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class NotificationKind(models.TextChoices):
    """Why somebody is told; each has its texts in templates/mail/."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    CASE_RESOLVED = "case_resolved"
    CASE_REOPENED = "case_reopened"
    WORKAROUND = "workaround"
    ESTIMATE = "estimate"
    PROBLEM_RESOLVED = "problem_resolved"
    PROBLEM_REOPENED = "problem_reopened"
    NOT_FIXED = "not_fixed"
    PROMISE_CHANGED = "promise_changed"
    PORTAL_LINK = "portal_link"
    ASSIGNED = "assigned"
    REFUSED = "refused"
    ACTED = "acted"
    TASK_ASKED = "task_asked"
    TASK_READY = "task_ready"
    TASK_ENDED = "task_ended"
    CHANGE_ASKED = "change_asked"
    CHANGE_ENDED = "change_ended"
    STEP_ASKED = "step_asked"
    STEP_DECIDED = "step_decided"
    STEP_TAKEN = "step_taken"
    FOLLOWED = "followed"
    CLOCK_DIGEST = "clock_digest"
    FORGOTTEN = "forgotten"
    PATTERNS = "patterns"
    FIX_IN_DOUBT = "fix_in_doubt"
    FIX_CAME_BACK = "fix_came_back"
    PREVENTION = "prevention"
    REVIEW_ASKED = "review_asked"
    BROADCAST_ASKED = "broadcast_asked"
    WEBHOOK_OFF = "webhook_off"


class Notification(TenantModel):
    """One thing that one person is told once; `key` keeps it once.

    The text is composed when it is sent, from the records that it refers to: nothing of it is
    stored here. `mail_id` is the Message-ID that a repeat carries too.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=NotificationKind.choices)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    mail_id = models.CharField(max_length=250)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "servicedesk_notification"
        constraints = [
            tenant_key("servicedesk_notification"),
            *same_tenant(
                "servicedesk_notification",
                "contact",
                "user",
                "case",
                "message",
                "problem",
                "article",
                "broadcast",
            ),
            models.UniqueConstraint(fields=["tenant", "key"], name="servicedesk_notification_key"),
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False) | models.Q(user__isnull=False),
                name="servicedesk_notification_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "user", "-id"], name="notification_user"),
            models.Index(fields=["tenant", "contact", "-created_at"], name="notification_contact"),
            models.Index(fields=["tenant", "mail_id"], name="notification_mail_id"),
            models.Index(
                fields=["tenant", "broadcast", "id"],
                condition=models.Q(broadcast__isnull=False),
                name="notification_broadcast",
            ),
            models.Index(
                fields=["tenant", "created_at"],
                condition=models.Q(kind="receipt"),
                name="notification_receipt",
            ),
            models.Index(
                fields=["tenant", "contact", "created_at"],
                condition=models.Q(kind="receipt"),
                name="notification_receipt_to",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Digest(TenantModel):
    """What one person is told of clocks in one mail; who is told gets no second one meanwhile.

    Until `closed_at` everything that is to be told joins it; closing it and joining it exclude each
    other by a lock on the row. `leaves_at` is when its mail is due.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, db_constraint=False, related_name="digests"
    )
    opened_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "servicedesk_digest"
        constraints = [
            tenant_key("servicedesk_digest"),
            *same_tenant("servicedesk_digest", "user"),
            models.UniqueConstraint(
                fields=["tenant", "user"],
                condition=models.Q(closed_at__isnull=True),
                name="servicedesk_digest_one_open",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "user", "-leaves_at"], name="digest_of_user")]

    def __str__(self) -> str:
        return str(self.pk)


class ClockNotice(TenantModel):
    """That a clock stands in somebody's digest; `reason` is the code of the step that put it there.

    What the digest says of the clock is read when it leaves.
    """

    digest = models.ForeignKey(
        Digest, on_delete=models.CASCADE, db_constraint=False, related_name="notices"
    )
    case_clock = models.ForeignKey(
        CaseClock, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    problem_clock = models.ForeignKey(
        ProblemClock, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    task_clock = models.ForeignKey(
        TaskClock, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    reason = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "servicedesk_clocknotice"
        constraints = [
            tenant_key("servicedesk_clocknotice"),
            *same_tenant(
                "servicedesk_clocknotice", "digest", "case_clock", "problem_clock", "task_clock"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    case_clock__isnull=False, problem_clock__isnull=True, task_clock__isnull=True
                )
                | models.Q(
                    case_clock__isnull=True, problem_clock__isnull=False, task_clock__isnull=True
                )
                | models.Q(
                    case_clock__isnull=True, problem_clock__isnull=True, task_clock__isnull=False
                ),
                name="servicedesk_clocknotice_one_clock",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "digest"], name="clocknotice_digest")]

    def __str__(self) -> str:
        return self.reason


class Wording(TenantModel):
    """One edition of the tenant's own words for a mail or a stage; the newest is in force.

    `code` names the text (see `wordings`); an edition without a text is the way back to ours.
    Editions are never changed, so that it stays known who said what and since when.
    """

    code = models.CharField(max_length=40)
    language = models.CharField(max_length=12, default="en")
    subject = models.CharField(max_length=200, default="", blank=True)
    text = models.TextField(default="", blank=True)
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "servicedesk_wording"
        constraints = [
            tenant_key("servicedesk_wording"),
            *same_tenant("servicedesk_wording", "saved_by"),
        ]
        indexes = [
            models.Index(fields=["tenant", "code", "language", "-id"], name="wording_newest")
        ]

    def __str__(self) -> str:
        return self.code
