"""Ledgers that were kept before the times stood in their rows get them from what they hold."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

FROM_WHAT_IS_THERE = """
UPDATE problems_affected SET me_too_at = found_at WHERE found = 'me_too' AND me_too_at IS NULL;
UPDATE problems_affected a SET told_at = t.first_at, workaround_at = t.workaround_at
FROM (SELECT tenant_id, affected_id, min(at) AS first_at,
        min(at) FILTER (WHERE starts_with(message, 'workaround:')) AS workaround_at
      FROM problems_told GROUP BY tenant_id, affected_id) t
WHERE t.tenant_id = a.tenant_id AND t.affected_id = a.id AND a.told_at IS NULL;
"""


class Migration(OneStepMigration):
    """One pass over the ledgers; what was there stays."""

    dependencies = [("problems", "0024_how_problems_are_reshaped_and_who_says_me_too")]

    operations = [migrations.RunSQL(FROM_WHAT_IS_THERE, migrations.RunSQL.noop)]
