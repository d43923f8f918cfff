"""The sweeper claims and marks effects; whose they are and what they say it cannot change."""

from django.db import migrations

NARROW = """
REVOKE UPDATE ON workflow_effect FROM servicedesk_sweeper;
GRANT UPDATE (state, attempts, locked_until, due_at, sent_at, sent_by, last_error)
  ON workflow_effect TO servicedesk_sweeper;
"""
WIDE = """
REVOKE UPDATE (state, attempts, locked_until, due_at, sent_at, sent_by, last_error)
  ON workflow_effect FROM servicedesk_sweeper;
GRANT UPDATE ON workflow_effect TO servicedesk_sweeper;
"""


class Migration(migrations.Migration):
    """Seven columns instead of the whole row."""

    dependencies = [("workflow", "0003_history_begins_at_one")]

    operations = [migrations.RunSQL(NARROW, WIDE)]
