"""Questions: what a department wants to know of a customer, and what came back."""

from django.db import models

from cases.models import Case, Message
from problems.models.problem import Problem
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class QuestionState(models.TextChoices):
    """Where a question stands."""

    ASKED = "asked"
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


OPEN_QUESTION = (QuestionState.ASKED, QuestionState.SENT)


class Question(TenantModel):
    """What a department asks one customer about a problem, through the case's agent.

    The words stand in the case: `asked` is the note that tells them, `sent` the message to the
    customer, `answer` what came back. `due_at` is until when an agent should have passed it on,
    in customer service's opening hours.
    """

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="questions"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, related_name="questions"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=QuestionState.choices, default="asked")
    asked = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    sent = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    answer = models.ForeignKey(
        Message, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_question"
        constraints = [
            tenant_key("problems_question"),
            *same_tenant(
                "problems_question",
                "problem",
                "case",
                "department",
                "asked_by",
                "asked",
                "sent",
                "answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent__isnull=False),
                name="problems_question_sent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="answered") | models.Q(answer__isnull=False),
                name="problems_question_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "-id"], name="question_problem"),
            models.Index(
                fields=["tenant", "case"],
                condition=models.Q(state__in=["asked", "sent"]),
                name="question_open_of_case",
            ),
            models.Index(
                fields=["tenant", "department", "state", "-id"], name="question_department"
            ),
        ]

    def __str__(self) -> str:
        return self.state
