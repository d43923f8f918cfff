"""Dates that customers were told before promises had rows get theirs from their clocks."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

FROM_CLOCKS = """
INSERT INTO problems_problempromise
  (tenant_id, problem_id, kind, estimate_id, clock_id, text, told, due_at, made_by_id, made_at,
   reason, ended_as, ended_at)
SELECT c.tenant_id, c.problem_id, 'date', e.id, c.id, '', '', c.due_at, e.user_id, e.at, '',
  CASE WHEN c.stopped_at IS NULL THEN '' WHEN c.state = 'cancelled' THEN 'withdrawn'
       ELSE 'kept' END,
  greatest(c.stopped_at, CASE WHEN c.stopped_at IS NOT NULL THEN e.at END)
FROM problems_problemclock c
JOIN LATERAL (
  SELECT said.id, said.user_id, said.at FROM problems_estimate said
  WHERE said.tenant_id = c.tenant_id AND said.problem_id = c.problem_id AND said.is_public
    AND (c.stopped_at IS NULL OR said.at < c.stopped_at)
  ORDER BY said.id DESC LIMIT 1
) e ON true
WHERE c.metric = 'estimate' AND NOT EXISTS (
  SELECT 1 FROM problems_problempromise p WHERE p.tenant_id = c.tenant_id AND p.clock_id = c.id);
"""


class Migration(OneStepMigration):
    """One pass over the clocks of dates; what was told stays told."""

    dependencies = [("problems", "0031_what_left_and_is_under_way")]

    operations = [migrations.RunSQL(FROM_CLOCKS, migrations.RunSQL.noop)]
