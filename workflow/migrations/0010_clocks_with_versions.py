"""Versions of what is promised and of opening hours, ladders, absences; behind the wall."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """New tables, and new columns beside the old."""

    dependencies = [('workflow', '0009_history_by_time_and_person')]

    operations = [
        migrations.RemoveConstraint(
            model_name='target',
            name='workflow_target_once',
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'workflow_absence',
            },
        ),
        migrations.CreateModel(
            name='CalendarRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('timezone', models.CharField(max_length=64)),
                ('hours', models.JSONField()),
                ('holidays', models.JSONField(default=list)),
                ('breaks', models.JSONField(default=dict)),
                ('valid_from', models.DateTimeField()),
            ],
            options={
                'db_table': 'workflow_calendarrevision',
            },
        ),
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_default', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'workflow_ladder',
            },
        ),
        migrations.CreateModel(
            name='LadderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('percent', models.SmallIntegerField(null=True)),
                ('minutes', models.IntegerField(null=True)),
                ('action', models.CharField(choices=[('notify', 'Notify'), ('raise_priority', 'Raise Priority'), ('reassign', 'Reassign'), ('escalate_head', 'Escalate Head'), ('escalate_lead', 'Escalate Lead')], max_length=16)),
            ],
            options={
                'db_table': 'workflow_ladderstep',
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                ('applies_when', models.JSONField(blank=True, default=dict)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'workflow_policyversion',
            },
        ),
        migrations.RemoveConstraint(
            model_name='servicelevel',
            name='workflow_servicelevel_calendar_same_tenant',
        ),
        migrations.RemoveConstraint(
            model_name='target',
            name='workflow_target_service_level_same_tenant',
        ),
        migrations.AddField(
            model_name='calendar',
            name='holidays_of',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='calendar',
            name='revision',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='department',
            name='fix_within',
            field=models.DurationField(null=True),
        ),
        migrations.AddField(
            model_name='servicelevel',
            name='position',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='target',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar'),
        ),
        migrations.AddField(
            model_name='target',
            name='conditions',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='target',
            name='recurrence',
            field=models.CharField(choices=[('none', 'None'), ('sequential', 'Sequential'), ('independent', 'Independent')], default='none', max_length=11),
        ),
        migrations.AddField(
            model_name='target',
            name='within_days',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='target',
            name='metric',
            field=models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate')], max_length=16),
        ),
        migrations.AddField(
            model_name='absence',
            name='substitute',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='absence',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='absence',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='calendarrevision',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='workflow.calendar'),
        ),
        migrations.AddField(
            model_name='calendarrevision',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='ladder',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='department',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder'),
        ),
        migrations.AddField(
            model_name='target',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_department_ladder_same_tenant'),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='department',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department'),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='workflow.ladder'),
        ),
        migrations.AddField(
            model_name='ladderstep',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='created_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='published_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='service_level',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='workflow.servicelevel'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='servicelevel',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.policyversion'),
        ),
        migrations.AddField(
            model_name='target',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='workflow.policyversion'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='workflow_servicelevel_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='workflow_target_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_target_calendar_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_target_ladder_same_tenant'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['tenant', 'user', 'ends_at'], name='absence_of_user'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_absence_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=workflow.tenancy.constraints.SameTenant(field='user', name='workflow_absence_user_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=workflow.tenancy.constraints.SameTenant(field='substitute', name='workflow_absence_substitute_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='workflow_absence_forward_in_time'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('substitute', models.F('user')), _negated=True), name='workflow_absence_not_oneself'),
        ),
        migrations.AddConstraint(
            model_name='calendarrevision',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_calendarrevision_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='calendarrevision',
            constraint=workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_calendarrevision_calendar_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='calendarrevision',
            constraint=models.UniqueConstraint(fields=('tenant', 'calendar', 'number'), name='workflow_calendarrevision_number'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_ladder_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_ladder_name'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_ladder_default'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_ladderstep_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_ladderstep_ladder_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='workflow_ladderstep_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.UniqueConstraint(fields=('tenant', 'ladder', 'position'), name='workflow_ladderstep_position'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('minutes__isnull', False), ('percent__isnull', True)), models.Q(('minutes__isnull', True), ('percent__isnull', False)), _connector='OR'), name='workflow_ladderstep_one_moment'),
        ),
        migrations.AddConstraint(
            model_name='ladderstep',
            constraint=models.CheckConstraint(condition=models.Q(('percent__isnull', True), ('percent__range', (1, 1000)), _connector='OR'), name='workflow_ladderstep_percent'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_policyversion_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='service_level', name='workflow_policyversion_service_level_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_policyversion_calendar_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='created_by', name='workflow_policyversion_created_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=workflow.tenancy.constraints.SameTenant(field='published_by', name='workflow_policyversion_published_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'service_level', 'number'), name='workflow_policyversion_number'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('tenant', 'service_level'), name='workflow_policyversion_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('tenant', 'service_level'), name='workflow_policyversion_one_published'),
        ),
        IsolateByTenant("Absence"),
        IsolateByTenant("CalendarRevision"),
        IsolateByTenant("Ladder"),
        IsolateByTenant("LadderStep"),
        IsolateByTenant("PolicyVersion"),
    ]
