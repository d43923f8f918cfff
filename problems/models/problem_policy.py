"""What a tenant says of all problems: by when customers hear more, what raises priority, what costs."""

from datetime import timedelta

from django.db import models

from workflow.clocks.models import Ladder
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ProblemPolicy(TenantModel):
    """One row a tenant, none as long as everything is as delivered.

    `news_within` (opening time of customer service) is by when customers of a problem without a
    date hear more; None promises nothing by itself. `news_text` are the words of it, empty for the
    usual ones. `ladder` wakes people before a promise to customers passes; without one the usual
    steps do. `thresholds` say from which figure on which priority holds
    (measure → priority → figure), empty for the usual ones. The rest weighs what a
    week's delay costs: an agent's work for a contact, a broken promise and an upset customer, and
    what an hour of work costs in whole units of `currency`, if anybody counts it.
    """

    news_within = models.DurationField(null=True, default=timedelta(hours=16))
    news_text = models.CharField(max_length=200, default="", blank=True)
    ladder = models.ForeignKey(
        Ladder, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    follows_impact = models.BooleanField(default=True)
    thresholds = models.JSONField(default=dict)
    work_per_contact = models.DurationField(default=timedelta(minutes=12))
    work_per_broken_promise = models.DurationField(default=timedelta(hours=1))
    work_per_upset_customer = models.DurationField(default=timedelta(hours=1))
    cost_per_hour = models.IntegerField(null=True)
    currency = models.CharField(max_length=3, default="", blank=True)

    class Meta:
        db_table = "problems_problempolicy"
        constraints = [
            tenant_key("problems_problempolicy"),
            *same_tenant("problems_problempolicy", "ladder"),
            models.UniqueConstraint(fields=["tenant"], name="problems_problempolicy_one"),
        ]

    def __str__(self) -> str:
        return str(self.news_within)
