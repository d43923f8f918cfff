"""The tenant's own words, edition by edition; behind the tenant's wall."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant


class Migration(migrations.Migration):
    """Editions of wording: never changed."""

    dependencies = [
        ("servicedesk", "0004_the_sweeper_reads_no_mail"),
        ("workflow", "0005_teams"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("language", models.CharField(default="en", max_length=12)),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("text", models.TextField(blank=True, default="")),
                ("saved_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
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
                "db_table": "servicedesk_wording",
                "indexes": [
                    models.Index(
                        fields=["tenant", "code", "language", "-id"], name="wording_newest"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="servicedesk_wording_tenant_key"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="saved_by", name="servicedesk_wording_saved_by_same_tenant"
                    ),
                ],
            },
        ),
        IsolateByTenant("Wording"),
        AppendOnly("Wording"),
    ]
