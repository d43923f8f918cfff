"""Customers ask for calls and say when they are away; addresses say why a mail came back."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Four fields, empty at first."""

    dependencies = [
        ("customers", "0010_belongings_and_segments"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactaddress",
            name="bounced_status",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="preference",
            name="away_said_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="preference",
            name="away_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="preference",
            name="wants_call",
            field=models.BooleanField(default=False),
        ),
    ]
