"""One index for every call that did not arrive: counted by state, sent again in order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of waiting, failed and dropped calls instead of one of failed calls."""

    dependencies = [("servicedesk", "0008_mailbox")]

    operations = [
        migrations.RemoveIndex(model_name="webhookcall", name="webhookcall_failed"),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(
                fields=["tenant", "subscription", "state", "id"],
                condition=models.Q(state__in=("pending", "failed", "dropped")),
                name="webhookcall_not_delivered",
            ),
        ),
    ]
