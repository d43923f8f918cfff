"""Running clocks learn what they were started by: their first plan, ladder and looks to come."""

from django.db import migrations

PLANS = """
UPDATE problems_problemclock c SET
  attached_at = c.started_at,
  original_due_at = c.due_at,
  ladder_id = l.id,
  looks = CASE
    WHEN c.breach_recorded_at IS NOT NULL OR c.state NOT IN ('running', 'paused') THEN '[]'::jsonb
    WHEN c.warned_at IS NULL AND c.next_look_at < c.due_at THEN jsonb_build_array(
      jsonb_build_array(to_json(c.next_look_at), 1), jsonb_build_array(to_json(c.due_at), 0),
      jsonb_build_array(to_json(c.due_at), 2), jsonb_build_array(to_json(c.due_at), 3))
    ELSE jsonb_build_array(
      jsonb_build_array(to_json(c.due_at), 0), jsonb_build_array(to_json(c.due_at), 2),
      jsonb_build_array(to_json(c.due_at), 3))
  END
FROM workflow_ladder l WHERE l.tenant_id = c.tenant_id AND l.is_default;
"""

# Until today nothing but pauses was kept of a clock's life: its history begins with the last plan.
MARKS = """
INSERT INTO problems_problemclockmark (tenant_id, clock_id, kind, at, due_at, facts)
SELECT tenant_id, id, kind, at, due_at, facts FROM (
  SELECT c.tenant_id, c.id, 0 AS place, 'started' AS kind, c.started_at AS at,
    CASE WHEN c.pauses = '[]'::jsonb THEN c.due_at END AS due_at,
    jsonb_build_object('seconds', extract(epoch FROM c.within)::float8,
                       'calendar', c.calendar_id, 'revision', 1) AS facts
  FROM problems_problemclock c
  UNION ALL
  SELECT c.tenant_id, c.id, 1, 'paused', (pause.span ->> 0)::timestamptz, NULL, '{}'::jsonb
  FROM problems_problemclock c CROSS JOIN LATERAL jsonb_array_elements(c.pauses) AS pause (span)
  UNION ALL
  SELECT c.tenant_id, c.id, 2, 'resumed', (pause.span ->> 1)::timestamptz,
    CASE WHEN pause.place = jsonb_array_length(c.pauses) THEN c.due_at END, '{}'::jsonb
  FROM problems_problemclock c
    CROSS JOIN LATERAL jsonb_array_elements(c.pauses) WITH ORDINALITY AS pause (span, place)
  WHERE pause.span ->> 1 IS NOT NULL
  UNION ALL
  SELECT c.tenant_id, c.id, 3, 'breached', c.breach_recorded_at, c.due_at, '{}'::jsonb
  FROM problems_problemclock c WHERE c.breach_recorded_at IS NOT NULL
  UNION ALL
  SELECT c.tenant_id, c.id, 4, c.state, c.stopped_at, c.due_at, '{}'::jsonb
  FROM problems_problemclock c
  WHERE c.state NOT IN ('running', 'paused') AND c.stopped_at IS NOT NULL
) AS life
ORDER BY tenant_id, id, at, place;
"""


class Migration(migrations.Migration):
    """Nothing that was promised changes."""

    dependencies = [("problems", "0006_clocks_with_versions")]

    operations = [
        migrations.RunSQL(PLANS, migrations.RunSQL.noop),
        migrations.RunSQL(MARKS, migrations.RunSQL.noop),
    ]
