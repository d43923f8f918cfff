"""Find the cases of an organisation, for customers who see those of their colleagues."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, built beside the work."""

    atomic = False
    dependencies = [("cases", "0008_brand")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["tenant", "organisation", "-id"],
                condition=models.Q(("organisation__isnull", False)),
                name="case_organisation",
            ),
        ),
    ]
