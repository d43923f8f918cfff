"""Give each service level its first version, each calendar its first revision, each tenant a ladder."""

from django.db import migrations

VERSIONS = """
INSERT INTO workflow_policyversion
  (tenant_id, service_level_id, number, state, calendar_id, applies_when, note, created_at,
   published_at)
SELECT l.tenant_id, l.id, 1, 'published', l.calendar_id, '{}', '', t.created_at, t.created_at
FROM workflow_servicelevel l JOIN workflow_tenant t ON t.id = l.tenant_id;
UPDATE workflow_servicelevel l SET version_id = v.id, position = CASE WHEN l.is_default THEN 0
  ELSE (SELECT count(*) FROM workflow_servicelevel o
        WHERE o.tenant_id = l.tenant_id AND NOT o.is_default AND o.id <= l.id) END
FROM workflow_policyversion v WHERE v.tenant_id = l.tenant_id AND v.service_level_id = l.id;
UPDATE workflow_target t SET version_id = v.id
FROM workflow_policyversion v
WHERE v.tenant_id = t.tenant_id AND v.service_level_id = t.service_level_id;
"""
REVISIONS = """
INSERT INTO workflow_calendarrevision
  (tenant_id, calendar_id, number, timezone, hours, holidays, breaks, valid_from)
SELECT tenant_id, id, 1, timezone, hours, holidays, breaks, timestamptz '1970-01-01 00:00+00'
FROM workflow_calendar;
"""
LADDERS = """
INSERT INTO workflow_ladder (tenant_id, name, is_default)
SELECT id, 'Standard', true FROM workflow_tenant;
INSERT INTO workflow_ladderstep (tenant_id, ladder_id, position, percent, action)
SELECT l.tenant_id, l.id, step.position, step.percent, step.action
FROM workflow_ladder l CROSS JOIN (VALUES
  (1, 75, 'notify'), (2, 100, 'escalate_head'), (3, 100, 'escalate_lead')
) AS step (position, percent, action);
"""


class Migration(migrations.Migration):
    """What was promised until today becomes version 1."""

    dependencies = [("workflow", "0010_clocks_with_versions")]

    operations = [
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(REVISIONS, migrations.RunSQL.noop),
        migrations.RunSQL(LADDERS, migrations.RunSQL.noop),
    ]
