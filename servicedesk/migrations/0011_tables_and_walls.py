"""The surfaces as they begin: tables, the wall, stored mails that stay as they came."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

RAW_STAYS = """
CREATE FUNCTION raw_mail_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'raw_mail_stays: a stored mail is never changed or deleted'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER raw_mail_stays BEFORE DELETE OR UPDATE OF raw, digest, size, received_at, tenant_id
  ON servicedesk_rawmail FOR EACH ROW EXECUTE FUNCTION raw_mail_stays();
"""
# The sweeper finds mails that nobody read and mailboxes that are due; what is in them, their
# addresses and sealed passwords are none of its business.
UNREAD = "tenant_id, id, outcome, received_at"
DUE = "tenant_id, id, incoming, is_active, next_fetch_at"


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("servicedesk", "0001_initial"),
        ("servicedesk", "0002_isolation"),
        ("servicedesk", "0003_answered"),
        ("servicedesk", "0004_the_sweeper_reads_no_mail"),
        ("servicedesk", "0005_wording"),
        ("servicedesk", "0006_who_decided_about_mails"),
        ("servicedesk", "0007_webhooks"),
        ("servicedesk", "0008_mailbox"),
        ("servicedesk", "0009_calls_that_did_not_arrive"),
        ("servicedesk", "0010_what_each_contact_was_told"),
        ("servicedesk", "0011_digests_of_clocks"),
    ]

    dependencies = [
        ('cases', '0016_tables_and_walls'),
        ('customers', '0008_tables_and_walls'),
        ('knowledge', '0002_tables_and_walls'),
        ('problems', '0010_tables_and_walls'),
        ('workflow', '0015_tables_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('receipt', 'Receipt'), ('answer', 'Answer'), ('case_resolved', 'Case Resolved'), ('case_reopened', 'Case Reopened'), ('workaround', 'Workaround'), ('estimate', 'Estimate'), ('problem_resolved', 'Problem Resolved'), ('problem_reopened', 'Problem Reopened'), ('portal_link', 'Portal Link'), ('assigned', 'Assigned'), ('refused', 'Refused'), ('clock_digest', 'Clock Digest'), ('webhook_off', 'Webhook Off')], max_length=16)),
                ('mail_id', models.CharField(max_length=250)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='knowledge.article')),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('problem', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'servicedesk_notification',
                'indexes': [models.Index(fields=['tenant', 'user', '-id'], name='notification_user'), models.Index(fields=['tenant', 'mail_id'], name='notification_mail_id'), models.Index(condition=models.Q(('kind', 'receipt')), fields=['tenant', 'created_at'], name='notification_receipt'), models.Index(condition=models.Q(('kind', 'receipt')), fields=['tenant', 'contact', 'created_at'], name='notification_receipt_to'), models.Index(fields=['tenant', 'contact', '-created_at'], name='notification_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_notification_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='servicedesk_notification_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='servicedesk_notification_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='servicedesk_notification_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='servicedesk_notification_message_same_tenant'), workflow.tenancy.constraints.SameTenant(field='problem', name='servicedesk_notification_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='article', name='servicedesk_notification_article_same_tenant'), models.UniqueConstraint(fields=('tenant', 'key'), name='servicedesk_notification_key'), models.CheckConstraint(condition=models.Q(('contact__isnull', False), ('user__isnull', False), _connector='OR'), name='servicedesk_notification_for_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Answered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=200)),
                ('asked', models.CharField(max_length=64)),
                ('status', models.SmallIntegerField()),
                ('answer', models.JSONField()),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'servicedesk_answered',
                'indexes': [models.Index(fields=['tenant', 'caller', 'at'], name='answered_at')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_answered_tenant_key'), models.UniqueConstraint(fields=('tenant', 'caller', 'key'), name='servicedesk_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('language', models.CharField(default='en', max_length=12)),
                ('subject', models.CharField(blank=True, default='', max_length=200)),
                ('text', models.TextField(blank=True, default='')),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'servicedesk_wording',
                'indexes': [models.Index(fields=['tenant', 'code', 'language', '-id'], name='wording_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_wording_tenant_key'), workflow.tenancy.constraints.SameTenant(field='saved_by', name='servicedesk_wording_saved_by_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='WebhookSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('url', models.CharField(max_length=2048)),
                ('kinds', models.TextField()),
                ('sealed_secret', models.TextField()),
                ('sealed_previous', models.TextField(blank=True, default='')),
                ('previous_until', models.DateTimeField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('switched_off_because', models.CharField(blank=True, choices=[('person', 'By Person'), ('failing', 'Failing'), ('gone', 'Gone')], default='', max_length=8)),
                ('switched_off_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('resting_until', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'servicedesk_webhooksubscription',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_webhooksubscription_tenant_key'), workflow.tenancy.constraints.SameTenant(field='created_by', name='servicedesk_webhooksubscription_created_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'name'), name='servicedesk_webhooksubscription_name')],
            },
        ),
        migrations.CreateModel(
            name='WebhookCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_key', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=60)),
                ('subject_kind', models.CharField(blank=True, default='', max_length=20)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('dropped', 'Dropped')], default='pending', max_length=9)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('replays', models.SmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('first_try_at', models.DateTimeField(null=True)),
                ('last_try_at', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('status', models.SmallIntegerField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=1024)),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('took_ms', models.IntegerField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('subscription', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='servicedesk.webhooksubscription')),
            ],
            options={
                'db_table': 'servicedesk_webhookcall',
                'indexes': [models.Index(fields=['tenant', 'subscription', '-id'], name='webhookcall_log'), models.Index(fields=['tenant', 'created_at'], name='webhookcall_age'), models.Index(condition=models.Q(('state__in', ('pending', 'failed', 'dropped'))), fields=['tenant', 'subscription', 'state', 'id'], name='webhookcall_not_delivered')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_webhookcall_tenant_key'), workflow.tenancy.constraints.SameTenant(field='subscription', name='servicedesk_webhookcall_subscription_same_tenant'), models.UniqueConstraint(fields=('tenant', 'message_key'), name='servicedesk_webhookcall_message')],
            },
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
                'indexes': [models.Index(condition=models.Q(('incoming', 'imap'), ('is_active', True)), fields=['next_fetch_at'], name='mailbox_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_mailbox_tenant_key'), workflow.tenancy.constraints.SameTenant(field='brand', name='servicedesk_mailbox_brand_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='servicedesk_mailbox_department_same_tenant'), models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('address'), name='servicedesk_mailbox_address'), models.CheckConstraint(condition=models.Q(models.Q(('incoming', 'imap'), ('is_active', True), _negated=True), ('next_fetch_at__isnull', False), _connector='OR'), name='servicedesk_mailbox_is_looked_at')],
            },
        ),
        migrations.CreateModel(
            name='RawMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raw', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('size', models.IntegerField()),
                ('mail_id', models.CharField(blank=True, default='', max_length=250)),
                ('delivered_to', models.CharField(blank=True, default='', max_length=254)),
                ('outcome', models.CharField(choices=[('received', 'Received'), ('case', 'Case'), ('message', 'Message'), ('duplicate', 'Duplicate'), ('loop', 'Loop'), ('bounce', 'Bounce'), ('auto_reply', 'Auto Reply'), ('quarantined', 'Quarantined'), ('rejected', 'Rejected')], default='received', max_length=11)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('received_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_because', models.CharField(blank=True, default='', max_length=200)),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('envelope_sender', models.CharField(max_length=254, null=True)),
                ('mailbox', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='servicedesk.mailbox')),
            ],
            options={
                'db_table': 'servicedesk_rawmail',
                'indexes': [models.Index(fields=['tenant', 'digest'], name='rawmail_digest'), models.Index(fields=['tenant', 'mail_id'], name='rawmail_mail_id'), models.Index(condition=models.Q(('outcome', 'received')), fields=['received_at'], name='rawmail_unread'), models.Index(condition=models.Q(('outcome', 'quarantined')), fields=['tenant', '-id'], name='rawmail_quarantine'), models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['tenant', '-decided_at', '-id'], name='rawmail_decided')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_rawmail_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='servicedesk_rawmail_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='servicedesk_rawmail_message_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['case', 'message']), _negated=True), models.Q(('case__isnull', False), ('message__isnull', False)), _connector='OR'), name='servicedesk_rawmail_ends_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'quarantined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='servicedesk_rawmail_says_why'), workflow.tenancy.constraints.SameTenant(field='decided_by', name='servicedesk_rawmail_decided_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='mailbox', name='servicedesk_rawmail_mailbox_same_tenant')],
            },
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
                'indexes': [models.Index(fields=['tenant', 'user', '-leaves_at'], name='digest_of_user')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_digest_tenant_key'), workflow.tenancy.constraints.SameTenant(field='user', name='servicedesk_digest_user_same_tenant'), models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('tenant', 'user'), name='servicedesk_digest_one_open')],
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
                'indexes': [models.Index(fields=['tenant', 'digest'], name='clocknotice_digest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='servicedesk_clocknotice_tenant_key'), workflow.tenancy.constraints.SameTenant(field='digest', name='servicedesk_clocknotice_digest_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case_clock', name='servicedesk_clocknotice_case_clock_same_tenant'), workflow.tenancy.constraints.SameTenant(field='problem_clock', name='servicedesk_clocknotice_problem_clock_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('case_clock__isnull', False), ('problem_clock__isnull', True)), models.Q(('case_clock__isnull', True), ('problem_clock__isnull', False)), _connector='OR'), name='servicedesk_clocknotice_one_clock')],
            },
        ),
        IsolateByTenant("RawMail", sweeper=[f"select ({UNREAD})"]),
        IsolateByTenant("Notification"),
        IsolateByTenant("Answered"),
        IsolateByTenant("Wording"),
        IsolateByTenant("WebhookSubscription"),
        IsolateByTenant("WebhookCall"),
        IsolateByTenant("Mailbox", sweeper=[f"select ({DUE})"]),
        IsolateByTenant("Digest"),
        IsolateByTenant("ClockNotice"),
        AppendOnly("Wording"),
        migrations.RunSQL(RAW_STAYS, "DROP FUNCTION raw_mail_stays() CASCADE;"),
    ]
