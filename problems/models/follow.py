"""Followers: colleagues and customers who hear how a problem goes on until it is done."""

from django.db import models

from customers.models import Contact
from problems.models.problem import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class Follow(TenantModel):
    """That a colleague wants to hear how a problem goes on."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="follows"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        db_table = "problems_follow"
        constraints = [
            tenant_key("problems_follow"),
            *same_tenant("problems_follow", "problem", "user"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "user"], name="problems_follow_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ContactFollow(TenantModel):
    """That a customer wants to hear how a problem goes on, without saying to have it."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, db_constraint=False, related_name="contact_follows"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    since_at = models.DateTimeField()

    class Meta:
        db_table = "problems_contactfollow"
        constraints = [
            tenant_key("problems_contactfollow"),
            *same_tenant("problems_contactfollow", "problem", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "contact"], name="problems_contactfollow_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contact"], name="contactfollow_contact")]

    def __str__(self) -> str:
        return str(self.pk)
