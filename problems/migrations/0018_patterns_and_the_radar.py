"""Patterns, their cases, and the radar of each tenant."""

import datetime

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

PATTERN_TRIGGERS = """
CREATE TRIGGER pattern_state_is_counted BEFORE UPDATE ON problems_pattern
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER pattern_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON problems_pattern DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('pattern');
"""
PATTERN_TRIGGERS_BACK = """
DROP TRIGGER pattern_state_is_counted ON problems_pattern;
DROP TRIGGER pattern_state_is_recorded ON problems_pattern;
"""
# The tick finds radars that are due, and sees nothing else of them.
DUE_ONLY = """
REVOKE SELECT ON problems_radar FROM servicedesk_sweeper;
GRANT SELECT (tenant_id, id, is_on, next_look_at, looking_until) ON problems_radar
  TO servicedesk_sweeper;
"""
EVERYTHING = """
REVOKE SELECT (tenant_id, id, is_on, next_look_at, looking_until) ON problems_radar
  FROM servicedesk_sweeper;
GRANT SELECT ON problems_radar TO servicedesk_sweeper;
"""


class Migration(OneStepMigration):
    """Four tables behind the wall."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('customers', '0009_regions_and_segments'),
        ('problems', '0017_lessons_and_embeddings'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('state', django_fsm.FSMField(default='proposed', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('title', models.CharField(max_length=200)),
                ('found_title', models.CharField(max_length=200)),
                ('product_version', models.CharField(blank=True, default='', max_length=40)),
                ('region', models.CharField(blank=True, default='', max_length=80)),
                ('is_department_chosen', models.BooleanField(default=False)),
                ('cause', models.JSONField(default=dict)),
                ('cases', models.IntegerField(default=0)),
                ('customers', models.IntegerField(default=0)),
                ('usual', models.FloatField(default=0.0)),
                ('alike_percent', models.SmallIntegerField(default=0)),
                ('first_case_at', models.DateTimeField()),
                ('last_case_at', models.DateTimeField()),
                ('found_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('accepted_by', models.CharField(blank=True, choices=[('opened', 'Opened'), ('linked', 'Linked')], default='', max_length=6)),
                ('reason', models.CharField(blank=True, choices=[('seasonal', 'Seasonal'), ('two_topics', 'Two Topics'), ('known', 'Known'), ('no_problem', 'No Problem')], default='', max_length=10)),
                ('note', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_customers', models.IntegerField(default=0)),
                ('alike_problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('department', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='patterns', to='problems.problem')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('survivor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.pattern')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('titled_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'problems_pattern',
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='PatternCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('linked_at', models.DateTimeField(null=True)),
                ('excluded_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='patterns', to='cases.case')),
                ('excluded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('origin', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.pattern')),
                ('pattern', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='problems.pattern')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_patterncase',
            },
        ),
        migrations.CreateModel(
            name='Radar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=True)),
                ('sensitivity', models.CharField(choices=[('careful', 'Careful'), ('balanced', 'Balanced'), ('eager', 'Eager')], default='balanced', max_length=8)),
                ('least_customers', models.SmallIntegerField(default=4)),
                ('work_per_case', models.DurationField(default=datetime.timedelta(seconds=720))),
                ('tells_leads', models.BooleanField(default=True)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('looking_until', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('cases_looked_at', models.IntegerField(default=0)),
                ('has_vectors', models.BooleanField(default=True)),
                ('began_at', models.DateTimeField(null=True)),
                ('last_raised_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_radar',
            },
        ),
        migrations.CreateModel(
            name='RadarTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('least_customers', models.SmallIntegerField()),
                ('days', models.SmallIntegerField(default=30)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('cases', models.IntegerField(default=0)),
                ('results', models.JSONField(default=list)),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_radartrial',
            },
        ),
        migrations.AddIndex(
            model_name='pattern',
            index=models.Index(condition=models.Q(('state', 'proposed')), fields=['tenant', '-id'], name='pattern_proposed'),
        ),
        migrations.AddIndex(
            model_name='pattern',
            index=models.Index(fields=['tenant', '-decided_at', '-id'], name='pattern_decided'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_pattern_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='problems_pattern_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='problems_pattern_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_pattern_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='alike_problem', name='problems_pattern_alike_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='survivor', name='problems_pattern_survivor_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='titled_by', name='problems_pattern_titled_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=workflow.tenancy.constraints.SameTenant(field='decided_by', name='problems_pattern_decided_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='problems_pattern_number'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'accepted', 'dismissed', 'merged', 'faded'])), name='problems_pattern_state_known'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('problem__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('problem__isnull', True)), _connector='OR'), name='problems_pattern_problem'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), ('survivor__isnull', False)), models.Q(models.Q(('state', 'merged'), _negated=True), ('survivor__isnull', True)), _connector='OR'), name='problems_pattern_survivor'),
        ),
        migrations.AddConstraint(
            model_name='pattern',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ('accepted', 'dismissed', 'merged'))), models.Q(('decided_at__isnull', True), models.Q(('state__in', ('accepted', 'dismissed', 'merged')), _negated=True)), _connector='OR'), name='problems_pattern_decided'),
        ),
        migrations.AddIndex(
            model_name='patterncase',
            index=models.Index(fields=['tenant', 'pattern', '-id'], name='patterncase_pattern'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_patterncase_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=workflow.tenancy.constraints.SameTenant(field='pattern', name='problems_patterncase_pattern_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=workflow.tenancy.constraints.SameTenant(field='case', name='problems_patterncase_case_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=workflow.tenancy.constraints.SameTenant(field='origin', name='problems_patterncase_origin_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=workflow.tenancy.constraints.SameTenant(field='excluded_by', name='problems_patterncase_excluded_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=models.UniqueConstraint(fields=('tenant', 'pattern', 'case'), name='problems_patterncase_once'),
        ),
        migrations.AddConstraint(
            model_name='patterncase',
            constraint=models.UniqueConstraint(condition=models.Q(('excluded_at__isnull', True)), fields=('tenant', 'case'), name='problems_patterncase_one_pattern'),
        ),
        migrations.AddIndex(
            model_name='radar',
            index=models.Index(condition=models.Q(('is_on', True), ('next_look_at__isnull', False)), fields=['next_look_at'], name='radar_due'),
        ),
        migrations.AddConstraint(
            model_name='radar',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_radar_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='radar',
            constraint=models.UniqueConstraint(fields=('tenant',), name='problems_radar_one'),
        ),
        migrations.AddConstraint(
            model_name='radar',
            constraint=models.CheckConstraint(condition=models.Q(('sensitivity__in', ['careful', 'balanced', 'eager'])), name='problems_radar_sensitivity'),
        ),
        migrations.AddConstraint(
            model_name='radar',
            constraint=models.CheckConstraint(condition=models.Q(('least_customers__range', (2, 50))), name='problems_radar_customers'),
        ),
        migrations.AddIndex(
            model_name='radartrial',
            index=models.Index(fields=['tenant', '-id'], name='radartrial_newest'),
        ),
        migrations.AddConstraint(
            model_name='radartrial',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_radartrial_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='radartrial',
            constraint=workflow.tenancy.constraints.SameTenant(field='asked_by', name='problems_radartrial_asked_by_same_tenant'),
        ),
        IsolateByTenant("Pattern"),
        IsolateByTenant("PatternCase"),
        IsolateByTenant("Radar", sweeper=["select"]),
        IsolateByTenant("RadarTrial"),
        migrations.RunSQL(PATTERN_TRIGGERS, PATTERN_TRIGGERS_BACK),
        migrations.RunSQL(DUE_ONLY, EVERYTHING),
    ]
