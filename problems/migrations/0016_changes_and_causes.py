"""Changes that carry fixes, and analyses of causes."""

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

CHANGE_TRIGGERS = """
CREATE TRIGGER change_state_is_counted BEFORE UPDATE ON problems_change
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER change_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON problems_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('change');
"""
CHANGE_TRIGGERS_BACK = """
DROP TRIGGER change_state_is_counted ON problems_change;
DROP TRIGGER change_state_is_recorded ON problems_change;
"""


class Migration(OneStepMigration):
    """Six tables behind the wall."""

    dependencies = [
        ('customers', '0009_regions_and_segments'),
        ('problems', '0015_the_tick_sees_when_requests_are_due'),
        ('workflow', '0017_who_gets_the_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('method_code', models.CharField(max_length=40)),
                ('method_name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('chain', 'Chain'), ('tree', 'Tree')], max_length=5)),
                ('questions', models.JSONField(default=list)),
                ('categories', models.JSONField(default=list)),
                ('effect', models.CharField(max_length=400)),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='analyses', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_analysis',
            },
        ),
        migrations.CreateModel(
            name='AnalysisMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('chain', 'Chain'), ('tree', 'Tree')], max_length=5)),
                ('questions', models.JSONField(default=list)),
                ('categories', models.JSONField(default=list)),
                ('is_active', models.BooleanField(default=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_analysismethod',
            },
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('category', models.CharField(blank=True, default='', max_length=80)),
                ('words', models.CharField(max_length=400)),
                ('verdict', models.CharField(choices=[('open', 'Open'), ('ruled_out', 'Ruled Out'), ('confirmed', 'Confirmed')], default='open', max_length=9)),
                ('because', models.TextField(blank=True, default='')),
                ('added_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('analysis', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='causes', to='problems.analysis')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('parent', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deeper', to='problems.cause')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_cause',
            },
        ),
        migrations.CreateModel(
            name='CauseEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='problems.cause')),
                ('evidence', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.evidence')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_causeevidence',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('standard', 'Standard'), ('normal', 'Normal'), ('emergency', 'Emergency')], max_length=9)),
                ('risk', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=6)),
                ('plan', models.TextField(blank=True, default='')),
                ('back_out_plan', models.TextField(blank=True, default='')),
                ('reference', models.CharField(blank=True, default='', max_length=200)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', django_fsm.FSMField(default='planned', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('outcome', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('began_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_change',
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ProblemChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('fixes', 'Fixes'), ('caused', 'Caused')], max_length=6)),
                ('carried_at', models.DateTimeField(null=True)),
                ('change', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='problems.change')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_problemchange',
            },
        ),
        migrations.AddConstraint(
            model_name='analysis',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_analysis_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='analysis',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_analysis_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='analysis',
            constraint=workflow.tenancy.constraints.SameTenant(field='begun_by', name='problems_analysis_begun_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='analysis',
            constraint=models.UniqueConstraint(fields=('tenant', 'problem', 'number'), name='problems_analysis_number'),
        ),
        migrations.AddConstraint(
            model_name='analysismethod',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_analysismethod_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='analysismethod',
            constraint=models.UniqueConstraint(fields=('tenant', 'code'), name='problems_analysismethod_code'),
        ),
        migrations.AddIndex(
            model_name='cause',
            index=models.Index(fields=['tenant', 'analysis', 'id'], name='cause_of_analysis'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_cause_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=workflow.tenancy.constraints.SameTenant(field='analysis', name='problems_cause_analysis_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=workflow.tenancy.constraints.SameTenant(field='parent', name='problems_cause_parent_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=workflow.tenancy.constraints.SameTenant(field='added_by', name='problems_cause_added_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=workflow.tenancy.constraints.SameTenant(field='decided_by', name='problems_cause_decided_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=models.UniqueConstraint(fields=('tenant', 'analysis', 'number'), name='problems_cause_number'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('verdict', 'open')), models.Q(models.Q(('verdict', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='problems_cause_decided'),
        ),
        migrations.AddConstraint(
            model_name='causeevidence',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_causeevidence_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='causeevidence',
            constraint=workflow.tenancy.constraints.SameTenant(field='cause', name='problems_causeevidence_cause_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='causeevidence',
            constraint=workflow.tenancy.constraints.SameTenant(field='evidence', name='problems_causeevidence_evidence_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='causeevidence',
            constraint=models.UniqueConstraint(fields=('tenant', 'cause', 'evidence'), name='problems_causeevidence_once'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['tenant', 'starts_at', 'id'], name='change_by_window'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('state__in', ('planned', 'approved', 'in_progress'))), fields=['tenant', 'product', 'starts_at'], name='change_of_product'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_change_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='problems_change_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='problems_change_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=workflow.tenancy.constraints.SameTenant(field='asked_by', name='problems_change_asked_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=workflow.tenancy.constraints.SameTenant(field='approved_by', name='problems_change_approved_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='problems_change_number'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'approved', 'in_progress', 'done', 'backed_out', 'cancelled'])), name='problems_change_state_known'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='problems_change_window'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ('planned', 'approved', 'in_progress'))), models.Q(('ended_at__isnull', False), models.Q(('state__in', ('planned', 'approved', 'in_progress')), _negated=True)), _connector='OR'), name='problems_change_ended'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('asked_by__isnull', True), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='problems_change_four_eyes'),
        ),
        migrations.AddIndex(
            model_name='problemchange',
            index=models.Index(fields=['tenant', 'change'], name='problemchange_change'),
        ),
        migrations.AddConstraint(
            model_name='problemchange',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemchange_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='problemchange',
            constraint=workflow.tenancy.constraints.SameTenant(field='change', name='problems_problemchange_change_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problemchange',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problemchange_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problemchange',
            constraint=models.UniqueConstraint(fields=('tenant', 'problem', 'change'), name='problems_problemchange_once'),
        ),
        migrations.AddConstraint(
            model_name='problemchange',
            constraint=models.CheckConstraint(condition=models.Q(('carried_at__isnull', True), ('role', 'fixes'), _connector='OR'), name='problems_problemchange_carries'),
        ),
        IsolateByTenant("Change"),
        IsolateByTenant("ProblemChange"),
        IsolateByTenant("AnalysisMethod"),
        IsolateByTenant("Analysis"),
        IsolateByTenant("Cause"),
        IsolateByTenant("CauseEvidence"),
        migrations.RunSQL(CHANGE_TRIGGERS, CHANGE_TRIGGERS_BACK),
    ]
