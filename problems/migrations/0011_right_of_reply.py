"""Departments say what they have to say about their part of a journey."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Statements, behind the tenant's wall."""

    dependencies = [
        ("problems", "0010_stages_of_a_workflow"),
        ("workflow", "0015_drawn_workflows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "about",
                    models.CharField(choices=[("leg", "Leg"), ("detour", "Detour")], max_length=6),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("excused", "Excused"), ("counts", "Counts")],
                        default="",
                        max_length=7,
                    ),
                ),
                ("decided_because", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.department",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
                (
                    "leg",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="problems.leg",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="problems.problem",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
            ],
            options={
                "db_table": "problems_statement",
                "indexes": [
                    models.Index(fields=["tenant", "problem", "id"], name="statement_problem"),
                    models.Index(
                        fields=["tenant", "department", "-id"], name="statement_department"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="problems_statement_tenant_key"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="problem", name="problems_statement_problem_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="leg", name="problems_statement_leg_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="department", name="problems_statement_department_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="user", name="problems_statement_user_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="edited_by", name="problems_statement_edited_by_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="decided_by", name="problems_statement_decided_by_same_tenant"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "leg", "about", "department"),
                        name="problems_statement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="problems_statement_decided",
                    ),
                ],
            },
        ),
        IsolateByTenant("Statement"),
    ]
