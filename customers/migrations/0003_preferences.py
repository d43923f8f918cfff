"""What customers want to be told, and who sees the issues of a whole organisation."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Preferences, behind the wall."""

    dependencies = [
        ("customers", "0002_isolation"),
        ("workflow", "0005_teams"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="sees_organisation",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mail_answers", models.BooleanField(default=True)),
                ("mail_progress", models.BooleanField(default=True)),
                ("mail_solutions", models.BooleanField(default=True)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.contact",
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
                "db_table": "customers_preference",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="customers_preference_tenant_key"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="contact", name="customers_preference_contact_same_tenant"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contact"), name="customers_preference_contact"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="customers_preference_quiet",
                    ),
                ],
            },
        ),
        IsolateByTenant("Preference"),
    ]
