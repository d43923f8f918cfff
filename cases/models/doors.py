"""Web forms and signed channels: what stands open, and all that came through."""

from django.db import models

from cases.models.case import Case
from cases.models.conversation import Message
from cases.models.request_type import RequestType
from cases.states import Channel
from customers.models import Contact, Product
from workflow.branding import Brand
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class WebForm(TenantModel):
    """A form that anybody may fill in, alone or inside pages of the named origins.

    `key` is random and stands in its address; `origins` holds one origin a line. Without a `brand`
    it is under the default one.
    """

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    heading = models.CharField(max_length=120, default="", blank=True)
    thanks = models.TextField(default="", blank=True)
    origins = models.TextField(default="", blank=True)
    request_type = models.ForeignKey(
        RequestType, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_webform"
        constraints = [
            tenant_key("cases_webform"),
            *same_tenant("cases_webform", "request_type", "brand"),
            models.UniqueConstraint(fields=["tenant", "key"], name="cases_webform_key"),
        ]

    def __str__(self) -> str:
        return self.name


class SubmissionState(models.TextChoices):
    """What became of a filled-in form."""

    RECEIVED = "received"
    TAKEN = "taken"
    HELD = "held"
    REJECTED = "rejected"


class FormSubmission(TenantModel):
    """A filled-in form, stored before it is judged; it becomes a case, or waits for a person.

    `nonce` keeps it once. `network` is a hash of where it came from, `said` one of its words.
    `reasons` are the codes of what spoke against it, with commas between, `score` their sum.
    """

    web_form = models.ForeignKey(
        WebForm, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    nonce = models.CharField(max_length=40)
    state = models.CharField(
        max_length=8, choices=SubmissionState.choices, default=SubmissionState.RECEIVED
    )
    name = models.CharField(max_length=160, default="", blank=True)
    email = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    wanted_outcome = models.TextField(default="", blank=True)
    category = models.CharField(max_length=80, default="", blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    answers = models.JSONField(default=dict)
    network = models.CharField(max_length=64)
    said = models.CharField(max_length=64)
    score = models.SmallIntegerField(default=0)
    reasons = models.CharField(max_length=200, default="", blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "cases_formsubmission"
        constraints = [
            tenant_key("cases_formsubmission"),
            *same_tenant("cases_formsubmission", "web_form", "product", "case", "decided_by"),
            models.UniqueConstraint(fields=["tenant", "nonce"], name="cases_formsubmission_once"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(case__isnull=False),
                name="cases_formsubmission_ends_somewhere",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held") | ~models.Q(reasons=""),
                name="cases_formsubmission_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "network", "received_at"], name="formsubmission_network"
            ),
            models.Index(fields=["tenant", "received_at"], name="formsubmission_at"),
            models.Index(fields=["tenant", "said"], name="formsubmission_said"),
            models.Index(fields=["tenant", "state", "-id"], name="formsubmission_state"),
        ]

    def __str__(self) -> str:
        return self.state


class InboundHook(TenantModel):
    """A signed address at which a program hands in what customers said on another channel.

    `prefix` stands before the names that customers have there, so that two channels never mix
    theirs up. `sealed_secret` is unreadable here; `vouches` says that the channel proves who
    its senders are, so that a mail address or a number from it counts as theirs.
    """

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    prefix = models.SlugField(max_length=30)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    sealed_secret = models.TextField()
    vouches = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    last_received_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "cases_inboundhook"
        constraints = [
            tenant_key("cases_inboundhook"),
            models.UniqueConstraint(fields=["tenant", "key"], name="cases_inboundhook_key"),
            models.UniqueConstraint(fields=["tenant", "prefix"], name="cases_inboundhook_prefix"),
        ]

    def __str__(self) -> str:
        return self.name


class InboundState(models.TextChoices):
    """What became of something that a channel handed in."""

    RECEIVED = "received"
    TAKEN = "taken"
    REFUSED = "refused"


class InboundMessage(TenantModel):
    """One thing that a channel handed in, stored before it is read; `external_id` keeps it once."""

    hook = models.ForeignKey(
        InboundHook, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    external_id = models.CharField(max_length=120)
    thread = models.CharField(max_length=120, default="", blank=True)
    raw = models.TextField()
    state = models.CharField(
        max_length=8, choices=InboundState.choices, default=InboundState.RECEIVED
    )
    reason = models.CharField(max_length=200, default="", blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    opened_case = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "cases_inboundmessage"
        constraints = [
            tenant_key("cases_inboundmessage"),
            *same_tenant("cases_inboundmessage", "hook", "contact", "case", "message"),
            models.UniqueConstraint(
                fields=["tenant", "hook", "external_id"], name="cases_inboundmessage_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="taken")
                | models.Q(case__isnull=False, message__isnull=False),
                name="cases_inboundmessage_ends_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "hook", "thread", "-id"], name="inboundmessage_thread"),
            models.Index(fields=["tenant", "state", "-id"], name="inboundmessage_state"),
        ]

    def __str__(self) -> str:
        return self.state
