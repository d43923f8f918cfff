"""Tasks of departments, what waits for what, and their clocks."""

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

TASK_TRIGGERS = """
CREATE TRIGGER task_state_is_counted BEFORE UPDATE ON problems_task
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER task_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON problems_task DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('task');
"""
TASK_TRIGGERS_BACK = """
DROP TRIGGER task_state_is_counted ON problems_task;
DROP TRIGGER task_state_is_recorded ON problems_task;
"""


class Migration(OneStepMigration):
    """Five tables behind the wall."""

    dependencies = [
        ('problems', '0011_right_of_reply'),
        ('workflow', '0016_tasks_of_departments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='problemclock',
            name='metric',
            field=models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate'), ('task', 'Task')], max_length=16),
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True, default='')),
                ('result', models.TextField(blank=True, default='')),
                ('reason', models.TextField(blank=True, default='')),
                ('needed_for', models.CharField(choices=[('nothing', 'Nothing'), ('step', 'Step'), ('resolution', 'Resolution')], default='nothing', max_length=10)),
                ('state', django_fsm.FSMField(default='asked', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('within', models.DurationField()),
                ('asked_at', models.DateTimeField()),
                ('blocked_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('assignee', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_task',
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='TaskClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate'), ('task', 'Task')], max_length=16)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], default='running', max_length=9)),
                ('revision', models.IntegerField(default=1)),
                ('earlier_hours', models.JSONField(default=list)),
                ('within', models.DurationField()),
                ('within_days', models.SmallIntegerField(null=True)),
                ('is_fixed', models.BooleanField(default=False)),
                ('cycle', models.SmallIntegerField(default=1)),
                ('attached_at', models.DateTimeField()),
                ('started_at', models.DateTimeField()),
                ('original_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('looks', models.JSONField(default=list)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('pauses', models.JSONField(default=list)),
                ('warned_at', models.DateTimeField(null=True)),
                ('breach_recorded_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('used_for', models.DurationField(null=True)),
                ('acknowledged_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('ladder', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder')),
                ('target', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.target')),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='problems.task')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_taskclock',
            },
        ),
        migrations.CreateModel(
            name='TaskClockMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('planned', 'Planned'), ('stepped', 'Stepped'), ('breached', 'Breached'), ('acknowledged', 'Acknowledged'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('clock', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='problems.taskclock')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_taskclockmark',
            },
        ),
        migrations.CreateModel(
            name='TaskNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('needed', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='needed_by', to='problems.task')),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='problems.task')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_taskneed',
            },
        ),
        migrations.CreateModel(
            name='TaskNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('task', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='problems.task')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'problems_tasknote',
            },
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['tenant', 'problem', 'id'], name='task_of_problem'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state__in', ('asked', 'accepted'))), fields=['tenant', 'department', 'id'], name='task_open_of_department'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state__in', ('asked', 'accepted'))), fields=['tenant', 'assignee', 'id'], name='task_open_of_person'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_task_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='problems_task_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='problems_task_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=workflow.tenancy.constraints.SameTenant(field='assignee', name='problems_task_assignee_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=workflow.tenancy.constraints.SameTenant(field='asked_by', name='problems_task_asked_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='problems_task_number'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'accepted', 'done', 'refused', 'withdrawn'])), name='problems_task_state_known'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ('asked', 'accepted'))), models.Q(('ended_at__isnull', False), models.Q(('state__in', ('asked', 'accepted')), _negated=True)), _connector='OR'), name='problems_task_ended'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('blocked_at__isnull', True), ('state__in', ('asked', 'accepted')), _connector='OR'), name='problems_task_blocked'),
        ),
        migrations.AddIndex(
            model_name='taskclock',
            index=models.Index(fields=['tenant', 'started_at', 'id'], name='taskclock_started'),
        ),
        migrations.AddIndex(
            model_name='taskclock',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False), ('state', 'running')), fields=['next_look_at'], name='taskclock_look'),
        ),
        migrations.AddIndex(
            model_name='taskclock',
            index=models.Index(fields=['tenant', 'task'], name='taskclock_task'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_taskclock_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='calendar', name='problems_taskclock_calendar_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='target', name='problems_taskclock_target_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='ladder', name='problems_taskclock_ladder_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='acknowledged_by', name='problems_taskclock_acknowledged_by_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='task', name='problems_taskclock_task_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='problems_taskclock_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('next_look_at__isnull', False), ('breach_recorded_at__isnull', False), _connector='OR'), name='problems_taskclock_is_looked_at'),
        ),
        migrations.AddConstraint(
            model_name='taskclock',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused'])), fields=('tenant', 'task', 'metric'), name='problems_taskclock_once'),
        ),
        migrations.AddIndex(
            model_name='taskclockmark',
            index=models.Index(fields=['tenant', 'clock', 'id'], name='taskclockmark_clock'),
        ),
        migrations.AddConstraint(
            model_name='taskclockmark',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_taskclockmark_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='taskclockmark',
            constraint=workflow.tenancy.constraints.SameTenant(field='clock', name='problems_taskclockmark_clock_same_tenant'),
        ),
        migrations.AddIndex(
            model_name='taskneed',
            index=models.Index(fields=['tenant', 'needed'], name='taskneed_needed'),
        ),
        migrations.AddConstraint(
            model_name='taskneed',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_taskneed_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='taskneed',
            constraint=workflow.tenancy.constraints.SameTenant(field='task', name='problems_taskneed_task_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskneed',
            constraint=workflow.tenancy.constraints.SameTenant(field='needed', name='problems_taskneed_needed_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='taskneed',
            constraint=models.UniqueConstraint(fields=('tenant', 'task', 'needed'), name='problems_taskneed_once'),
        ),
        migrations.AddConstraint(
            model_name='taskneed',
            constraint=models.CheckConstraint(condition=models.Q(('task', models.F('needed')), _negated=True), name='problems_taskneed_another'),
        ),
        migrations.AddIndex(
            model_name='tasknote',
            index=models.Index(fields=['tenant', 'task', 'id'], name='tasknote_task'),
        ),
        migrations.AddConstraint(
            model_name='tasknote',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='problems_tasknote_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='tasknote',
            constraint=workflow.tenancy.constraints.SameTenant(field='task', name='problems_tasknote_task_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='tasknote',
            constraint=workflow.tenancy.constraints.SameTenant(field='user', name='problems_tasknote_user_same_tenant'),
        ),
        IsolateByTenant("Task"),
        IsolateByTenant("TaskNeed"),
        IsolateByTenant("TaskNote"),
        IsolateByTenant("TaskClock", sweeper=["select"]),
        IsolateByTenant("TaskClockMark"),
        AppendOnly("TaskNote"),
        migrations.RunSQL(TASK_TRIGGERS, TASK_TRIGGERS_BACK),
    ]
