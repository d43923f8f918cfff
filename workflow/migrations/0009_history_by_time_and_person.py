"""Indexes for the page of all history: by time, by person, and by kinds that change rarely."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three indexes; two of them are partial and stay small."""

    dependencies = [("workflow", "0008_a_brand_for_each_tenant")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant", "-at", "-id"], name="entry_by_time"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["tenant", "actor_id", "-at", "-id"],
                condition=models.Q(actor_kind="user"),
                name="entry_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["tenant", "subject_kind", "-at", "-id"],
                condition=~models.Q(subject_kind__in=("case", "problem", "contact")),
                name="entry_of_setting",
            ),
        ),
    ]
