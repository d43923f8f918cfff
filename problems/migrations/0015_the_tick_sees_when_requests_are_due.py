"""The sweeper sees of a request when it is due, and nothing of what it holds."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

DUE_ONLY = """
REVOKE SELECT ON problems_steprequest FROM servicedesk_sweeper;
GRANT SELECT (tenant_id, id, state, due_at) ON problems_steprequest TO servicedesk_sweeper;
"""
EVERYTHING = """
REVOKE SELECT (tenant_id, id, state, due_at) ON problems_steprequest FROM servicedesk_sweeper;
GRANT SELECT ON problems_steprequest TO servicedesk_sweeper;
"""


class Migration(OneStepMigration):
    """Columns instead of the whole table."""

    dependencies = [("problems", "0014_requests_of_steps")]

    operations = [migrations.RunSQL(DUE_ONLY, EVERYTHING)]
