"""Clocks of tasks stand in digests; people hear of tasks and changes."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One column and some choices."""

    dependencies = [
        ('cases', '0017_tasks_of_departments'),
        ('problems', '0012_tasks_of_departments'),
        ('servicedesk', '0012_what_a_mail_acted_on'),
        ('workflow', '0016_tasks_of_departments'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clocknotice',
            name='servicedesk_clocknotice_one_clock',
        ),
        migrations.AddField(
            model_name='clocknotice',
            name='task_clock',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='problems.taskclock'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('acted', 'Acted'), ('task_asked', 'Task Asked'), ('task_ready', 'Task Ready'), ('task_ended', 'Task Ended'), ('change_asked', 'Change Asked'), ('change_ended', 'Change Ended'), ('clock_digest', 'Clock Digest'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=workflow.tenancy.constraints.SameTenant(field='task_clock', name='servicedesk_clocknotice_task_clock_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_clock__isnull', False), ('problem_clock__isnull', True), ('task_clock__isnull', True)), models.Q(('case_clock__isnull', True), ('problem_clock__isnull', False), ('task_clock__isnull', True)), models.Q(('case_clock__isnull', True), ('problem_clock__isnull', True), ('task_clock__isnull', False)), _connector='OR'), name='servicedesk_clocknotice_one_clock'),
        ),
    ]
