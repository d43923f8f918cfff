"""A clock that stopped keeps how much opening time had counted: reports take percentiles of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Clocks that stopped before stay without a figure."""

    dependencies = [("problems", "0008_hours_that_counted_before")]

    operations = [
        migrations.AddField(
            model_name="problemclock",
            name="used_for",
            field=models.DurationField(null=True),
        ),
        migrations.AddIndex(
            model_name="problemclock",
            index=models.Index(fields=["tenant", "started_at", "id"], name="problemclock_started"),
        ),
    ]
