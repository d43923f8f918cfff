"""Put every table of this room behind the tenant's wall; legs and states keep their word."""

from django.db import migrations

from workflow.tenancy.isolation import AppendOnly, IsolateByTenant

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
CREATE FUNCTION leg_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS $$
BEGIN
  PERFORM legs_are_whole(coalesce(NEW.tenant_id, OLD.tenant_id),
                         coalesce(NEW.problem_id, OLD.problem_id));
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


class Migration(migrations.Migration):
    """Isolation of the problems."""

    dependencies = [("problems", "0001_initial"), ("cases", "0002_isolation")]

    operations = [
        *[
            IsolateByTenant(model)
            for model in (
                "Problem",
                "Evidence",
                "Note",
                "Leg",
                "CaseLink",
                "Estimate",
                "Affected",
                "Told",
                "ProblemTerm",
            )
        ],
        IsolateByTenant("ProblemClock", sweeper=["select"]),
        AppendOnly("Evidence"),
        AppendOnly("Note"),
        AppendOnly("Estimate"),
        migrations.RunSQL(LEG_TRIGGERS, LEG_TRIGGERS_BACK),
    ]
