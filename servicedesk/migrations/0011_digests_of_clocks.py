"""What people are told of clocks goes into digests, one mail each."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant

# Mails of single clocks that have not left yet say what the next digest says again if it is so.
DROP_SINGLE_MAILS = """
UPDATE workflow_effect e SET state = 'dropped'
FROM servicedesk_notification n
WHERE e.state = 'pending' AND n.tenant_id = e.tenant_id AND n.key = e.key
  AND n.kind IN ('clock_warned', 'clock_breached');
"""



class Migration(migrations.Migration):
    """Two tables behind the wall; single mails of clocks are no more."""

    dependencies = [
        ('cases', '0014_brand_of_a_web_form'),
        ('problems', '0007_plans_of_running_clocks'),
        ('servicedesk', '0010_what_each_contact_was_told'),
        ('workflow', '0014_simulations_of_policies'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('clock_digest', 'Clock Digest'), ('webhook_off', 'Webhook Off')], max_length=16),
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('leaves_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='digests', to='workflow.user')),
            ],
            options={
                'db_table': 'servicedesk_digest',
            },
        ),
        migrations.CreateModel(
            name='ClockNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('case_clock', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.caseclock')),
                ('problem_clock', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='problems.problemclock')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('digest', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='servicedesk.digest')),
            ],
            options={
                'db_table': 'servicedesk_clocknotice',
            },
        ),
        migrations.AddIndex(
            model_name='digest',
            index=models.Index(fields=['tenant', 'user', '-leaves_at'], name='digest_of_user'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_digest_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=workflow.tenancy.constraints.SameTenant(field='user', name='servicedesk_digest_user_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('tenant', 'user'), name='servicedesk_digest_one_open'),
        ),
        migrations.AddIndex(
            model_name='clocknotice',
            index=models.Index(fields=['tenant', 'digest'], name='clocknotice_digest'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_clocknotice_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=workflow.tenancy.constraints.SameTenant(field='digest', name='servicedesk_clocknotice_digest_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=workflow.tenancy.constraints.SameTenant(field='case_clock', name='servicedesk_clocknotice_case_clock_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=workflow.tenancy.constraints.SameTenant(field='problem_clock', name='servicedesk_clocknotice_problem_clock_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='clocknotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case_clock__isnull', False), ('problem_clock__isnull', True)), models.Q(('case_clock__isnull', True), ('problem_clock__isnull', False)), _connector='OR'), name='servicedesk_clocknotice_one_clock'),
        ),
        IsolateByTenant("Digest"),
        IsolateByTenant("ClockNotice"),
        migrations.RunSQL(DROP_SINGLE_MAILS, migrations.RunSQL.noop),
    ]
