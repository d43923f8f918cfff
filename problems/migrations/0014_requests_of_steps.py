"""Steps that wait until others agree, and what those answered."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Requests and votes, behind the tenant's wall."""

    dependencies = [
        ("problems", "0013_version_of_a_product"),
        ("workflow", "0017_who_gets_the_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="StepRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage_key", models.CharField(max_length=40)),
                ("step_key", models.CharField(max_length=40)),
                ("given", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("taken", "Taken"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("quorum", models.SmallIntegerField()),
                (
                    "asked_round",
                    models.SmallIntegerField(
                        choices=[(0, "Approvers"), (1, "Substitutes"), (2, "Leads")], default=0
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
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
                        related_name="step_requests",
                        to="problems.problem",
                    ),
                ),
                (
                    "requested_by",
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
                (
                    "workflow_version",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.workflowversion",
                    ),
                ),
            ],
            options={
                "db_table": "problems_steprequest",
            },
        ),
        migrations.CreateModel(
            name="StepVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "asked_round",
                    models.SmallIntegerField(
                        choices=[(0, "Approvers"), (1, "Substitutes"), (2, "Leads")]
                    ),
                ),
                (
                    "vote",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No")], default="", max_length=3
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("voted_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="problems.steprequest",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
            ],
            options={
                "db_table": "problems_stepvote",
            },
        ),
        migrations.AddIndex(
            model_name="steprequest",
            index=models.Index(fields=["tenant", "problem", "-id"], name="steprequest_problem"),
        ),
        migrations.AddIndex(
            model_name="steprequest",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["due_at"], name="steprequest_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="problems_steprequest_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="problem", name="problems_steprequest_problem_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="workflow_version", name="problems_steprequest_workflow_version_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="department", name="problems_steprequest_department_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="requested_by", name="problems_steprequest_requested_by_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "approved"])),
                fields=("tenant", "problem", "step_key"),
                name="problems_steprequest_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("due_at__isnull", False), ("state", "open")
                    ),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("due_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="problems_steprequest_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("quorum__range", (1, 100))), name="problems_steprequest_quorum"
            ),
        ),
        migrations.AddIndex(
            model_name="stepvote",
            index=models.Index(fields=["tenant", "user", "-id"], name="stepvote_user"),
        ),
        migrations.AddConstraint(
            model_name="stepvote",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="problems_stepvote_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepvote",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="request", name="problems_stepvote_request_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepvote",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="user", name="problems_stepvote_user_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepvote",
            constraint=models.UniqueConstraint(
                fields=("tenant", "request", "user"), name="problems_stepvote_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vote", ""), ("voted_at__isnull", True)),
                    models.Q(models.Q(("vote", ""), _negated=True), ("voted_at__isnull", False)),
                    _connector="OR",
                ),
                name="problems_stepvote_voted",
            ),
        ),
        IsolateByTenant("StepRequest", sweeper=["select"]),
        IsolateByTenant("StepVote"),
    ]
