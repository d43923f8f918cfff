"""Keep who decided about a mail, when and why; find receipts of the last hour fast."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints


class Migration(migrations.Migration):
    """Decisions about mails, and two indexes for the limits of receipts."""

    dependencies = [
        ('cases', '0004_participants'),
        ('customers', '0003_preferences'),
        ('knowledge', '0002_isolation'),
        ('problems', '0004_a_moved_leg_is_missed_where_it_was'),
        ('servicedesk', '0005_wording'),
        ('workflow', '0005_teams'),
    ]

    operations = [
        migrations.AddField(
            model_name='rawmail',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='decided_because',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='decided_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('kind', 'receipt')), fields=['tenant', 'created_at'], name='notification_receipt'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('kind', 'receipt')), fields=['tenant', 'contact', 'created_at'], name='notification_receipt_to'),
        ),
        migrations.AddIndex(
            model_name='rawmail',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['tenant', '-decided_at', '-id'], name='rawmail_decided'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=workflow.tenancy.constraints.SameTenant(field='decided_by', name='servicedesk_rawmail_decided_by_same_tenant'),
        ),
    ]
