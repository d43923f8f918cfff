"""Find what one contact was told, newest first, on a customer's page and before a receipt."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, built while work goes on."""

    atomic = False

    dependencies = [("servicedesk", "0009_calls_that_did_not_arrive")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                fields=["tenant", "contact", "-created_at"], name="notification_contact"
            ),
        ),
    ]
