"""What was answered to the questions of a request type: one typed row each."""

from django.db import models

from cases.models.case import Case
from cases.models.request_type import RequestQuestion
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class RequestAnswer(TenantModel):
    """One answer of one case. `text` is what is shown; a number or a day is kept as such too.

    `number` counts hundredths for an amount, and is 1 or 0 for yes or no.
    """

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, db_constraint=False, related_name="request_answers"
    )
    question = models.ForeignKey(
        RequestQuestion, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    text = models.CharField(max_length=250)
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)

    class Meta:
        db_table = "cases_requestanswer"
        constraints = [
            tenant_key("cases_requestanswer"),
            *same_tenant("cases_requestanswer", "case", "question"),
            models.UniqueConstraint(
                fields=["tenant", "case", "question"], name="cases_requestanswer_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "question", "number"], name="requestanswer_number"),
            models.Index(fields=["tenant", "question", "day"], name="requestanswer_day"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
