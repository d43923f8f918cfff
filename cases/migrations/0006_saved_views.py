"""Keep ways to look at the cases under a name; find quickly what the lead's overview counts."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Saved views behind the wall, indexes of the backlog, and the range of feelings."""

    dependencies = [
        ("cases", "0005_doors"),
        ("customers", "0004_prospects_and_chat"),
        ("workflow", "0006_token_rate"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("is_shared", models.BooleanField(default=False)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("working", "Working"),
                            ("pending", "Pending"),
                            ("on_problem", "On Problem"),
                            ("resolved", "Resolved"),
                            ("any", "Any"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "responsible",
                    models.CharField(
                        choices=[
                            ("anybody", "Anybody"),
                            ("me", "Me"),
                            ("nobody", "Nobody"),
                            ("person", "Person"),
                            ("team", "Team"),
                        ],
                        default="anybody",
                        max_length=8,
                    ),
                ),
                ("priority", models.SmallIntegerField(null=True)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mail", "mail"),
                            ("portal", "portal"),
                            ("phone", "phone"),
                            ("chat", "chat"),
                            ("social", "social"),
                            ("form", "form"),
                            ("api", "api"),
                            ("import", "import"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        choices=[("any", "Any"), ("linked", "Linked"), ("unlinked", "Unlinked")],
                        default="any",
                        max_length=8,
                    ),
                ),
                (
                    "waits_for",
                    models.CharField(
                        choices=[
                            ("anybody", "Anybody"),
                            ("agent", "Agent"),
                            ("customer", "Customer"),
                            ("department", "Department"),
                            ("problem", "Problem"),
                        ],
                        default="anybody",
                        max_length=10,
                    ),
                ),
                ("older_than_days", models.SmallIntegerField(default=0)),
                (
                    "order",
                    models.CharField(
                        choices=[("newest", "Newest"), ("oldest", "Oldest"), ("due", "Due")],
                        default="newest",
                        max_length=6,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_savedview",
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "open", "pending", "on_problem"])),
                fields=["tenant", "state", "opened_at", "id"],
                name="case_backlog",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("feeling__isnull", False),
                    ("state__in", ["new", "open", "pending", "on_problem"]),
                ),
                fields=["tenant", "feeling"],
                name="case_feeling",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["tenant", "opened_at"], name="case_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["tenant", "resolved_at"],
                name="case_resolved",
            ),
        ),
        migrations.AddIndex(
            model_name="caseclock",
            index=models.Index(
                condition=models.Q(("state", "running")),
                fields=["tenant", "due_at"],
                name="caseclock_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("feeling__isnull", True), ("feeling__range", (1, 5)), _connector="OR"
                ),
                name="cases_case_feeling",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="made_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.user",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.user",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.product",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="queue",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.department",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.team",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.tenant",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_savedview_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="made_by", name="cases_savedview_made_by_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="person", name="cases_savedview_person_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="team", name="cases_savedview_team_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="queue", name="cases_savedview_queue_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="product", name="cases_savedview_product_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("tenant", "made_by", "name"), name="cases_savedview_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("priority__isnull", True), ("priority__in", (1, 2, 3, 4)), _connector="OR"
                ),
                name="cases_savedview_priority",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("older_than_days__range", (0, 3650))),
                name="cases_savedview_age",
            ),
        ),
        IsolateByTenant("SavedView"),
    ]
