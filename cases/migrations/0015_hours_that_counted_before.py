"""Clocks remember by which hours they counted before they got others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_brand_of_a_web_form"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseclock",
            name="earlier_hours",
            field=models.JSONField(default=list),
        ),
    ]
