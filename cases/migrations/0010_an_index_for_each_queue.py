"""Read a page and a count of each standing queue from an index of its own."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Four indexes over what is open, built beside the work."""

    atomic = False
    dependencies = [
        ("cases", "0009_cases_of_an_organisation"),
        ("customers", "0005_search_names"),
        ("workflow", "0008_a_brand_for_each_tenant"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "open", "pending", "on_problem"])),
                fields=["tenant", "-last_message_at", "-id"],
                name="case_open",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["new", "open", "pending", "on_problem"]), ("owner__isnull", True)
                ),
                fields=["tenant", "-last_message_at", "-id"],
                name="case_unassigned",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["new", "open", "pending", "on_problem"]),
                    ("needs_attention", True),
                ),
                fields=["tenant", "-last_message_at", "-id"],
                name="case_attention",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "open", "pending", "on_problem"])),
                fields=["tenant", "state", "-last_message_at", "-id"],
                name="case_waiting",
            ),
        ),
    ]
