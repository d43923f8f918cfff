"""Who gets the work: rotas, limits of people, and how a department gives work."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Three tables behind the wall; nobody has a limit, everything is given by hand."""

    dependencies = [
        ("workflow", "0016_tasks_of_departments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("timezone", models.CharField(default="UTC", max_length=64)),
                ("weeks", models.SmallIntegerField(default=1)),
                ("begins_on", models.DateField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "workflow_rota",
            },
        ),
        migrations.CreateModel(
            name="RotaException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "db_table": "workflow_rotaexception",
            },
        ),
        migrations.CreateModel(
            name="RotaShift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.SmallIntegerField(default=1)),
                ("weekday", models.SmallIntegerField()),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
            ],
            options={
                "db_table": "workflow_rotashift",
            },
        ),
        migrations.AddField(
            model_name="department",
            name="assign_by",
            field=models.CharField(
                choices=[
                    ("hand", "Hand"),
                    ("least", "Least"),
                    ("turn", "Turn"),
                    ("on_call", "On Call"),
                ],
                default="hand",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="assigned_last",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.user",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="case_limit",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="problem_limit",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="assigned_last", name="workflow_department_assigned_last_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=models.Q(("assign_by__in", ["hand", "least", "turn", "on_call"])),
                name="workflow_department_assign_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("problem_limit__isnull", True), ("problem_limit__gte", 0), _connector="OR"
                ),
                name="workflow_user_problem_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("case_limit__isnull", True), ("case_limit__gte", 0), _connector="OR"
                ),
                name="workflow_user_case_limit",
            ),
        ),
        migrations.AddField(
            model_name="rota",
            name="department",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rotas",
                to="workflow.department",
            ),
        ),
        migrations.AddField(
            model_name="rota",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.team",
            ),
        ),
        migrations.AddField(
            model_name="rota",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.tenant",
            ),
        ),
        migrations.AddField(
            model_name="rotaexception",
            name="rota",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="exceptions",
                to="workflow.rota",
            ),
        ),
        migrations.AddField(
            model_name="rotaexception",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.tenant",
            ),
        ),
        migrations.AddField(
            model_name="rotaexception",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.user",
            ),
        ),
        migrations.AddField(
            model_name="rotashift",
            name="rota",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shifts",
                to="workflow.rota",
            ),
        ),
        migrations.AddField(
            model_name="rotashift",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.tenant",
            ),
        ),
        migrations.AddField(
            model_name="rotashift",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflow.user",
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="workflow_rota_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="department", name="workflow_rota_department_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="team", name="workflow_rota_team_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.UniqueConstraint(
                fields=("tenant", "department", "name"), name="workflow_rota_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.CheckConstraint(
                condition=models.Q(("weeks__range", (1, 12))), name="workflow_rota_weeks"
            ),
        ),
        migrations.AddIndex(
            model_name="rotaexception",
            index=models.Index(fields=["tenant", "rota", "ends_at"], name="rotaexception_of_rota"),
        ),
        migrations.AddConstraint(
            model_name="rotaexception",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="workflow_rotaexception_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaexception",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="rota", name="workflow_rotaexception_rota_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaexception",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="user", name="workflow_rotaexception_user_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                name="workflow_rotaexception_forward_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="workflow_rotashift_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="rota", name="workflow_rotashift_rota_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="user", name="workflow_rotashift_user_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=models.UniqueConstraint(
                fields=("tenant", "rota", "user", "week", "weekday", "begins"),
                name="workflow_rotashift_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotashift",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__range", (1, 12)), ("weekday__range", (0, 6))),
                name="workflow_rotashift_day",
            ),
        ),
        IsolateByTenant("Rota"),
        IsolateByTenant("RotaShift"),
        IsolateByTenant("RotaException"),
    ]
