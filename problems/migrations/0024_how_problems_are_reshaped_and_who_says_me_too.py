"""Merged and split problems, who says “me too”, and when a scope is looked at again."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

# The tick finds scopes that are due, and sees nothing else of them.
DUE_ONLY = """
CREATE POLICY sweeper_rows ON problems_scope AS PERMISSIVE FOR ALL TO servicedesk_sweeper
  USING (true) WITH CHECK (true);
GRANT SELECT (tenant_id, id, next_reach_at) ON problems_scope TO servicedesk_sweeper;
"""
NOTHING = """
REVOKE SELECT (tenant_id, id, next_reach_at) ON problems_scope FROM servicedesk_sweeper;
DROP POLICY sweeper_rows ON problems_scope;
"""


class Migration(OneStepMigration):
    """Two tables behind the wall, and two times."""


    dependencies = [
        ('customers', '0010_belongings_and_segments'),
        ('problems', '0023_scopes_broadcasts_and_the_ledger'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReshapedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('row', models.BigIntegerField()),
                ('was', models.BigIntegerField(null=True)),
                ('was_kind', models.CharField(blank=True, default='', max_length=12)),
            ],
            options={
                'db_table': 'problems_reshapedrow',
            },
        ),
        migrations.CreateModel(
            name='Reshaping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('merge', 'Merge'), ('split', 'Split')], max_length=5)),
                ('reason', models.TextField(blank=True, default='')),
                ('cases', models.IntegerField(default=0)),
                ('customers', models.IntegerField(default=0)),
                ('done_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'problems_reshaping',
            },
        ),
        migrations.AddField(
            model_name='affected',
            name='me_too_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='scope',
            name='next_reach_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='scope',
            index=models.Index(condition=models.Q(('next_reach_at__isnull', False)), fields=['next_reach_at'], name='scope_reach_due'),
        ),
        migrations.AddField(
            model_name='reshapedrow',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='reshaping',
            name='done_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='reshaping',
            name='into',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem'),
        ),
        migrations.AddField(
            model_name='reshaping',
            name='problem',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem'),
        ),
        migrations.AddField(
            model_name='reshaping',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='reshaping',
            name='undone_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='reshapedrow',
            name='reshaping',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='problems.reshaping'),
        ),
        migrations.AddIndex(
            model_name='reshaping',
            index=models.Index(fields=['tenant', 'problem', '-id'], name='reshaping_problem'),
        ),
        migrations.AddIndex(
            model_name='reshaping',
            index=models.Index(fields=['tenant', 'into', '-id'], name='reshaping_into'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_reshaping_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_reshaping_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=workflow.tenancy.constraints.SameTenant(field='into', name='problems_reshaping_into_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=workflow.tenancy.constraints.SameTenant(field='done_by', name='problems_reshaping_done_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=workflow.tenancy.constraints.SameTenant(field='undone_by', name='problems_reshaping_undone_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['merge', 'split'])), name='problems_reshaping_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=models.CheckConstraint(condition=models.Q(('problem', models.F('into')), _negated=True), name='problems_reshaping_not_itself'),
        ),
        migrations.AddConstraint(
            model_name='reshaping',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'merge'), ('undone_at__isnull', True)), fields=('tenant', 'problem'), name='problems_reshaping_merged_once'),
        ),
        migrations.AddConstraint(
            model_name='reshapedrow',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_reshapedrow_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='reshapedrow',
            constraint=workflow.tenancy.constraints.SameTenant(field='reshaping', name='problems_reshapedrow_reshaping_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='reshapedrow',
            constraint=models.UniqueConstraint(fields=('tenant', 'reshaping', 'code', 'row'), name='problems_reshapedrow_once'),
        ),
        IsolateByTenant("Reshaping"),
        IsolateByTenant("ReshapedRow"),
        migrations.RunSQL(DUE_ONLY, NOTHING),
    ]
