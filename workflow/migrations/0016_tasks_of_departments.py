"""Targets may be those of a task."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One more choice."""

    dependencies = [
        ("workflow", "0015_drawn_workflows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="target",
            name="metric",
            field=models.CharField(
                choices=[
                    ("first_response", "First Response"),
                    ("next_response", "Next Response"),
                    ("periodic_update", "Periodic Update"),
                    ("resolution", "Resolution"),
                    ("requester_wait", "Requester Wait"),
                    ("agent_work", "Agent Work"),
                    ("promise", "Promise"),
                    ("acknowledge", "Acknowledge"),
                    ("stage", "Stage"),
                    ("fix", "Fix"),
                    ("root_cause", "Root Cause"),
                    ("estimate", "Estimate"),
                    ("task", "Task"),
                ],
                max_length=16,
            ),
        ),
    ]
