"""Keep mailboxes, and from which one and whom a mail came."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant

# The sweeper finds whose mail is due; addresses and sealed passwords are none of its business.
DUE_ONLY = """
REVOKE SELECT ON servicedesk_mailbox FROM servicedesk_sweeper;
GRANT SELECT (tenant_id, id, incoming, is_active, next_fetch_at) ON servicedesk_mailbox
  TO servicedesk_sweeper;
"""
NOTHING = """
REVOKE SELECT (tenant_id, id, incoming, is_active, next_fetch_at) ON servicedesk_mailbox
  FROM servicedesk_sweeper;
"""


class Migration(migrations.Migration):
    """Mailboxes behind the wall; two columns of a stored mail."""

    dependencies = [
        ('cases', '0008_brand'),
        ('servicedesk', '0007_webhooks'),
        ('workflow', '0007_brand'),
    ]

    operations = [
        migrations.AddField(
            model_name='rawmail',
            name='envelope_sender',
            field=models.CharField(max_length=254, null=True),
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('incoming', models.CharField(choices=[('none', 'None'), ('listener', 'Listener'), ('imap', 'Imap')], default='listener', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('host', models.CharField(blank=True, default='', max_length=253)),
                ('port', models.IntegerField(default=993)),
                ('security', models.CharField(choices=[('tls', 'Tls'), ('starttls', 'Starttls')], default='tls', max_length=8)),
                ('username', models.CharField(blank=True, default='', max_length=254)),
                ('sealed_password', models.TextField(blank=True, default='')),
                ('folder', models.CharField(blank=True, default='INBOX', max_length=200)),
                ('afterwards', models.CharField(choices=[('seen', 'Seen'), ('move', 'Move')], default='seen', max_length=4)),
                ('move_to', models.CharField(blank=True, default='', max_length=200)),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('last_fetched_at', models.DateTimeField(null=True)),
                ('next_fetch_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, choices=[('', 'Nothing'), ('unreachable', 'Unreachable'), ('refused', 'Refused'), ('folder', 'Folder'), ('secret', 'Secret'), ('broken', 'Broken')], default='', max_length=11)),
                ('failures', models.IntegerField(default=0)),
                ('brand', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='mailboxes', to='workflow.brand')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'servicedesk_mailbox',
            },
        ),
        migrations.AddIndex(
            model_name='mailbox',
            index=models.Index(condition=models.Q(('incoming', 'imap'), ('is_active', True)), fields=['next_fetch_at'], name='mailbox_due'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_mailbox_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=workflow.tenancy.constraints.SameTenant(field='brand', name='servicedesk_mailbox_brand_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=workflow.tenancy.constraints.SameTenant(field='department', name='servicedesk_mailbox_department_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('address'), name='servicedesk_mailbox_address'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('incoming', 'imap'), ('is_active', True), _negated=True), ('next_fetch_at__isnull', False), _connector='OR'), name='servicedesk_mailbox_is_looked_at'),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='mailbox',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.mailbox'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=workflow.tenancy.constraints.SameTenant(field='mailbox', name='servicedesk_rawmail_mailbox_same_tenant'),
        ),
        IsolateByTenant("Mailbox", sweeper=["select"]),
        migrations.RunSQL(DUE_ONLY, NOTHING),
    ]
