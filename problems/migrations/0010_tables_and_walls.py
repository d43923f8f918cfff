"""The problems as they begin: tables, the wall between tenants, triggers of legs."""

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import AppendOnly, IsolateByTenant
from workflow.tenancy.one_step import OneStepMigration

LEG_TRIGGERS = """
CREATE TRIGGER problem_state_is_counted BEFORE UPDATE ON problems_problem
  FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.state_version <> OLD.state_version)
  EXECUTE FUNCTION state_is_counted();
CREATE CONSTRAINT TRIGGER problem_state_is_recorded AFTER INSERT OR UPDATE OF state, state_version
  ON problems_problem DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION state_is_recorded('problem');

-- Every open problem has exactly one open leg, every other none; its legs begin with the
-- discovery, follow one another without gap or overlap, and end with the resolution.
CREATE FUNCTION legs_are_whole(the_tenant bigint, the_problem bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  problem record; legs record;
BEGIN
  SELECT state, discovered_at, resolved_at INTO problem FROM problems_problem
    WHERE tenant_id = the_tenant AND id = the_problem;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT count(*) FILTER (WHERE left_at IS NULL) AS open,
         min(entered_at) AS first, max(left_at) AS last,
         count(*) FILTER (WHERE previous_left IS DISTINCT FROM entered_at AND place > 1) AS gaps
    INTO legs FROM (
      SELECT entered_at, left_at, row_number() OVER line AS place,
             lag(left_at) OVER line AS previous_left
      FROM problems_leg WHERE tenant_id = the_tenant AND problem_id = the_problem
      WINDOW line AS (ORDER BY position)) l;
  IF problem.state IN ('resolved', 'closed') THEN
    IF legs.open <> 0 THEN
      RAISE EXCEPTION 'leg_left_open: problem % is % and has an open leg', the_problem,
        problem.state USING ERRCODE = 'check_violation';
    END IF;
    IF legs.last IS DISTINCT FROM problem.resolved_at THEN
      RAISE EXCEPTION 'legs_end_early: the legs of problem % do not end with its resolution',
        the_problem USING ERRCODE = 'check_violation';
    END IF;
  ELSIF legs.open <> 1 THEN
    RAISE EXCEPTION 'problem_without_leg: open problem % has % open legs', the_problem, legs.open
      USING ERRCODE = 'check_violation';
  END IF;
  IF legs.gaps > 0 OR legs.first IS DISTINCT FROM problem.discovered_at THEN
    RAISE EXCEPTION 'legs_are_broken: the legs of problem % leave a gap or overlap', the_problem
      USING ERRCODE = 'check_violation';
  END IF;
END $$;
-- Only the triggers may ask: an answer about another tenant's problem would tell its state.
REVOKE EXECUTE ON FUNCTION legs_are_whole(bigint, bigint) FROM PUBLIC;
CREATE FUNCTION problem_has_leg() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN PERFORM legs_are_whole(NEW.tenant_id, NEW.id); RETURN NULL; END $$;
-- A leg that is moved is looked at in both problems: the first must not be left bare.
CREATE FUNCTION leg_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM legs_are_whole(OLD.tenant_id, OLD.problem_id);
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.problem_id <> OLD.problem_id) THEN
    PERFORM legs_are_whole(NEW.tenant_id, NEW.problem_id);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER problem_has_leg
  AFTER INSERT OR UPDATE OF state, discovered_at, resolved_at ON problems_problem
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION problem_has_leg();
CREATE CONSTRAINT TRIGGER leg_fits
  AFTER INSERT OR DELETE OR UPDATE OF problem_id, position, entered_at, left_at ON problems_leg
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leg_fits();
"""
LEG_TRIGGERS_BACK = """
DROP TRIGGER problem_state_is_counted ON problems_problem;
DROP TRIGGER problem_state_is_recorded ON problems_problem;
DROP FUNCTION problem_has_leg() CASCADE;
DROP FUNCTION leg_fits() CASCADE;
DROP FUNCTION legs_are_whole(bigint, bigint);
"""


class Migration(OneStepMigration):
    """Everything of this room in one transaction; it joins what grew step by step before."""

    initial = True
    replaces = [
        ("problems", "0001_initial"),
        ("problems", "0002_isolation"),
        ("problems", "0003_legs_are_checked_by_triggers_alone"),
        ("problems", "0004_a_moved_leg_is_missed_where_it_was"),
        ("problems", "0005_questions"),
        ("problems", "0006_clocks_with_versions"),
        ("problems", "0007_plans_of_running_clocks"),
        ("problems", "0008_hours_that_counted_before"),
        ("problems", "0009_how_much_was_used"),
        ("problems", "0010_stages_of_a_workflow"),
    ]

    dependencies = [
        ('cases', '0016_tables_and_walls'),
        ('customers', '0008_tables_and_walls'),
        ('workflow', '0015_tables_and_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Problem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('statement', models.TextField(blank=True, default='')),
                ('category', models.CharField(blank=True, default='', max_length=80)),
                ('severity', models.SmallIntegerField(default=3)),
                ('state', django_fsm.FSMField(default='new', max_length=50, protected=True)),
                ('state_version', models.IntegerField(default=1)),
                ('version', models.IntegerField(default=1)),
                ('outcome', models.CharField(blank=True, choices=[('fix_applied', 'fix_applied'), ('risk_accepted', 'risk_accepted'), ('duplicate', 'duplicate'), ('not_a_problem', 'not_a_problem'), ('cancelled', 'cancelled')], default='', max_length=16)),
                ('root_cause', models.TextField(blank=True, default='')),
                ('public_cause', models.TextField(blank=True, default='')),
                ('workaround', models.TextField(blank=True, default='')),
                ('fix', models.TextField(blank=True, default='')),
                ('solution', models.TextField(blank=True, default='')),
                ('routed_because', models.JSONField(default=dict)),
                ('term_count', models.IntegerField(default=0)),
                ('discovered_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('root_cause_found_at', models.DateTimeField(null=True)),
                ('workaround_at', models.DateTimeField(null=True)),
                ('known_error_at', models.DateTimeField(null=True)),
                ('fixed_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('next_look_at', models.DateTimeField()),
                ('lead', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.product')),
                ('survivor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('next_stage_key', models.CharField(blank=True, default='', max_length=40)),
                ('stage_key', models.CharField(blank=True, default='', max_length=40)),
                ('workflow_version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion')),
            ],
            options={
                'db_table': 'problems_problem',
                'indexes': [models.Index(condition=models.Q(('state__in', ['suspected', 'new', 'assess', 'root_cause', 'fix_in_progress', 'verifying'])), fields=['tenant', '-id'], name='problem_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problem_tenant_key'), workflow.tenancy.constraints.SameTenant(field='product', name='problems_problem_product_same_tenant'), workflow.tenancy.constraints.SameTenant(field='survivor', name='problems_problem_survivor_same_tenant'), workflow.tenancy.constraints.SameTenant(field='lead', name='problems_problem_lead_same_tenant'), models.UniqueConstraint(fields=('tenant', 'number'), name='problems_problem_number'), models.CheckConstraint(condition=models.Q(('state__in', ['suspected', 'new', 'assess', 'root_cause', 'fix_in_progress', 'verifying', 'resolved', 'closed'])), name='problems_problem_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['suspected', 'new', 'resolved', 'closed']), models.Q(models.Q(('statement', ''), _negated=True), models.Q(('category', ''), _negated=True), ('product__isnull', False)), _connector='OR'), name='problems_problem_described'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'resolved'), _negated=True), ('resolved_at__isnull', False), _connector='OR'), name='problems_problem_resolved_at'), models.CheckConstraint(condition=models.Q(('severity__range', (1, 4))), name='problems_problem_severity'), workflow.tenancy.constraints.SameTenant(field='workflow_version', name='problems_problem_workflow_version_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='problems.problem')),
            ],
            options={
                'db_table': 'problems_note',
                'indexes': [models.Index(fields=['tenant', 'problem', 'id'], name='note_problem')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_note_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_note_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='problems_note_user_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('stage', models.CharField(choices=[('suspected', 'suspected'), ('new', 'new'), ('assess', 'assess'), ('root_cause', 'root_cause'), ('fix_in_progress', 'fix_in_progress'), ('verifying', 'verifying'), ('resolved', 'resolved'), ('closed', 'closed')], max_length=16)),
                ('entered_because', models.CharField(choices=[('discovered', 'Discovered'), ('opened', 'Opened'), ('routed', 'Routed'), ('taken', 'Taken'), ('accepted', 'Accepted'), ('forward', 'Forward'), ('side', 'Side'), ('back', 'Back'), ('refused', 'Refused'), ('handed_over', 'Handed Over'), ('reopened', 'Reopened')], max_length=12)),
                ('reason', models.TextField(blank=True, default='')),
                ('entered_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('assignee', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='problems.problem')),
                ('stage_key', models.CharField(blank=True, default='', max_length=40)),
                ('step_key', models.CharField(blank=True, default='', max_length=40)),
                ('workflow_version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.workflowversion')),
            ],
            options={
                'db_table': 'problems_leg',
                'indexes': [models.Index(condition=models.Q(('left_at__isnull', True)), fields=['tenant', 'department', 'due_at'], name='leg_of_department')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_leg_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_leg_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='problems_leg_department_same_tenant'), workflow.tenancy.constraints.SameTenant(field='assignee', name='problems_leg_assignee_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'position'), name='problems_leg_position'), models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('tenant', 'problem'), name='problems_leg_one_open'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('left_at__gte', models.F('entered_at')), _connector='OR'), name='problems_leg_forward_in_time'), workflow.tenancy.constraints.SameTenant(field='workflow_version', name='problems_leg_workflow_version_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='problems.problem')),
            ],
            options={
                'db_table': 'problems_evidence',
                'indexes': [models.Index(fields=['tenant', 'problem'], name='evidence_problem')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_evidence_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_evidence_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='problems_evidence_user_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expected_on', models.DateField()),
                ('latest_on', models.DateField()),
                ('confidence', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], default='medium', max_length=6)),
                ('reason', models.TextField(blank=True, default='')),
                ('is_public', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='estimates', to='problems.problem')),
            ],
            options={
                'db_table': 'problems_estimate',
                'indexes': [models.Index(fields=['tenant', 'problem', '-id'], name='estimate_problem')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_estimate_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_estimate_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='user', name='problems_estimate_user_same_tenant'), models.CheckConstraint(condition=models.Q(('latest_on__gte', models.F('expected_on'))), name='problems_estimate_range')],
            },
        ),
        migrations.CreateModel(
            name='CaseLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('suggested', 'Suggested'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected'), ('similar', 'Similar')], max_length=10)),
                ('score', models.SmallIntegerField(null=True)),
                ('evidence', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='cases.case')),
                ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='problems.problem')),
            ],
            options={
                'db_table': 'problems_caselink',
                'indexes': [models.Index(fields=['tenant', 'case', 'kind'], name='caselink_case'), models.Index(fields=['tenant', 'problem', 'kind', 'id'], name='caselink_problem')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_caselink_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_caselink_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='problems_caselink_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='decided_by', name='problems_caselink_decided_by_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'case'), name='problems_caselink_once'), models.UniqueConstraint(condition=models.Q(('kind', 'confirmed')), fields=('tenant', 'case'), name='problems_caselink_one_cause')],
            },
        ),
        migrations.CreateModel(
            name='Affected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found', models.CharField(choices=[('case', 'case'), ('me_too', 'me_too'), ('product', 'product'), ('segment', 'segment')], max_length=8)),
                ('found_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contact')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='affected', to='problems.problem')),
            ],
            options={
                'db_table': 'problems_affected',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_affected_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_affected_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='contact', name='problems_affected_contact_same_tenant'), models.UniqueConstraint(fields=('tenant', 'problem', 'contact'), name='problems_affected_once')],
            },
        ),
        migrations.CreateModel(
            name='ProblemClock',
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
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='problems.problem')),
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
                'db_table': 'problems_problemclock',
                'indexes': [models.Index(condition=models.Q(('next_look_at__isnull', False), ('state', 'running')), fields=['next_look_at'], name='problemclock_look'), models.Index(fields=['tenant', 'problem'], name='problemclock_problem'), models.Index(fields=['tenant', 'started_at', 'id'], name='problemclock_started')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemclock_tenant_key'), workflow.tenancy.constraints.SameTenant(field='calendar', name='problems_problemclock_calendar_same_tenant'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problemclock_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='problems_problemclock_department_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('next_look_at__isnull', False), ('breach_recorded_at__isnull', False), _connector='OR'), name='problems_problemclock_is_looked_at'), models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused'])), fields=('tenant', 'problem', 'metric'), name='problems_problemclock_once'), workflow.tenancy.constraints.SameTenant(field='target', name='problems_problemclock_target_same_tenant'), workflow.tenancy.constraints.SameTenant(field='ladder', name='problems_problemclock_ladder_same_tenant'), workflow.tenancy.constraints.SameTenant(field='acknowledged_by', name='problems_problemclock_acknowledged_by_same_tenant')],
            },
        ),
        migrations.CreateModel(
            name='ProblemTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=64)),
                ('texts', models.IntegerField()),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='problems.problem')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_problemterm',
                'indexes': [models.Index(fields=['tenant', 'problem'], name='problemterm_problem')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemterm_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_problemterm_problem_same_tenant'), models.UniqueConstraint(fields=('tenant', 'term', 'problem'), name='problems_problemterm_once')],
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.CharField(max_length=40)),
                ('channel', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('affected', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='told', to='problems.affected')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_told',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_told_tenant_key'), workflow.tenancy.constraints.SameTenant(field='affected', name='problems_told_affected_same_tenant'), models.UniqueConstraint(fields=('tenant', 'affected', 'message'), name='problems_told_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('sent', 'Sent'), ('answered', 'Answered'), ('withdrawn', 'Withdrawn')], default='asked', max_length=9)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('answer', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('asked', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('asked_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.user')),
                ('case', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='cases.case')),
                ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.department')),
                ('problem', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='problems.problem')),
                ('sent', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_question',
                'indexes': [models.Index(fields=['tenant', 'problem', '-id'], name='question_problem'), models.Index(condition=models.Q(('state__in', ['asked', 'sent'])), fields=['tenant', 'case'], name='question_open_of_case'), models.Index(fields=['tenant', 'department', 'state', '-id'], name='question_department')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_question_tenant_key'), workflow.tenancy.constraints.SameTenant(field='problem', name='problems_question_problem_same_tenant'), workflow.tenancy.constraints.SameTenant(field='case', name='problems_question_case_same_tenant'), workflow.tenancy.constraints.SameTenant(field='department', name='problems_question_department_same_tenant'), workflow.tenancy.constraints.SameTenant(field='asked_by', name='problems_question_asked_by_same_tenant'), workflow.tenancy.constraints.SameTenant(field='asked', name='problems_question_asked_same_tenant'), workflow.tenancy.constraints.SameTenant(field='sent', name='problems_question_sent_same_tenant'), workflow.tenancy.constraints.SameTenant(field='answer', name='problems_question_answer_same_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent__isnull', False), _connector='OR'), name='problems_question_sent'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), ('answer__isnull', False), _connector='OR'), name='problems_question_answered')],
            },
        ),
        migrations.CreateModel(
            name='ProblemClockMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('planned', 'Planned'), ('stepped', 'Stepped'), ('breached', 'Breached'), ('acknowledged', 'Acknowledged'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled')], max_length=12)),
                ('at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('clock', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='problems.problemclock')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.tenant')),
            ],
            options={
                'db_table': 'problems_problemclockmark',
                'indexes': [models.Index(fields=['tenant', 'clock', 'id'], name='problemclockmark_clock')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='problems_problemclockmark_tenant_key'), workflow.tenancy.constraints.SameTenant(field='clock', name='problems_problemclockmark_clock_same_tenant')],
            },
        ),
        IsolateByTenant("Problem"),
        IsolateByTenant("Evidence"),
        IsolateByTenant("Note"),
        IsolateByTenant("Leg"),
        IsolateByTenant("CaseLink"),
        IsolateByTenant("Estimate"),
        IsolateByTenant("Affected"),
        IsolateByTenant("Told"),
        IsolateByTenant("ProblemTerm"),
        IsolateByTenant("ProblemClock", sweeper=["select"]),
        IsolateByTenant("Question"),
        IsolateByTenant("ProblemClockMark"),
        AppendOnly("Evidence"),
        AppendOnly("Note"),
        AppendOnly("Estimate"),
        migrations.RunSQL(LEG_TRIGGERS, LEG_TRIGGERS_BACK),
    ]
