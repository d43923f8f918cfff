"""What a tenant allows its matching to do: at which doors it speaks, and when it links by itself."""

from django.db import models

from workflow.tenancy.models import TenantModel, tenant_key

LEAST_PRECISION, MOST_PRECISION = 80, 99
USUAL_PRECISION = 97
"""Per cent of automatic links that have to be right."""


class MatchingPolicy(TenantModel):
    """One row a tenant, none as long as everything is as delivered.

    `links_alone` lets the matching link by itself where the tenant's own history shows
    `wanted_precision` (per cent). `doors` maps channels to how far it goes there
    (`problems.matching_policies.DoorMode`); a channel that is not named does all that is allowed.
    `version` counts how often somebody set it.
    """

    links_alone = models.BooleanField(default=False)
    wanted_precision = models.SmallIntegerField(default=USUAL_PRECISION)
    doors = models.JSONField(default=dict)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "problems_matchingpolicy"
        constraints = [
            tenant_key("problems_matchingpolicy"),
            models.UniqueConstraint(fields=["tenant"], name="problems_matchingpolicy_one"),
            models.CheckConstraint(
                condition=models.Q(
                    wanted_precision__gte=LEAST_PRECISION, wanted_precision__lte=MOST_PRECISION
                ),
                name="problems_matchingpolicy_precision",
            ),
        ]

    def __str__(self) -> str:
        return str(self.wanted_precision)
