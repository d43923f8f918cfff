"""Whom a problem reaches, what they are told of it, and how far the solution came to each."""

import django.db.models.deletion
import django_fsm
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

DUE_ONLY = """
REVOKE SELECT ON problems_broadcast FROM servicedesk_sweeper;
GRANT SELECT (tenant_id, id, state, due_at) ON problems_broadcast TO servicedesk_sweeper;
"""


class Migration(OneStepMigration):
    """Tables behind the wall; the sweeper sees of a broadcast when it is due."""

    dependencies = [
        ('customers', '0010_belongings_and_segments'),
        ('problems', '0022_followers'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=30)),
                ('is_stopped', models.BooleanField(default=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'problems_heldback',
            },
        ),
        migrations.CreateModel(
            name='Scope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(blank=True, default='', max_length=40)),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'problems_scope',
            },
        ),
        migrations.AddField(
            model_name='affected',
            name='applied_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='delivered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='excuse',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='affected',
            name='excused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='excused_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='affected',
            name='left_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='affected',
            name='workaround_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='told',
            name='bounced_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='told',
            name='delivered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='told',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='told',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='affected',
            name='found',
            field=models.CharField(choices=[('case', 'case'), ('me_too', 'me_too'), ('product', 'product'), ('version', 'version'), ('region', 'region'), ('segment', 'segment')], max_length=8),
        ),
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('workaround', 'Workaround'), ('estimate', 'Estimate'), ('fixed', 'Fixed'), ('wont_fix', 'Wont Fix'), ('regression', 'Regression')], max_length=10)),
                ('occasion', models.CharField(max_length=40)),
                ('state', django_fsm.FSMField(default='draft', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('version', models.IntegerField(default=1)),
                ('subject', models.CharField(blank=True, default='', max_length=200)),
                ('text', models.TextField(blank=True, default='')),
                ('reason', models.TextField(blank=True, default='')),
                ('filters', models.JSONField(default=dict)),
                ('is_automatic', models.BooleanField(default=False)),
                ('size', models.IntegerField(default=0)),
                ('prepared', models.IntegerField(default=0)),
                ('prepared_to', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('estimate', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.estimate')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='broadcasts', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_broadcast',
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddField(
            model_name='told',
            name='broadcast',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='told', to='problems.broadcast'),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(condition=models.Q(('broadcast__isnull', False)), fields=['tenant', 'broadcast', 'id'], name='told_by_broadcast'),
        ),
        migrations.AddConstraint(
            model_name='told',
            constraint=workflow.tenancy.constraints.SameTenant(field='broadcast', name='problems_told_broadcast_same_tenant'),
        ),
        migrations.AddField(
            model_name='heldback',
            name='broadcast',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='held', to='problems.broadcast'),
        ),
        migrations.AddField(
            model_name='heldback',
            name='contact',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact'),
        ),
        migrations.AddField(
            model_name='heldback',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='scope',
            name='added_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='scope',
            name='problem',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='problems.problem'),
        ),
        migrations.AddField(
            model_name='scope',
            name='product',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product'),
        ),
        migrations.AddField(
            model_name='scope',
            name='segment',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.segment'),
        ),
        migrations.AddField(
            model_name='scope',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='scope',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.productversion'),
        ),
        migrations.AddField(
            model_name='affected',
            name='scope',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.scope'),
        ),
        migrations.AddIndex(
            model_name='affected',
            index=models.Index(fields=['tenant', 'problem', 'id'], name='affected_problem'),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=workflow.tenancy.constraints.SameTenant(field='scope', name='problems_affected_scope_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=workflow.tenancy.constraints.SameTenant(field='excused_by', name='problems_affected_excused_by_same_tenant'),
        ),
        migrations.AddIndex(
            model_name='broadcast',
            index=models.Index(fields=['tenant', 'problem', '-id'], name='broadcast_problem'),
        ),
        migrations.AddIndex(
            model_name='broadcast',
            index=models.Index(fields=['tenant', '-id'], name='broadcast_newest'),
        ),
        migrations.AddIndex(
            model_name='broadcast',
            index=models.Index(condition=models.Q(('state__in', ['scheduled', 'sending'])), fields=['due_at'], name='broadcast_due'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_broadcast_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_broadcast_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=workflow.tenancy.constraints.SameTenant(field='estimate', name='problems_broadcast_estimate_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=workflow.tenancy.constraints.SameTenant(field='created_by', name='problems_broadcast_created_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=workflow.tenancy.constraints.SameTenant(field='decided_by', name='problems_broadcast_decided_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='problems_broadcast_number'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'asked', 'scheduled', 'sending', 'paused', 'sent', 'stopped'])), name='problems_broadcast_state_known'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['workaround', 'estimate', 'fixed', 'wont_fix', 'regression'])), name='problems_broadcast_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('due_at__isnull', False), _connector='OR'), name='problems_broadcast_scheduled_due'),
        ),
        migrations.AddConstraint(
            model_name='heldback',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_heldback_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='heldback',
            constraint=workflow.tenancy.constraints.SameTenant(field='broadcast', name='problems_heldback_broadcast_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='heldback',
            constraint=workflow.tenancy.constraints.SameTenant(field='contact', name='problems_heldback_contact_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='heldback',
            constraint=models.UniqueConstraint(fields=('tenant', 'broadcast', 'contact', 'rule'), name='problems_heldback_once'),
        ),
        migrations.AddIndex(
            model_name='scope',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'problem'], name='scope_of_problem'),
        ),
        migrations.AddIndex(
            model_name='scope',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'product'], name='scope_of_product'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_scope_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_scope_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=workflow.tenancy.constraints.SameTenant(field='product', name='problems_scope_product_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='problems_scope_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=workflow.tenancy.constraints.SameTenant(field='segment', name='problems_scope_segment_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=workflow.tenancy.constraints.SameTenant(field='added_by', name='problems_scope_added_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=models.CheckConstraint(condition=models.Q(('product__isnull', False), models.Q(('region', ''), _negated=True), ('segment__isnull', False), _connector='OR'), name='problems_scope_says_something'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=models.CheckConstraint(condition=models.Q(('version__isnull', True), ('product__isnull', False), _connector='OR'), name='problems_scope_version_of_product'),
        ),
        IsolateByTenant('Scope'),
        IsolateByTenant('Broadcast', ('select',)),
        IsolateByTenant('HeldBack'),
        migrations.RunSQL(DUE_ONLY, migrations.RunSQL.noop),
    ]
