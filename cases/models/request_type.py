"""What a tenant lets customers ask for, and which questions each of it needs."""

from django.db import models

from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class RequestType(TenantModel):
    """A sort of request: which fields its form shows, where it is offered, how it may end at once.

    `answer` is what the customer reads when the request is finished in the same step.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60)
    says = models.CharField(max_length=160, default="", blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    category = models.CharField(max_length=80, default="", blank=True)
    asks_product = models.BooleanField(default=False)
    asks_wanted_outcome = models.BooleanField(default=False)
    asks_category = models.BooleanField(default=False)
    may_finish_at_once = models.BooleanField(default=False)
    answer = models.TextField(default="", blank=True)
    is_for_agents = models.BooleanField(default=True)
    is_for_phone = models.BooleanField(default=True)
    is_for_portal = models.BooleanField(default=False)
    is_for_forms = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_requesttype"
        constraints = [
            tenant_key("cases_requesttype"),
            models.UniqueConstraint(fields=["tenant", "slug"], name="cases_requesttype_slug"),
            models.CheckConstraint(
                condition=models.Q(may_finish_at_once=False) | ~models.Q(answer=""),
                name="cases_requesttype_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionKind(models.TextChoices):
    """What sort of answer a question takes."""

    LINE = "line"
    NUMBER = "number"
    AMOUNT = "amount"
    DAY = "day"
    YES_NO = "yes_no"


class RequestQuestion(TenantModel):
    """A short question of a request type; a removed one stays for the answers that it got."""

    request_type = models.ForeignKey(
        RequestType, on_delete=models.CASCADE, db_constraint=False, related_name="questions"
    )
    position = models.IntegerField(default=0)
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=QuestionKind.choices, default="line")
    is_required = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "cases_requestquestion"
        constraints = [
            tenant_key("cases_requestquestion"),
            *same_tenant("cases_requestquestion", "request_type"),
        ]
        indexes = [
            models.Index(fields=["tenant", "request_type", "position"], name="requestquestion_type")
        ]

    def __str__(self) -> str:
        return self.label
