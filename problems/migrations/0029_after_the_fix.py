"""What happens after a fix: its watch, what prevents it, and what customers read of why."""

import django.db.models.deletion
import django_fsm
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration



class Migration(OneStepMigration):
    """Tables behind the wall."""

    dependencies = [
        ('customers', '0010_belongings_and_segments'),
        ('problems', '0028_customers_follow_problems'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='FixWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fixed_at', models.DateTimeField()),
                ('began_at', models.DateTimeField()),
                ('grace_until', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('most_customers', models.SmallIntegerField()),
                ('raised_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.CharField(blank=True, choices=[('held', 'Held'), ('came_back', 'Came Back'), ('reopened', 'Reopened')], default='', max_length=9)),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='fix_watches', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_fixwatch',
                'indexes': [models.Index(fields=['tenant', 'problem', '-began_at'], name='fixwatch_problem'), models.Index(fields=['tenant', 'began_at'], name='fixwatch_began'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['tenant', 'ends_at'], name='fixwatch_going')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_fixwatch_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_fixwatch_problem_same_tenant'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tenant', 'problem'), name='problems_fixwatch_one_going'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ending', '')), models.Q(('ended_at__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='problems_fixwatch_ended'), models.CheckConstraint(condition=models.Q(('began_at__lt', models.F('ends_at')), ('began_at__lte', models.F('grace_until')), ('fixed_at__lte', models.F('began_at'))), name='problems_fixwatch_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Prevention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('kind', models.CharField(choices=[('corrective', 'Corrective'), ('preventive', 'Preventive')], max_length=10)),
                ('text', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('dropped', 'Dropped')], default='open', max_length=7)),
                ('result', models.CharField(blank=True, default='', max_length=500)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('reminded', models.SmallIntegerField(default=0)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('owner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='preventions', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_prevention',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['tenant', 'next_look_at'], name='prevention_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_prevention_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_prevention_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='owner', name='problems_prevention_owner_same_tenant'), workflow.tenancy.constraints.SameTenant(field='created_by', name='problems_prevention_created_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='ended_by', name='problems_prevention_ended_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'position'), name='problems_prevention_position'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('next_look_at__isnull', False), ('result', ''), ('state', 'open')), models.Q(('ended_at__isnull', False), ('next_look_at__isnull', True), ('state__in', ['done', 'dropped']), models.Q(('result', ''), _negated=True)), _connector='OR'), name='problems_prevention_ended')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.SmallIntegerField()),
                ('state', django_fsm.FSMField(default='draft', max_length=50, protected=True)),
                ('what_happened', models.TextField()),
                ('why', models.TextField()),
                ('what_we_did', models.TextField()),
                ('what_we_prevent', models.TextField(blank=True, default='')),
                ('answer', models.TextField(blank=True, default='')),
                ('written_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('written_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'problems_review',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_review_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_review_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='written_by', name='problems_review_written_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by', name='problems_review_decided_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'edition'), name='problems_review_edition'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'asked'])), fields=('tenant', 'problem'), name='problems_review_one_open'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'asked', 'approved', 'withdrawn'])), name='problems_review_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'withdrawn']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='problems_review_decided')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='WatchPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grace_days', models.SmallIntegerField(default=3)),
                ('watch_days', models.SmallIntegerField(default=90)),
                ('most_customers', models.SmallIntegerField(default=2)),
                ('reopens_alone', models.BooleanField(default=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_watchpolicy',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_watchpolicy_tenant_key'), models.UniqueConstraint(fields=('tenant',), name='problems_watchpolicy_one'), models.CheckConstraint(condition=models.Q(('grace_days__range', (0, 60)), ('most_customers__range', (0, 1000)), ('watch_days__range', (7, 730))), name='problems_watchpolicy_ranges')],
            },
        ),
        IsolateByTenant('FixWatch'),
        IsolateByTenant('Prevention'),
        IsolateByTenant('Review'),
        IsolateByTenant('WatchPolicy'),
    ]
