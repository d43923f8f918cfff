"""Those who follow a problem get mails."""

from django.db import migrations, models

from workflow.tenancy.one_step import OneStepMigration


class Migration(OneStepMigration):
    """One more kind of mail."""

    dependencies = [
        ('servicedesk', '0016_mails_about_patterns'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('acted', 'Acted'), ('task_asked', 'Task Asked'), ('task_ready', 'Task Ready'), ('task_ended', 'Task Ended'), ('change_asked', 'Change Asked'), ('change_ended', 'Change Ended'), ('step_asked', 'Step Asked'), ('step_decided', 'Step Decided'), ('step_taken', 'Step Taken'), ('followed', 'Followed'), ('clock_digest', 'Clock Digest'), ('forgotten', 'Forgotten'), ('patterns', 'Patterns'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
    ]
