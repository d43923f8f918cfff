"""What left and is neither known to have arrived nor to have come back is found at once."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """An index; no rows change."""

    dependencies = [
        ("problems", "0030_how_many_are_told_without_a_yes"),
        ("workflow", "0019_what_is_held"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="told",
            index=models.Index(
                condition=models.Q(
                    ("bounced_at__isnull", True),
                    ("delivered_at__isnull", True),
                    ("sent_at__isnull", False),
                ),
                fields=["tenant", "sent_at"],
                name="told_under_way",
            ),
        ),
    ]
