"""What each clock was started by, and its own history."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant


class Migration(migrations.Migration):
    """New columns of clocks; marks behind the wall."""

    dependencies = [
        ('cases', '0011_search_within_a_tenant'),
        ('workflow', '0012_promises_stand_in_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseClockMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('planned', 'Planned'), ('stepped', 'Stepped'), ('breached', 'Breached'), ('acknowledged', 'Acknowledged'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'cases_caseclockmark',
            },
        ),
        migrations.CreateModel(
            name='CasePromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'db_table': 'cases_casepromise',
            },
        ),
        migrations.RemoveConstraint(
            model_name='caseclock',
            name='cases_caseclock_once',
        ),
        migrations.AddField(
            model_name='caseclock',
            name='acknowledged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='acknowledged_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='attached_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='caseclock',
            name='cycle',
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='is_fixed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder'),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='looks',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='original_due_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='caseclock',
            name='revision',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='target',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.target'),
        ),
        migrations.AddField(
            model_name='caseclock',
            name='within_days',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='caseclock',
            name='metric',
            field=models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='caseclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='target', name='cases_caseclock_target_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='caseclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='cases_caseclock_ladder_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='caseclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='acknowledged_by', name='cases_caseclock_acknowledged_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='caseclock',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused']), models.Q(('metric', 'promise'), _negated=True)), fields=('tenant', 'case', 'metric'), name='cases_caseclock_once'),
        ),
        migrations.AddField(
            model_name='caseclockmark',
            name='clock',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='cases.caseclock'),
        ),
        migrations.AddField(
            model_name='caseclockmark',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddField(
            model_name='casepromise',
            name='case',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='cases.case'),
        ),
        migrations.AddField(
            model_name='casepromise',
            name='clock',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.caseclock'),
        ),
        migrations.AddField(
            model_name='casepromise',
            name='made_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='casepromise',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddIndex(
            model_name='caseclockmark',
            index=models.Index(fields=['tenant', 'clock', 'id'], name='caseclockmark_clock'),
        ),
        migrations.AddConstraint(
            model_name='caseclockmark',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='cases_caseclockmark_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='caseclockmark',
            constraint=workflow.tenancy.constraints.SameTenant(field='clock', name='cases_caseclockmark_clock_same_tenant'),
        ),
        migrations.AddIndex(
            model_name='casepromise',
            index=models.Index(fields=['tenant', 'case', 'id'], name='casepromise_case'),
        ),
        migrations.AddConstraint(
            model_name='casepromise',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='cases_casepromise_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='casepromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='case', name='cases_casepromise_case_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='casepromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='clock', name='cases_casepromise_clock_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='casepromise',
            constraint=workflow.tenancy.constraints.SameTenant(field='made_by', name='cases_casepromise_made_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='casepromise',
            constraint=models.UniqueConstraint(fields=('tenant', 'clock'), name='cases_casepromise_clock'),
        ),
        IsolateByTenant("CaseClockMark"),
        IsolateByTenant("CasePromise"),
    ]
