"""Remember what was answered to requests that may come again; behind the tenant's wall."""

import django.db.models.deletion
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """The answers to POST requests with an Idempotency-Key."""

    dependencies = [("servicedesk", "0002_isolation")]

    operations = [
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("caller", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=200)),
                ("asked", models.CharField(max_length=64)),
                ("status", models.SmallIntegerField()),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "servicedesk_answered",
                "indexes": [
                    models.Index(fields=["tenant", "caller", "at"], name="answered_at")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="servicedesk_answered_tenant_key"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "caller", "key"), name="servicedesk_answered_once"
                    ),
                ],
            },
        ),
        IsolateByTenant("Answered"),
    ]
