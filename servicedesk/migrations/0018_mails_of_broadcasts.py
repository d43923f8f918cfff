"""A mail knows the broadcast that it belongs to."""

import django.db.models.deletion
import workflow.tenancy.constraints
from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """A reference, and two more kinds of mail."""

    dependencies = [
        ('problems', '0030_how_many_are_told_without_a_yes'),
        ('servicedesk', '0017_mails_to_followers'),
        ('workflow', '0019_what_is_held'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='broadcast',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.broadcast'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('not_fixed', 'Not Fixed'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('acted', 'Acted'), ('task_asked', 'Task Asked'), ('task_ready', 'Task Ready'), ('task_ended', 'Task Ended'), ('change_asked', 'Change Asked'), ('change_ended', 'Change Ended'), ('step_asked', 'Step Asked'), ('step_decided', 'Step Decided'), ('step_taken', 'Step Taken'), ('followed', 'Followed'), ('clock_digest', 'Clock Digest'), ('forgotten', 'Forgotten'), ('patterns', 'Patterns'), ('broadcast_asked', 'Broadcast Asked'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('broadcast__isnull', False)), fields=['tenant', 'broadcast', 'id'], name='notification_broadcast'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=workflow.tenancy.constraints.SameTenant(field='broadcast', name='servicedesk_notification_broadcast_same_tenant'),
        ),
    ]
