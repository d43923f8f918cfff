"""Promises to customers of problems, the priority that follows impact, and what a tenant says of both."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """Two tables behind the wall; a problem says why it has its priority."""

    dependencies = [
        ('customers', '0010_belongings_and_segments'),
        ('problems', '0025_what_the_ledger_knew_before'),
        ('workflow', '0018_key_workflows'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProblemPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('news_within', models.DurationField(default=datetime.timedelta(seconds=57600), null=True)),
                ('news_text', models.CharField(blank=True, default='', max_length=200)),
                ('follows_impact', models.BooleanField(default=True)),
                ('thresholds', models.JSONField(default=dict)),
                ('work_per_contact', models.DurationField(default=datetime.timedelta(seconds=720))),
                ('work_per_broken_promise', models.DurationField(default=datetime.timedelta(seconds=3600))),
                ('work_per_upset_customer', models.DurationField(default=datetime.timedelta(seconds=3600))),
                ('cost_per_hour', models.IntegerField(null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
            ],
            options={
                'db_table': 'problems_problempolicy',
            },
        ),
        migrations.CreateModel(
            name='ProblemPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('date', 'Date'), ('news', 'News')], max_length=4)),
                ('text', models.CharField(blank=True, default='', max_length=200)),
                ('told', models.TextField(blank=True, default='')),
                ('due_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, default='')),
                ('ended_as', models.CharField(blank=True, choices=[('kept', 'Kept'), ('moved', 'Moved'), ('withdrawn', 'Withdrawn')], default='', max_length=9)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'problems_problempromise',
            },
        ),
        migrations.AddField(
            model_name='problem',
            name='estimates_after',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='problem',
            name='priority',
            field=models.SmallIntegerField(default=3),
        ),
        migrations.AddField(
            model_name='problem',
            name='priority_because',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='problem',
            name='priority_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='problem',
            name='priority_reason',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=workflow.tenancy.constraints.SameTenant(field='priority_by', name='problems_problem_priority_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('priority__range', (1, 4))), name='problems_problem_priority'),
        ),
        migrations.AddField(
            model_name='problempolicy',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder'),
        ),
        migrations.AddField(
            model_name='problempolicy',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='problempromise',
            name='clock',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='problems.problemclock'),
        ),
        migrations.AddField(
            model_name='problempromise',
            name='estimate',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.estimate'),
        ),
        migrations.AddField(
            model_name='problempromise',
            name='made_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='problempromise',
            name='problem',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='problems.problem'),
        ),
        migrations.AddField(
            model_name='problempromise',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempolicy',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problempolicy_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='problempolicy',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='problems_problempolicy_ladder_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempolicy',
            constraint=models.UniqueConstraint(fields=('tenant',), name='problems_problempolicy_one'),
        ),
        migrations.AddIndex(
            model_name='problempromise',
            index=models.Index(fields=['tenant', 'problem', '-id'], name='problempromise_problem'),
        ),
        migrations.AddIndex(
            model_name='problempromise',
            index=models.Index(condition=models.Q(('ended_as', '')), fields=['tenant', 'due_at', 'id'], name='problempromise_due'),
        ),
        migrations.AddIndex(
            model_name='problempromise',
            index=models.Index(fields=['tenant', '-id'], name='problempromise_newest'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problempromise_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problempromise_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='estimate', name='problems_problempromise_estimate_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='clock', name='problems_problempromise_clock_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='made_by', name='problems_problempromise_made_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_as', '')), fields=('tenant', 'problem', 'kind'), name='problems_problempromise_one'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('estimate__isnull', False), ('kind', 'date')), models.Q(('estimate__isnull', True), ('kind', 'news')), _connector='OR'), name='problems_problempromise_kind'),
        ),
        migrations.AddConstraint(
            model_name='problempromise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_as', ''), ('ended_at__isnull', True)), models.Q(models.Q(('ended_as', ''), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='problems_problempromise_ended'),
        ),
        IsolateByTenant('ProblemPolicy'),
        IsolateByTenant('ProblemPromise'),
    ]
