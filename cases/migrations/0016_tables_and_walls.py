"""The cases as they begin: tables, the wall between tenants, triggers, search."""

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

STATE_TRIGGERS = """
CREATE TRIGGER case_state_is_counted BEFORE UPDATE ON cases_case
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER case_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON cases_case DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('case');
"""
STATE_TRIGGERS_BACK = """
DROP TRIGGER case_state_is_counted ON cases_case;
DROP TRIGGER case_state_is_recorded ON cases_case;
"""
# The match operator of full-text search is not leakproof: under row-level security PostgreSQL
# would read every row of the tenant and leave the index aside. So a function of the role searcher
# asks, names the tenant itself, and returns ids only; the rows are then read as the app.
#
# PostgreSQL cannot know how rare a word is, and would join the word's index with the one of the
# tenant: 300 ms for a middle-sized tenant beside a very large one. So the tenant is one more word
# of each message, with a space in front so that no word of a text is like it, and one index answers
# both. `+ 0` keeps the other index out of it; the condition itself stays, whatever the index says.
WORDS_OF_MESSAGES = """
ALTER TABLE cases_message ADD COLUMN words tsvector
  GENERATED ALWAYS AS (to_tsvector('simple', left(text, 100000))) STORED;
CREATE INDEX message_words ON cases_message
  USING gin ((array_to_tsvector(ARRAY[' ' || tenant_id::text]) || words));

CREATE FUNCTION cases_that_say(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  the_tenant bigint := app_tenant();
  said tsquery := websearch_to_tsquery('simple', wanted);
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF numnode(said) = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT m.case_id FROM cases_message m
    WHERE array_to_tsvector(ARRAY[' ' || m.tenant_id::text]) || m.words
          @@ (quote_literal(' ' || the_tenant)::tsquery && said)
      AND m.tenant_id + 0 = the_tenant
    GROUP BY m.case_id ORDER BY max(m.id) DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION cases_that_say(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_that_say(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION cases_that_say(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
WORDS_OF_MESSAGES_BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION cases_that_say(text, integer);
RESET ROLE;
DROP INDEX message_words;
ALTER TABLE cases_message DROP COLUMN words;
"""
WORDS_OF_SUBJECTS = """
CREATE INDEX case_subject_words ON cases_case USING gin (to_tsvector('simple', subject));

CREATE FUNCTION cases_about(wanted text, at_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  the_tenant bigint := app_tenant();
  begins tsquery;
BEGIN
  IF the_tenant IS NULL THEN
    RAISE EXCEPTION 'search_without_tenant: a search needs a tenant'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT to_tsquery('simple', string_agg(word || ':*', ' & ')) INTO begins
    FROM regexp_split_to_table(lower(left(wanted, 200)), '[^[:alnum:]]+') word WHERE word <> '';
  RETURN QUERY
    SELECT found.id FROM (
      SELECT c.id FROM cases_case c
      WHERE to_tsvector('simple', c.subject) @@ begins AND c.tenant_id = the_tenant
      LIMIT 2000) found
    ORDER BY found.id DESC LIMIT at_most;
END $$;
REVOKE EXECUTE ON FUNCTION cases_about(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_about(text, integer) TO servicedesk_app;
GRANT CREATE ON SCHEMA public TO servicedesk_searcher;
ALTER FUNCTION cases_about(text, integer) OWNER TO servicedesk_searcher;
REVOKE CREATE ON SCHEMA public FROM servicedesk_searcher;
"""
WORDS_OF_SUBJECTS_BACK = """
SET LOCAL ROLE servicedesk_searcher;
DROP FUNCTION cases_about(text, integer);
RESET ROLE;
DROP INDEX case_subject_words;
"""


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0002_isolation"),
        ("cases", "0003_search_what_was_said"),
        ("cases", "0004_participants"),
        ("cases", "0005_doors"),
        ("cases", "0006_saved_views"),
        ("cases", "0007_search_subjects"),
        ("cases", "0008_brand"),
        ("cases", "0009_cases_of_an_organisation"),
        ("cases", "0010_an_index_for_each_queue"),
        ("cases", "0011_search_within_a_tenant"),
        ("cases", "0012_clocks_with_versions"),
        ("cases", "0013_plans_of_running_clocks"),
        ("cases", "0014_brand_of_a_web_form"),
        ("cases", "0015_hours_that_counted_before"),
        ("cases", "0016_how_much_was_used"),
    ]

    dependencies = [
        ('customers', '0008_tables_and_walls'),
        ('workflow', '0015_tables_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('last', models.BigIntegerField(default=0)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_numberseries',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_numberseries_tenant_key'), models.UniqueConstraint(fields=('tenant', 'name'), name='cases_numberseries_name')],
            },
        ),
        migrations.CreateModel(
            name='InboundHook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=40)),
                ('prefix', models.SlugField(max_length=30)),
                ('channel', models.CharField(choices=[('mail', 'mail'), ('portal', 'portal'), ('phone', 'phone'), ('chat', 'chat'), ('social', 'social'), ('form', 'form'), ('api', 'api'), ('import', 'import')], max_length=8)),
                ('sealed_secret', models.TextField()),
                ('vouches', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('last_received_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_inboundhook',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_inboundhook_tenant_key'), models.UniqueConstraint(fields=('tenant', 'key'), name='cases_inboundhook_key'), models.UniqueConstraint(fields=('tenant', 'prefix'), name='cases_inboundhook_prefix')],
            },
        ),
        migrations.CreateModel(
            name='RequestType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField(max_length=60)),
                ('says', models.CharField(blank=True, default='', max_length=160)),
                ('position', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('category', models.CharField(blank=True, default='', max_length=80)),
                ('asks_product', models.BooleanField(default=False)),
                ('asks_wanted_outcome', models.BooleanField(default=False)),
                ('asks_category', models.BooleanField(default=False)),
                ('may_finish_at_once', models.BooleanField(default=False)),
                ('answer', models.TextField(blank=True, default='')),
                ('is_for_agents', models.BooleanField(default=True)),
                ('is_for_phone', models.BooleanField(default=True)),
                ('is_for_portal', models.BooleanField(default=False)),
                ('is_for_forms', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_requesttype',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_requesttype_tenant_key'), models.UniqueConstraint(fields=('tenant', 'slug'), name='cases_requesttype_slug'), models.CheckConstraint(condition=models.Q(('may_finish_at_once', False), models.Q(('answer', ''), _negated=True), _connector='OR'), name='cases_requesttype_answers')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('subject', models.CharField(max_length=250)),
                ('state', django_fsm.FSMField(default='new', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('version', models.IntegerField(default=1)),
                ('channel', models.CharField(choices=[('mail', 'mail'), ('portal', 'portal'), ('phone', 'phone'), ('chat', 'chat'), ('social', 'social'), ('form', 'form'), ('api', 'api'), ('import', 'import')], max_length=8)),
                ('priority', models.SmallIntegerField(default=3)),
                ('category', models.CharField(blank=True, default='', max_length=80)),
                ('next_look_at', models.DateTimeField()),
                ('needs_attention', models.BooleanField(default=True)),
                ('wanted_outcome', models.TextField(blank=True, default='')),
                ('feeling', models.SmallIntegerField(null=True)),
                ('external_id', models.CharField(max_length=120, null=True)),
                ('first_contact_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField()),
                ('last_message_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='customers.contact')),
                ('follows', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='customers.organisation')),
                ('owner', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='customers.product')),
                ('queue', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('service_level', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.servicelevel')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('request_type', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.requesttype')),
                ('brand', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.brand')),
            ],
            options={
                'db_table': 'cases_case',
                'indexes': [models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'queue', '-last_message_at', '-id'], name='case_queue'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'owner', '-last_message_at', '-id'], name='case_owner'), models.Index(fields=['tenant', '-last_message_at', '-id'], name='case_recent'), models.Index(fields=['tenant', 'contact', '-id'], name='case_contact'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'next_look_at'], name='case_look'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'state', 'opened_at', 'id'], name='case_backlog'), models.Index(condition=models.Q(('feeling__isnull', False), ('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'feeling'], name='case_feeling'), models.Index(fields=['tenant', 'opened_at'], name='case_opened'), models.Index(condition=models.Q(('resolved_at__isnull', False)), fields=['tenant', 'resolved_at'], name='case_resolved'), models.Index(condition=models.Q(('organisation__isnull', False)), fields=['tenant', 'organisation', '-id'], name='case_organisation'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', '-last_message_at', '-id'], name='case_open'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem']), ('owner__isnull', True)), fields=['tenant', '-last_message_at', '-id'], name='case_unassigned'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem']), ('needs_attention', True)), fields=['tenant', '-last_message_at', '-id'], name='case_attention'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem'])), fields=['tenant', 'state', '-last_message_at', '-id'], name='case_waiting')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_case_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_case_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='organisation', name='cases_case_organisation_same_tenant'), workflow.tenancy.constraints.SameTenant(field='product', name='cases_case_product_same_tenant'), workflow.tenancy.constraints.SameTenant(field='service_level', name='cases_case_service_level_same_tenant'), workflow.tenancy.constraints.SameTenant(field='owner', name='cases_case_owner_same_tenant'), workflow.tenancy.constraints.SameTenant(field='queue', name='cases_case_queue_same_tenant'), workflow.tenancy.constraints.SameTenant(field='follows', name='cases_case_follows_same_tenant'), models.UniqueConstraint(fields=('tenant', 'number'), name='cases_case_number'), models.UniqueConstraint(fields=('tenant', 'external_id'), name='cases_case_external'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['new', 'open', 'pending', 'on_problem']), _negated=True), ('owner__isnull', False), ('queue__isnull', False), _connector='OR'), name='cases_case_has_owner_or_queue'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'open', 'pending', 'on_problem', 'resolved', 'closed', 'merged', 'spam'])), name='cases_case_state_known'), models.CheckConstraint(condition=models.Q(('priority__range', (1, 4))), name='cases_case_priority'), workflow.tenancy.constraints.SameTenant(field='request_type', name='cases_case_request_type_same_tenant'), models.CheckConstraint(condition=models.Q(('feeling__isnull', True), ('feeling__range', (1, 5)), _connector='OR'), name='cases_case_feeling'), workflow.tenancy.constraints.SameTenant(field='brand', name='cases_case_brand_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='BlockedBy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('customer_answer', 'customer_answer'), ('problem_fix', 'problem_fix'), ('workaround', 'workaround'), ('task', 'task')], max_length=16)),
                ('reference', models.BigIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='blockers', to='cases.case')),
            ],
            options={
                'db_table': 'cases_blockedby',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_blockedby_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_blockedby_case_same_tenant'), models.UniqueConstraint(condition=models.Q(('cleared_at__isnull', True)), fields=('tenant', 'case', 'kind', 'reference'), name='cases_blockedby_once')],
            },
        ),
        migrations.CreateModel(
            name='CaseClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(choices=[('first_response', 'First Response'), ('next_response', 'Next Response'), ('periodic_update', 'Periodic Update'), ('resolution', 'Resolution'), ('requester_wait', 'Requester Wait'), ('agent_work', 'Agent Work'), ('promise', 'Promise'), ('acknowledge', 'Acknowledge'), ('stage', 'Stage'), ('fix', 'Fix'), ('root_cause', 'Root Cause'), ('estimate', 'Estimate')], max_length=16)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], default='running', max_length=9)),
                ('within', models.DurationField()),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('next_look_at', models.DateTimeField(null=True)),
                ('pauses', models.JSONField(default=list)),
                ('warned_at', models.DateTimeField(null=True)),
                ('breach_recorded_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.calendar')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cases.case')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('attached_at', models.DateTimeField()),
                ('cycle', models.SmallIntegerField(default=1)),
                ('is_fixed', models.BooleanField(default=False)),
                ('ladder', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.ladder')),
                ('looks', models.JSONField(default=list)),
                ('original_due_at', models.DateTimeField()),
                ('revision', models.IntegerField(default=1)),
                ('target', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.target')),
                ('within_days', models.SmallIntegerField(null=True)),
                ('earlier_hours', models.JSONField(default=list)),
                ('used_for', models.DurationField(null=True)),
            ],
            options={
                'db_table': 'cases_caseclock',
                'indexes': [models.Index(condition=models.Q(('next_look_at__isnull', False), ('state', 'running')), fields=['next_look_at'], name='caseclock_look'), models.Index(fields=['tenant', 'case'], name='caseclock_case'), models.Index(condition=models.Q(('state', 'running')), fields=['tenant', 'due_at'], name='caseclock_due'), models.Index(fields=['tenant', 'started_at', 'id'], name='caseclock_started')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_caseclock_tenant_key'), workflow.tenancy.constraints.SameTenant(field='calendar', name='cases_caseclock_calendar_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_caseclock_case_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('next_look_at__isnull', False), ('breach_recorded_at__isnull', False), _connector='OR'), name='cases_caseclock_is_looked_at'), workflow.tenancy.constraints.SameTenant(field='target', name='cases_caseclock_target_same_tenant'), workflow.tenancy.constraints.SameTenant(field='ladder', name='cases_caseclock_ladder_same_tenant'), workflow.tenancy.constraints.SameTenant(field='acknowledged_by', name='cases_caseclock_acknowledged_by_same_tenant'), models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused']), models.Q(('metric', 'promise'), _negated=True)), fields=('tenant', 'case', 'metric'), name='cases_caseclock_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out'), ('note', 'Note')], max_length=4)),
                ('channel', models.CharField(choices=[('mail', 'mail'), ('portal', 'portal'), ('phone', 'phone'), ('chat', 'chat'), ('social', 'social'), ('form', 'form'), ('api', 'api'), ('import', 'import')], max_length=8)),
                ('text', models.TextField()),
                ('quoted', models.TextField(blank=True, default='')),
                ('html', models.TextField(blank=True, default='')),
                ('mail_id', models.CharField(max_length=250, null=True)),
                ('is_automatic', models.BooleanField(default=False)),
                ('is_unverified', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
            ],
            options={
                'db_table': 'cases_message',
                'indexes': [models.Index(fields=['tenant', 'case', 'id'], name='message_case'), models.Index(fields=['tenant', 'mail_id'], name='message_mail_id')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_message_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_message_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_message_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='cases_message_user_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('direction', 'in'), _negated=True), ('contact__isnull', False), _connector='OR'), name='cases_message_in_has_contact')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.IntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('content_id', models.CharField(blank=True, default='', max_length=250)),
                ('key', models.CharField(max_length=120)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('message', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.message')),
            ],
            options={
                'db_table': 'cases_attachment',
                'indexes': [models.Index(fields=['tenant', 'message'], name='attachment_message')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_attachment_tenant_key'), workflow.tenancy.constraints.SameTenant(field='message', name='cases_attachment_message_same_tenant'), models.UniqueConstraint(fields=('tenant', 'key'), name='cases_attachment_key')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, default='', max_length=160)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('let_in', 'Let In'), ('removed', 'Removed')], default='asked', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('decided_by_contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('decided_by_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_participant',
                'indexes': [models.Index(condition=models.Q(('state', 'let_in')), fields=['tenant', 'contact', 'case'], name='participant_let_in')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_participant_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_participant_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_participant_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='cases_participant_message_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by_user', name='cases_participant_decided_by_user_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by_contact', name='cases_participant_decided_by_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'case', 'address'), name='cases_participant_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'let_in'), _negated=True), models.Q(('contact__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='cases_participant_let_in_by_decision'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'let_in', 'removed'])), name='cases_participant_state_known')],
            },
        ),
        migrations.CreateModel(
            name='WebForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=40)),
                ('heading', models.CharField(blank=True, default='', max_length=120)),
                ('thanks', models.TextField(blank=True, default='')),
                ('origins', models.TextField(blank=True, default='')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('request_type', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.requesttype')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('brand', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.brand')),
            ],
            options={
                'db_table': 'cases_webform',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_webform_tenant_key'), workflow.tenancy.constraints.SameTenant(field='request_type', name='cases_webform_request_type_same_tenant'), models.UniqueConstraint(fields=('tenant', 'key'), name='cases_webform_key'), workflow.tenancy.constraints.SameTenant(field='brand', name='cases_webform_brand_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='FormSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('received', 'Received'), ('taken', 'Taken'), ('held', 'Held'), ('rejected', 'Rejected')], default='received', max_length=8)),
                ('name', models.CharField(blank=True, default='', max_length=160)),
                ('email', models.CharField(max_length=254)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('wanted_outcome', models.TextField(blank=True, default='')),
                ('category', models.CharField(blank=True, default='', max_length=80)),
                ('answers', models.JSONField(default=dict)),
                ('network', models.CharField(max_length=64)),
                ('said', models.CharField(max_length=64)),
                ('score', models.SmallIntegerField(default=0)),
                ('reasons', models.CharField(blank=True, default='', max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('web_form', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.webform')),
            ],
            options={
                'db_table': 'cases_formsubmission',
                'indexes': [models.Index(fields=['tenant', 'network', 'received_at'], name='formsubmission_network'), models.Index(fields=['tenant', 'received_at'], name='formsubmission_at'), models.Index(fields=['tenant', 'said'], name='formsubmission_said'), models.Index(fields=['tenant', 'state', '-id'], name='formsubmission_state')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_formsubmission_tenant_key'), workflow.tenancy.constraints.SameTenant(field='web_form', name='cases_formsubmission_web_form_same_tenant'), workflow.tenancy.constraints.SameTenant(field='product', name='cases_formsubmission_product_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_formsubmission_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by', name='cases_formsubmission_decided_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'nonce'), name='cases_formsubmission_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), ('case__isnull', False), _connector='OR'), name='cases_formsubmission_ends_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'held'), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='cases_formsubmission_says_why')],
            },
        ),
        migrations.CreateModel(
            name='InboundMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=120)),
                ('thread', models.CharField(blank=True, default='', max_length=120)),
                ('raw', models.TextField()),
                ('state', models.CharField(choices=[('received', 'Received'), ('taken', 'Taken'), ('refused', 'Refused')], default='received', max_length=8)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('opened_case', models.BooleanField(default=False)),
                ('received_at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('hook', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.inboundhook')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_inboundmessage',
                'indexes': [models.Index(fields=['tenant', 'hook', 'thread', '-id'], name='inboundmessage_thread'), models.Index(fields=['tenant', 'state', '-id'], name='inboundmessage_state')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_inboundmessage_tenant_key'), workflow.tenancy.constraints.SameTenant(field='hook', name='cases_inboundmessage_hook_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_inboundmessage_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_inboundmessage_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='cases_inboundmessage_message_same_tenant'), models.UniqueConstraint(fields=('tenant', 'hook', 'external_id'), name='cases_inboundmessage_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), models.Q(('case__isnull', False), ('message__isnull', False)), _connector='OR'), name='cases_inboundmessage_ends_somewhere')],
            },
        ),
        migrations.CreateModel(
            name='PhoneCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, default='', max_length=40)),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out')], default='in', max_length=3)),
                ('outcome', models.CharField(choices=[('opened', 'Opened'), ('continued', 'Continued'), ('answered', 'Answered'), ('wrong_number', 'Wrong Number'), ('not_reached', 'Not Reached')], max_length=12)),
                ('subject', models.CharField(blank=True, default='', max_length=250)),
                ('text', models.TextField(blank=True, default='')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('agent', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('case', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='cases.case')),
                ('contact', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('message', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='phone_calls', to='cases.message')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_phonecall',
                'indexes': [models.Index(fields=['tenant', '-id'], name='phonecall_recent'), models.Index(fields=['tenant', 'agent', '-id'], name='phonecall_agent'), models.Index(fields=['tenant', 'outcome', '-id'], name='phonecall_outcome'), models.Index(fields=['tenant', 'contact', '-began_at', '-id'], name='phonecall_contact')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_phonecall_tenant_key'), workflow.tenancy.constraints.SameTenant(field='contact', name='cases_phonecall_contact_same_tenant'), workflow.tenancy.constraints.SameTenant(field='agent', name='cases_phonecall_agent_same_tenant'), workflow.tenancy.constraints.SameTenant(field='product', name='cases_phonecall_product_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_phonecall_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='message', name='cases_phonecall_message_same_tenant'), models.UniqueConstraint(fields=('tenant', 'message'), name='cases_phonecall_message'), models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('began_at'))), name='cases_phonecall_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['opened', 'continued']), _negated=True), models.Q(('case__isnull', False), ('contact__isnull', False), ('message__isnull', False)), _connector='OR'), name='cases_phonecall_has_its_case')],
            },
        ),
        migrations.CreateModel(
            name='RequestQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField(default=0)),
                ('label', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('line', 'Line'), ('number', 'Number'), ('amount', 'Amount'), ('day', 'Day'), ('yes_no', 'Yes No')], default='line', max_length=8)),
                ('is_required', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('request_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='cases.requesttype')),
            ],
            options={
                'db_table': 'cases_requestquestion',
                'indexes': [models.Index(fields=['tenant', 'request_type', 'position'], name='requestquestion_type')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_requestquestion_tenant_key'), workflow.tenancy.constraints.SameTenant(field='request_type', name='cases_requestquestion_request_type_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='RequestAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=250)),
                ('number', models.BigIntegerField(null=True)),
                ('day', models.DateField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='request_answers', to='cases.case')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('question', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.requestquestion')),
            ],
            options={
                'db_table': 'cases_requestanswer',
                'indexes': [models.Index(fields=['tenant', 'question', 'number'], name='requestanswer_number'), models.Index(fields=['tenant', 'question', 'day'], name='requestanswer_day')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_requestanswer_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_requestanswer_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='question', name='cases_requestanswer_question_same_tenant'), models.UniqueConstraint(fields=('tenant', 'case', 'question'), name='cases_requestanswer_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_shared', models.BooleanField(default=False)),
                ('standing', models.CharField(choices=[('open', 'Open'), ('working', 'Working'), ('pending', 'Pending'), ('on_problem', 'On Problem'), ('resolved', 'Resolved'), ('any', 'Any')], default='open', max_length=10)),
                ('responsible', models.CharField(choices=[('anybody', 'Anybody'), ('me', 'Me'), ('nobody', 'Nobody'), ('person', 'Person'), ('team', 'Team')], default='anybody', max_length=8)),
                ('priority', models.SmallIntegerField(null=True)),
                ('channel', models.CharField(blank=True, choices=[('mail', 'mail'), ('portal', 'portal'), ('phone', 'phone'), ('chat', 'chat'), ('social', 'social'), ('form', 'form'), ('api', 'api'), ('import', 'import')], default='', max_length=8)),
                ('problem', models.CharField(choices=[('any', 'Any'), ('linked', 'Linked'), ('unlinked', 'Unlinked')], default='any', max_length=8)),
                ('waits_for', models.CharField(choices=[('anybody', 'Anybody'), ('agent', 'Agent'), ('customer', 'Customer'), ('department', 'Department'), ('problem', 'Problem')], default='anybody', max_length=10)),
                ('older_than_days', models.SmallIntegerField(default=0)),
                ('order', models.CharField(choices=[('newest', 'Newest'), ('oldest', 'Oldest'), ('due', 'Due')], default='newest', max_length=6)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflow.user')),
                ('person', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflow.user')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.product')),
                ('queue', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflow.department')),
                ('team', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflow.team')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_savedview',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_savedview_tenant_key'), workflow.tenancy.constraints.SameTenant(field='made_by', name='cases_savedview_made_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='person', name='cases_savedview_person_same_tenant'), workflow.tenancy.constraints.SameTenant(field='team', name='cases_savedview_team_same_tenant'), workflow.tenancy.constraints.SameTenant(field='queue', name='cases_savedview_queue_same_tenant'), workflow.tenancy.constraints.SameTenant(field='product', name='cases_savedview_product_same_tenant'), models.UniqueConstraint(fields=('tenant', 'made_by', 'name'), name='cases_savedview_name'), models.CheckConstraint(condition=models.Q(('priority__isnull', True), ('priority__in', (1, 2, 3, 4)), _connector='OR'), name='cases_savedview_priority'), models.CheckConstraint(condition=models.Q(('older_than_days__range', (0, 3650))), name='cases_savedview_age')],
            },
        ),
        migrations.CreateModel(
            name='CaseClockMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('planned', 'Planned'), ('stepped', 'Stepped'), ('breached', 'Breached'), ('acknowledged', 'Acknowledged'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('clock', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='cases.caseclock')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_caseclockmark',
                'indexes': [models.Index(fields=['tenant', 'clock', 'id'], name='caseclockmark_clock')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_caseclockmark_tenant_key'), workflow.tenancy.constraints.SameTenant(field='clock', name='cases_caseclockmark_clock_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='CasePromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='cases.case')),
                ('clock', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.caseclock')),
                ('made_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'cases_casepromise',
                'indexes': [models.Index(fields=['tenant', 'case', 'id'], name='casepromise_case')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='cases_casepromise_tenant_key'), workflow.tenancy.constraints.SameTenant(field='case', name='cases_casepromise_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='clock', name='cases_casepromise_clock_same_tenant'), workflow.tenancy.constraints.SameTenant(field='made_by', name='cases_casepromise_made_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'clock'), name='cases_casepromise_clock')],
            },
        ),
        IsolateByTenant("NumberSeries"),
        IsolateByTenant("Case", searcher=True),
        IsolateByTenant("BlockedBy"),
        IsolateByTenant("CaseClock", sweeper=["select"]),
        IsolateByTenant("Message", searcher=True),
        IsolateByTenant("Attachment"),
        IsolateByTenant("Participant"),
        IsolateByTenant("RequestType"),
        IsolateByTenant("RequestQuestion"),
        IsolateByTenant("RequestAnswer"),
        IsolateByTenant("PhoneCall"),
        IsolateByTenant("WebForm"),
        IsolateByTenant("FormSubmission"),
        IsolateByTenant("InboundHook"),
        IsolateByTenant("InboundMessage"),
        IsolateByTenant("SavedView"),
        IsolateByTenant("CaseClockMark"),
        IsolateByTenant("CasePromise"),
        AppendOnly("Message", but=["is_unverified"]),
        AppendOnly("Attachment"),
        migrations.RunSQL(STATE_TRIGGERS, STATE_TRIGGERS_BACK),
        migrations.RunSQL(WORDS_OF_MESSAGES, WORDS_OF_MESSAGES_BACK),
        migrations.RunSQL(WORDS_OF_SUBJECTS, WORDS_OF_SUBJECTS_BACK),
    ]
