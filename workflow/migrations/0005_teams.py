"""Teams: some people of a department who work together; behind the tenant's wall."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Teams and who works in them."""

    dependencies = [
        ("workflow", "0004_the_sweeper_marks_and_nothing_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="workflow.department",
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
                "db_table": "workflow_team",
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="workflow.team",
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
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_places",
                        to="workflow.user",
                    ),
                ),
            ],
            options={
                "db_table": "workflow_teammember",
            },
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="workflow_team_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="department", name="workflow_team_department_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                models.F("tenant"),
                models.F("department"),
                django.db.models.functions.text.Lower("name"),
                name="workflow_team_name",
            ),
        ),
        migrations.AddIndex(
            model_name="teammember",
            index=models.Index(fields=["tenant", "user"], name="teammember_user"),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="workflow_teammember_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="team", name="workflow_teammember_team_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="user", name="workflow_teammember_user_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.UniqueConstraint(
                fields=("tenant", "team", "user"), name="workflow_teammember_once"
            ),
        ),
        IsolateByTenant("Team"),
        IsolateByTenant("TeamMember"),
    ]
