"""A problem may be about one version of a product."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """A short word, empty at first."""

    dependencies = [
        ("problems", "0012_tasks_of_departments"),
    ]

    operations = [
        migrations.AddField(
            model_name="problem",
            name="product_version",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
