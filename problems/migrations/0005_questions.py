"""Keep what departments ask customers, and what came back."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Questions, behind the tenant's wall."""

    dependencies = [
        ("cases", "0006_saved_views"),
        ("problems", "0004_a_moved_leg_is_missed_where_it_was"),
        ("workflow", "0006_token_rate"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("sent", "Sent"),
                            ("answered", "Answered"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="cases.case",
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
                    "problem",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="problems.problem",
                    ),
                ),
                (
                    "sent",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
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
                "db_table": "problems_question",
                "indexes": [
                    models.Index(fields=["tenant", "problem", "-id"], name="question_problem"),
                    models.Index(
                        condition=models.Q(("state__in", ["asked", "sent"])),
                        fields=["tenant", "case"],
                        name="question_open_of_case",
                    ),
                    models.Index(
                        fields=["tenant", "department", "state", "-id"], name="question_department"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "id"), name="problems_question_tenant_key"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="problem", name="problems_question_problem_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="case", name="problems_question_case_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="department", name="problems_question_department_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="asked_by", name="problems_question_asked_by_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="asked", name="problems_question_asked_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="sent", name="problems_question_sent_same_tenant"
                    ),
                    workflow.tenancy.constraints.SameTenant(
                        field="answer", name="problems_question_answer_same_tenant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent__isnull", False),
                            _connector="OR",
                        ),
                        name="problems_question_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            ("answer__isnull", False),
                            _connector="OR",
                        ),
                        name="problems_question_answered",
                    ),
                ],
            },
        ),
        IsolateByTenant("Question"),
    ]
