"""Requests that cannot be asked on for a fault: how often it was tried, and when it is again."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Three fields, empty at first."""

    dependencies = [
        ("problems", "0034_passes_and_ratings"),
    ]

    operations = [
        migrations.AddField(
            model_name="steprequest",
            name="ask_again_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="steprequest",
            name="ask_error",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="steprequest",
            name="failed_asks",
            field=models.SmallIntegerField(default=0),
        ),
    ]
