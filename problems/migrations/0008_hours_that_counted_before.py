"""Clocks remember by which hours they counted before they got others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("problems", "0007_plans_of_running_clocks"),
    ]

    operations = [
        migrations.AddField(
            model_name="problemclock",
            name="earlier_hours",
            field=models.JSONField(default=list),
        ),
    ]
