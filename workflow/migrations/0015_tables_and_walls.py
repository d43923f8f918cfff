"""The ground floor as it begins: tables, the wall between tenants, promises kept by triggers."""

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

# Run as the owner, which sees every tenant: a check at commit must not depend on whose scope
# happens to be open then. They look only at rows of the tenant of the row that changed.
NEWS_TRIGGERS = """
CREATE FUNCTION entry_is_published() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflow_outboxevent e
                 WHERE e.tenant_id = NEW.tenant_id AND e.entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry_without_event: history entry % (%) was not published', NEW.id, NEW.action
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_is_published AFTER INSERT ON workflow_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_news)
  EXECUTE FUNCTION entry_is_published();

CREATE FUNCTION event_is_delivered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF (SELECT count(*) FROM workflow_delivery d
      WHERE d.tenant_id = NEW.tenant_id AND d.event_id = NEW.id) <> NEW.subscribers THEN
    RAISE EXCEPTION 'event_without_delivery: event % (%) lacks a delivery', NEW.id, NEW.kind
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER event_is_delivered AFTER INSERT OR UPDATE OF subscribers
  ON workflow_outboxevent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION event_is_delivered();

CREATE FUNCTION delivery_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'delivery_stays: a delivery is never deleted or moved'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER delivery_stays BEFORE DELETE OR UPDATE OF event_id, subscriber, tenant_id
  ON workflow_delivery FOR EACH ROW EXECUTE FUNCTION delivery_stays();

-- One function for every record with states: a change of state counts up, and at commit its
-- history entry is there.
CREATE FUNCTION state_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state_version <> OLD.state_version + (NEW.state <> OLD.state)::int
     AND NOT (NEW.state = OLD.state AND NEW.state_version = OLD.state_version + 1) THEN
    RAISE EXCEPTION 'state_is_counted: a change of state counts state_version up by one'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION state_is_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflow_entry e
                 WHERE e.tenant_id = NEW.tenant_id AND e.subject_kind = TG_ARGV[0]
                   AND e.subject_id = NEW.id AND e.state_version = NEW.state_version
                   AND e.to_state = NEW.state) THEN
    RAISE EXCEPTION 'change_without_entry: % % became % without a history entry',
      TG_ARGV[0], NEW.id, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  -- Later changes count up by one, so that only the first row can leave something out.
  IF TG_OP = 'INSERT' AND NEW.state_version <> 1
     AND (NEW.state_version < 1 OR NEW.state_version <> (
       SELECT count(*) FROM workflow_entry e
       WHERE e.tenant_id = NEW.tenant_id AND e.subject_kind = TG_ARGV[0]
         AND e.subject_id = NEW.id AND e.state_version BETWEEN 1 AND NEW.state_version)) THEN
    RAISE EXCEPTION 'history_with_gap: % % begins at change % without those before it',
      TG_ARGV[0], NEW.id, NEW.state_version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
NEWS_TRIGGERS_BACK = """
DROP FUNCTION entry_is_published() CASCADE;
DROP FUNCTION event_is_delivered() CASCADE;
DROP FUNCTION delivery_stays() CASCADE;
DROP FUNCTION state_is_counted() CASCADE;
DROP FUNCTION state_is_recorded() CASCADE;
"""
# The sweeper claims and marks effects; whose they are and what they say it cannot change.
MARKS = "state, attempts, locked_until, due_at, sent_at, sent_by, last_error"


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("workflow", "0001_initial"),
        ("workflow", "0002_isolation"),
        ("workflow", "0003_history_begins_at_one"),
        ("workflow", "0004_the_sweeper_marks_and_nothing_more"),
        ("workflow", "0005_teams"),
        ("workflow", "0006_token_rate"),
        ("workflow", "0007_brand"),
        ("workflow", "0008_a_brand_for_each_tenant"),
        ("workflow", "0009_history_by_time_and_person"),
        ("workflow", "0010_clocks_with_versions"),
        ("workflow", "0011_first_versions"),
        ("workflow", "0012_promises_stand_in_versions"),
        ("workflow", "0013_colour_of_a_brand"),
        ("workflow", "0014_simulations_of_policies"),
        ("workflow", "0015_drawn_workflows"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('is_demo', models.BooleanField(default=False)),
                ('language', models.CharField(default='en', max_length=12)),
                ('timezone', models.CharField(default='UTC', max_length=64)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'workflow_tenant',
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('timezone', models.CharField(max_length=64)),
                ('hours', models.JSONField()),
                ('holidays', models.JSONField(blank=True, default=list)),
                ('breaks', models.JSONField(blank=True, default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('holidays_of', models.JSONField(blank=True, default=dict)),
                ('revision', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'workflow_calendar',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_calendar_tenant_key'), models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_calendar_name')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.BigIntegerField()),
                ('action', models.CharField(max_length=40)),
                ('actor_kind', models.CharField(choices=[('user', 'user'), ('contact', 'contact'), ('token', 'token'), ('system', 'system')], max_length=8)),
                ('actor_id', models.BigIntegerField()),
                ('actor_label', models.CharField(blank=True, default='', max_length=40)),
                ('source', models.CharField(choices=[('agent', 'agent'), ('portal', 'portal'), ('mail', 'mail'), ('api', 'api'), ('command', 'command'), ('import', 'import'), ('system', 'system')], max_length=8)),
                ('at', models.DateTimeField()),
                ('changes', models.JSONField(default=dict)),
                ('to_state', models.CharField(max_length=20, null=True)),
                ('state_version', models.IntegerField(null=True)),
                ('is_news', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_entry',
                'indexes': [models.Index(fields=['tenant', 'subject_kind', 'subject_id', 'id'], name='entry_of_subject'), models.Index(fields=['tenant', '-at', '-id'], name='entry_by_time'), models.Index(condition=models.Q(('actor_kind', 'user')), fields=['tenant', 'actor_id', '-at', '-id'], name='entry_of_person'), models.Index(condition=models.Q(('subject_kind__in', ('case', 'problem', 'contact')), _negated=True), fields=['tenant', 'subject_kind', '-at', '-id'], name='entry_of_setting')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_entry_tenant_key'), models.UniqueConstraint(condition=models.Q(('state_version__isnull', False)), fields=('tenant', 'subject_kind', 'subject_id', 'state_version'), name='workflow_entry_one_per_change')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=40)),
                ('payload', models.JSONField()),
                ('subscribers', models.SmallIntegerField()),
                ('published_at', models.DateTimeField()),
                ('entry', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='news', to='workflow.entry')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_outboxevent',
                'indexes': [models.Index(fields=['tenant', 'entry'], name='outboxevent_entry')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_outboxevent_tenant_key'), workflow.tenancy.constraints.SameTenant(field='entry', name='workflow_outboxevent_entry_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Effect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=20)),
                ('queue', models.CharField(default='mail', max_length=10)),
                ('payload', models.JSONField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('sending', 'Sending'), ('sent', 'Sent'), ('dropped', 'Dropped'), ('dead', 'Dead'), ('given_up', 'Given Up')], default='pending', max_length=8)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('locked_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('sent_by', models.CharField(blank=True, default='', max_length=60)),
                ('last_error', models.CharField(blank=True, default='', max_length=300)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_effect',
                'indexes': [models.Index(condition=models.Q(('state__in', ['pending', 'sending'])), fields=['queue', 'due_at'], name='effect_due'), models.Index(condition=models.Q(('state', 'dead')), fields=['tenant', 'id'], name='effect_dead')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_effect_tenant_key'), models.UniqueConstraint(fields=('tenant', 'key'), name='workflow_effect_key')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscriber', models.CharField(max_length=80)),
                ('position', models.SmallIntegerField()),
                ('subject', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('done', 'Done'), ('dead', 'Dead'), ('given_up', 'Given Up')], default='pending', max_length=8)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=300)),
                ('event', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='workflow.outboxevent')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_delivery',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['due_at'], name='delivery_due'), models.Index(condition=models.Q(('state', 'pending')), fields=['tenant', 'subject', 'event', 'position'], name='delivery_of_subject'), models.Index(condition=models.Q(('state', 'dead')), fields=['tenant', 'id'], name='delivery_dead')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_delivery_tenant_key'), workflow.tenancy.constraints.SameTenant(field='event', name='workflow_delivery_event_same_tenant'), models.UniqueConstraint(fields=('tenant', 'event', 'subscriber'), name='workflow_delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='TenantHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=253, unique=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_tenanthost',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=120)),
                ('password', models.CharField(blank=True, default='', max_length=256)),
                ('is_active', models.BooleanField(default=True)),
                ('language', models.CharField(default='en', max_length=12)),
                ('created_at', models.DateTimeField()),
                ('last_sign_in_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_user',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_user_tenant_key'), models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('email'), name='workflow_user_email')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('prefix', models.CharField(max_length=12)),
                ('role', models.CharField(choices=[('agent', 'agent'), ('lead', 'lead'), ('member', 'member'), ('head', 'head'), ('admin', 'admin'), ('reader', 'reader'), ('contact', 'contact')], max_length=12)),
                ('scopes', models.TextField(blank=True, default='')),
                ('contact_key', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('requests_per_minute', models.PositiveIntegerField(default=600)),
            ],
            options={
                'db_table': 'workflow_apitoken',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_apitoken_tenant_key'), workflow.tenancy.constraints.SameTenant(field='created_by', name='workflow_apitoken_created_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'digest'), name='workflow_apitoken_digest')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=64)),
                ('network', models.CharField(max_length=64)),
                ('succeeded', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_signinattempt',
                'indexes': [models.Index(fields=['tenant', 'account', 'at'], name='signin_account'), models.Index(fields=['tenant', 'network', 'at'], name='signin_network')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_signinattempt_tenant_key')],
            },
        ),
        migrations.CreateModel(
            name='TenantMailDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253, unique=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_domains', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_tenantmaildomain',
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('sender_name', models.CharField(max_length=80)),
                ('sign_off', models.TextField(blank=True, default='')),
                ('is_default', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('colour', models.CharField(blank=True, default='', max_length=7)),
            ],
            options={
                'db_table': 'workflow_brand',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_brand_tenant_key'), models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('name'), name='workflow_brand_name'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_brand_one_default')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('substitute', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='workflow.user')),
            ],
            options={
                'db_table': 'workflow_absence',
                'indexes': [models.Index(fields=['tenant', 'user', 'ends_at'], name='absence_of_user')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_absence_tenant_key'), workflow.tenancy.constraints.SameTenant(field='user', name='workflow_absence_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='substitute', name='workflow_absence_substitute_same_tenant'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='workflow_absence_forward_in_time'), models.CheckConstraint(condition=models.Q(('substitute', models.F('user')), _negated=True), name='workflow_absence_not_oneself')],
            },
        ),
        migrations.CreateModel(
            name='CalendarRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('timezone', models.CharField(max_length=64)),
                ('hours', models.JSONField()),
                ('holidays', models.JSONField(default=list)),
                ('breaks', models.JSONField(default=dict)),
                ('valid_from', models.DateTimeField()),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='workflow.calendar')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_calendarrevision',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_calendarrevision_tenant_key'), workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_calendarrevision_calendar_same_tenant'), models.UniqueConstraint(fields=('tenant', 'calendar', 'number'), name='workflow_calendarrevision_number')],
            },
        ),
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_default', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_ladder',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_ladder_tenant_key'), models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_ladder_name'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_ladder_default')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('public_name', models.CharField(max_length=80)),
                ('slug', models.SlugField(max_length=60)),
                ('hue', models.CharField(default='petrol', max_length=12)),
                ('is_customer_service', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('acknowledge_within', models.DurationField()),
                ('stage_within', models.DurationField()),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('fix_within', models.DurationField(null=True)),
                ('ladder', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder')),
            ],
            options={
                'db_table': 'workflow_department',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_department_tenant_key'), workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_department_calendar_same_tenant'), models.UniqueConstraint(fields=('tenant', 'slug'), name='workflow_department_slug'), models.UniqueConstraint(condition=models.Q(('is_customer_service', True)), fields=('tenant',), name='workflow_department_one_service'), workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_department_ladder_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('name', models.CharField(max_length=120)),
                ('condition', models.JSONField()),
                ('is_active', models.BooleanField(default=True)),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_routingrule',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_routingrule_tenant_key'), workflow.tenancy.constraints.SameTenant(field='department', name='workflow_routingrule_department_same_tenant'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('tenant', 'position'), name='workflow_routingrule_position')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('agent', 'agent'), ('lead', 'lead'), ('member', 'member'), ('head', 'head'), ('admin', 'admin'), ('reader', 'reader'), ('contact', 'contact')], max_length=12)),
                ('department', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='workflow.department')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='workflow.user')),
            ],
            options={
                'db_table': 'workflow_membership',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_membership_tenant_key'), workflow.tenancy.constraints.SameTenant(field='user', name='workflow_membership_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='workflow_membership_department_same_tenant'), models.UniqueConstraint(fields=('tenant', 'user', 'department', 'role'), name='workflow_membership_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_active', models.BooleanField(default=True)),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='workflow.department')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_team',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_team_tenant_key'), workflow.tenancy.constraints.SameTenant(field='department', name='workflow_team_department_same_tenant'), models.UniqueConstraint(models.F('tenant'), models.F('department'), django.db.models.functions.text.Lower('name'), name='workflow_team_name')],
            },
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='members', to='workflow.team')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='team_places', to='workflow.user')),
            ],
            options={
                'db_table': 'workflow_teammember',
                'indexes': [models.Index(fields=['tenant', 'user'], name='teammember_user')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_teammember_tenant_key'), workflow.tenancy.constraints.SameTenant(field='team', name='workflow_teammember_team_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='workflow_teammember_user_same_tenant'), models.UniqueConstraint(fields=('tenant', 'team', 'user'), name='workflow_teammember_once')],
            },
        ),
        migrations.CreateModel(
            name='LadderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('percent', models.SmallIntegerField(null=True)),
                ('minutes', models.IntegerField(null=True)),
                ('action', models.CharField(choices=[('notify', 'Notify'), ('raise_priority', 'Raise Priority'), ('reassign', 'Reassign'), ('escalate_head', 'Escalate Head'), ('escalate_lead', 'Escalate Lead')], max_length=16)),
                ('department', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('ladder', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='workflow.ladder')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_ladderstep',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_ladderstep_tenant_key'), workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_ladderstep_ladder_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='workflow_ladderstep_department_same_tenant'), models.UniqueConstraint(fields=('tenant', 'ladder', 'position'), name='workflow_ladderstep_position'), models.CheckConstraint(condition=models.Q(models.Q(('minutes__isnull', False), ('percent__isnull', True)), models.Q(('minutes__isnull', True), ('percent__isnull', False)), _connector='OR'), name='workflow_ladderstep_one_moment'), models.CheckConstraint(condition=models.Q(('percent__isnull', True), ('percent__range', (1, 1000)), _connector='OR'), name='workflow_ladderstep_percent')],
            },
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_default', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('position', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'workflow_servicelevel',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_servicelevel_tenant_key'), models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_servicelevel_name'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_servicelevel_default')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                ('applies_when', models.JSONField(blank=True, default=dict)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar')),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('service_level', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='workflow.servicelevel')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_policyversion',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_policyversion_tenant_key'), workflow.tenancy.constraints.SameTenant(field='service_level', name='workflow_policyversion_service_level_same_tenant'), workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_policyversion_calendar_same_tenant'), workflow.tenancy.constraints.SameTenant(field='created_by', name='workflow_policyversion_created_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='published_by', name='workflow_policyversion_published_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'service_level', 'number'), name='workflow_policyversion_number'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('tenant', 'service_level'), name='workflow_policyversion_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('tenant', 'service_level'), name='workflow_policyversion_one_published')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate')], max_length=16)),
                ('priority', models.SmallIntegerField()),
                ('within', models.DurationField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('calendar', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar')),
                ('conditions', models.JSONField(blank=True, default=dict)),
                ('recurrence', models.CharField(choices=[('none', 'None'), ('sequential', 'Sequential'), ('independent', 'Independent')], default='none', max_length=11)),
                ('within_days', models.SmallIntegerField(null=True)),
                ('ladder', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='workflow.policyversion')),
            ],
            options={
                'db_table': 'workflow_target',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_target_tenant_key'), models.CheckConstraint(condition=models.Q(('priority__range', (1, 4))), name='workflow_target_priority'), workflow.tenancy.constraints.SameTenant(field='version', name='workflow_target_version_same_tenant'), workflow.tenancy.constraints.SameTenant(field='calendar', name='workflow_target_calendar_same_tenant'), workflow.tenancy.constraints.SameTenant(field='ladder', name='workflow_target_ladder_same_tenant'), models.UniqueConstraint(fields=('tenant', 'version', 'metric', 'priority'), name='workflow_target_once')],
            },
        ),
        migrations.CreateModel(
            name='PolicySimulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('refused', 'Refused')], default='waiting', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('found', models.IntegerField(default=0)),
                ('planned', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('after', models.BigIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='simulations', to='workflow.policyversion')),
            ],
            options={
                'db_table': 'workflow_policysimulation',
                'indexes': [models.Index(fields=['tenant', 'version', '-id'], name='policysimulation_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_policysimulation_tenant_key'), workflow.tenancy.constraints.SameTenant(field='version', name='workflow_policysimulation_version_same_tenant'), workflow.tenancy.constraints.SameTenant(field='asked_by', name='workflow_policysimulation_asked_by_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Workflow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.IntegerField(default=0)),
                ('is_default', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('applies_when', models.JSONField(blank=True, default=dict)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'workflow_workflow',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_workflow_tenant_key'), models.UniqueConstraint(fields=('tenant', 'name'), name='workflow_workflow_name'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('tenant',), name='workflow_workflow_default')],
            },
        ),
        migrations.CreateModel(
            name='WorkflowVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=9)),
                ('definition', models.JSONField()),
                ('edition', models.IntegerField(default=1)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('workflow', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='workflow.workflow')),
            ],
            options={
                'db_table': 'workflow_workflowversion',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='workflow_workflowversion_tenant_key'), workflow.tenancy.constraints.SameTenant(field='workflow', name='workflow_workflowversion_workflow_same_tenant'), workflow.tenancy.constraints.SameTenant(field='created_by', name='workflow_workflowversion_created_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='published_by', name='workflow_workflowversion_published_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'workflow', 'number'), name='workflow_workflowversion_number'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('tenant', 'workflow'), name='workflow_workflowversion_one_draft'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('tenant', 'workflow'), name='workflow_workflowversion_one_published')],
            },
        ),
        migrations.AddField(
            model_name='servicelevel',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.policyversion'),
        ),
        migrations.AddField(
            model_name='workflow',
            name='version',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion'),
        ),
        migrations.AddConstraint(
            model_name='servicelevel',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='workflow_servicelevel_version_same_tenant'),
        ),
        migrations.AddConstraint(
            model_name='workflow',
            constraint=workflow.tenancy.constraints.SameTenant(field='version', name='workflow_workflow_version_same_tenant'),
        ),
        IsolateByTenant("User"),
        IsolateByTenant("Department"),
        IsolateByTenant("Membership"),
        IsolateByTenant("ApiToken"),
        IsolateByTenant("SignInAttempt"),
        IsolateByTenant("Calendar"),
        IsolateByTenant("ServiceLevel"),
        IsolateByTenant("Target"),
        IsolateByTenant("RoutingRule"),
        IsolateByTenant("Entry"),
        IsolateByTenant("OutboxEvent"),
        IsolateByTenant("Delivery", sweeper=["select"]),
        IsolateByTenant("Effect", sweeper=["select", f"update ({MARKS})"]),
        IsolateByTenant("Team"),
        IsolateByTenant("TeamMember"),
        IsolateByTenant("Brand"),
        IsolateByTenant("Absence"),
        IsolateByTenant("CalendarRevision"),
        IsolateByTenant("Ladder"),
        IsolateByTenant("LadderStep"),
        IsolateByTenant("PolicyVersion"),
        IsolateByTenant("PolicySimulation"),
        IsolateByTenant("Workflow"),
        IsolateByTenant("WorkflowVersion"),
        AppendOnly("Entry"),
        AppendOnly("OutboxEvent"),
        migrations.RunSQL(NEWS_TRIGGERS, NEWS_TRIGGERS_BACK),
    ]
