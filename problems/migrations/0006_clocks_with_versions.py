"""What each clock was started by, and its own history."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant


class Migration(migrations.Migration):
    """New columns of clocks; marks behind the wall."""

    dependencies = [
        ('problems', '0005_questions'),
        ('workflow', '0012_promises_stand_in_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProblemClockMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('planned', 'Planned'), ('stepped', 'Stepped'), ('breached', 'Breached'), ('acknowledged', 'Acknowledged'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'problems_problemclockmark',
            },
        ),
        migrations.AddField(
            model_name='problemclock',
            name='acknowledged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='acknowledged_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='attached_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='problemclock',
            name='cycle',
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='is_fixed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='ladder',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder'),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='looks',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='original_due_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='problemclock',
            name='revision',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='target',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.target'),
        ),
        migrations.AddField(
            model_name='problemclock',
            name='within_days',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='problemclock',
            name='metric',
            field=models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='problemclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='target', name='problems_problemclock_target_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problemclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='problems_problemclock_ladder_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='problemclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='acknowledged_by', name='problems_problemclock_acknowledged_by_same_tenant'),
        ),
        migrations.AddField(
            model_name='problemclockmark',
            name='clock',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='problems.problemclock'),
        ),
        migrations.AddField(
            model_name='problemclockmark',
            name='tenant',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant'),
        ),
        migrations.AddIndex(
            model_name='problemclockmark',
            index=models.Index(fields=['tenant', 'clock', 'id'], name='problemclockmark_clock'),
        ),
        migrations.AddConstraint(
            model_name='problemclockmark',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemclockmark_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='problemclockmark',
            constraint=workflow.tenancy.constraints.SameTenant(field='clock', name='problems_problemclockmark_clock_same_tenant'),
        ),
        IsolateByTenant("ProblemClockMark"),
    ]
