"""A mail may act on a problem, or be noted there."""

import django.db.models.deletion
import workflow.tenancy.constraints
from workflow.tenancy.one_step import OneStepMigration
from django.db import migrations, models


class Migration(OneStepMigration):
    """What a colleague's answer acted on."""

    dependencies = [
        ('cases', '0016_how_much_was_used'),
        ('problems', '0010_stages_of_a_workflow'),
        ('servicedesk', '0011_digests_of_clocks'),
        ('workflow', '0015_drawn_workflows'),
    ]

    operations = [
        migrations.AddField(
            model_name='rawmail',
            name='problem',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('acted', 'Acted'), ('clock_digest', 'Clock Digest'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='outcome',
            field=models.CharField(choices=[('received', 'Received'), ('case', 'Case'), ('message', 'Message'), ('acted', 'Acted'), ('noted', 'Noted'), ('duplicate', 'Duplicate'), ('loop', 'Loop'), ('bounce', 'Bounce'), ('auto_reply', 'Auto Reply'), ('quarantined', 'Quarantined'), ('rejected', 'Rejected')], default='received', max_length=11),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem', name='servicedesk_rawmail_problem_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['acted', 'noted']), _negated=True), ('problem__isnull', False), _connector='OR'), name='servicedesk_rawmail_acts_on_something'),
        ),
    ]
