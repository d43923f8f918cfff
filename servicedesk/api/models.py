"""What was answered to a request that may come again."""

from django.db import models

from workflow.tenancy.models import TenantModel, tenant_key


class Answered(TenantModel):
    """The answer to a POST with an `Idempotency-Key`: a repeat within a day gets the same.

    `caller` is the digest of the token, `asked` a digest of the request: the same key with
    another request is a mistake of the caller.
    """

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "servicedesk_answered"
        constraints = [
            tenant_key("servicedesk_answered"),
            models.UniqueConstraint(
                fields=["tenant", "caller", "key"], name="servicedesk_answered_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "caller", "at"], name="answered_at")]

    def __str__(self) -> str:
        return self.key
