"""Those affected hear when a promise to them changes."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One more kind of mail."""

    dependencies = [
        ('servicedesk', '0019_mails_after_a_fix'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('not_fixed', 'Not Fixed'), ('promise_changed', 'Promise Changed'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('acted', 'Acted'), ('task_asked', 'Task Asked'), ('task_ready', 'Task Ready'), ('task_ended', 'Task Ended'), ('change_asked', 'Change Asked'), ('change_ended', 'Change Ended'), ('step_asked', 'Step Asked'), ('step_decided', 'Step Decided'), ('step_taken', 'Step Taken'), ('followed', 'Followed'), ('clock_digest', 'Clock Digest'), ('forgotten', 'Forgotten'), ('patterns', 'Patterns'), ('fix_in_doubt', 'Fix In Doubt'), ('fix_came_back', 'Fix Came Back'), ('prevention', 'Prevention'), ('review_asked', 'Review Asked'), ('broadcast_asked', 'Broadcast Asked'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
    ]
