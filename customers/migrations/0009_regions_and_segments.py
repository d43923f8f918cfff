"""Customers have a region, organisations a segment too: facts of routing rules."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Three short words, empty at first."""

    dependencies = [
        ("customers", "0008_rights_for_a_product"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="region",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="organisation",
            name="region",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="organisation",
            name="segment",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
